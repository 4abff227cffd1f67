/** Why something happened, in the reader's language. */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { said as ofHubSpot } from "../../connectors/hubspot/sentences.ts";
import { said as ofSegment } from "../../connectors/segment/sentences.ts";
import "../../src/alarms/explained.ts";
import "../../src/reconcile/words.ts";
import { findingsOf, sentencesIn, todoOf } from "../../src/basics/sentence-tables.ts";
import { SENTENCES, sentence, sentenceOfError } from "../../src/basics/sentences.ts";
import { builtInTypes, loadBuiltIn } from "../../src/config/connector-types/built-in.ts";
import { type Reason, unavailableBy } from "../../src/connector.ts";
import { reasonFor } from "../../src/connector-tools.ts";
import { briefReasonIn, reasonIn, saidIn } from "../../src/console/parts/reason.tsx";
import { REASONS_IN_CHINESE } from "../../src/console/words/reasons.ts";
import { sanitizeAnswer } from "../../src/delivery/attempt/sanitize.ts";
import "../../src/operations/checks/found.ts";
import "../../src/storage/postgres/durability-findings.ts";

const same = (text: string) => text;
const refuses = ofHubSpot("refuses");
const writeKey = ofSegment("write_key");

/** What has words has Chinese ones; what is put together from values alone, or is a name, has none. */
const saysTheSame = (english: string, chinese: string): boolean =>
  /\p{Script=Han}/u.test(chinese) || !/[a-z]{2}/.test(english.replace(/\{\w+\}/g, ""));

const namesIn = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();

describe("a reason in a sentence or a heading", () => {
  const brief = (message: string): string => briefReasonIn({ words: "refused", message }, "en");

  it("quotes what a destination said to people, shortly", () => {
    assert.equal(brief("no {member} with this id"), "refused (“no {member} with this id”)");
    assert.match(brief("x".repeat(300)), /^refused \(“x{59}…”\)$/);
  });

  it("takes the sentence out of JSON, also of what is cut off", () => {
    const page = '{"status":"error","message":"The token \\"x\\" has expired","correlationId":"81';
    assert.equal(brief(page), 'refused (“The token "x" has expired”)');
    assert.equal(brief('{"error":{"code":7,"message":"no such list"}}'), "refused (“no such list”)");
  });

  it("takes it out of JSON behind a sentence, and else the sentence", () => {
    const faults = JSON.stringify([{ isValid: false, message: 'Property "chat_userid" does not exist', code: 7 }]);
    assert.equal(
      brief(`Property values were not valid: ${faults}`),
      'refused (“Property "chat_userid" does not exist”)',
    );
    assert.equal(
      brief('Property values were not valid: [{"isValid":false}]'),
      "refused (“Property values were not valid”)",
    );
    assert.equal(brief("no {member} with [this] id"), "refused (“no {member} with [this] id”)");
  });

  it("leaves out JSON, and the marks of HTML", () => {
    for (const json of ['{"status":"error"', ' [ "no" ]', "{}", '[{"a":1}]'])
      assert.equal(brief(json), "refused", json);
    assert.equal(
      brief("<html><script>alert(1)</script><body>Bad <b>gateway</b></body><foo"),
      "refused (“Bad gateway”)",
    );
  });
});

describe("a reason in Chinese", () => {
  it("is of the bridge's own words alone: what the destination said stays as it came", () => {
    const { reason } = JSON.parse(
      JSON.stringify({
        reason: {
          ...reasonFor({ status: 400, text: "no property x" }, refuses),
          category: "VALIDATION_ERROR",
        },
      }),
    );
    assert.equal(reasonIn(reason, "en"), "HTTP 400: HubSpot refuses what was sent (VALIDATION_ERROR “no property x”)");
    assert.equal(reasonIn(reason, "zh"), "HTTP 400：HubSpot 拒绝了发送的内容（VALIDATION_ERROR “no property x”）");
  });

  it("says sentences that stand in others", () => {
    const inner = sentence("http_meaning", { status: 401, meaning: writeKey });
    const reason = sentence("refusing_mostly", { count: 20, reason: inner });
    assert.equal(
      reasonIn(reason, "zh"),
      "全部被拒绝：连续 20 次被拒，没有一次成功，最常见的原因是：HTTP 401：写入密钥（write key）被拒绝",
    );
  });

  it("is the words as they were written where an older release, or somebody's own connector, wrote them", () => {
    for (const reason of [
      { words: "no such list: VIP" },
      { words: "a sentence of a later release", code: "later", values: { one: 1 } },
      { words: "of every object", code: "toString" },
    ] satisfies Reason[])
      assert.equal(reasonIn(reason, "zh"), reason.words);
  });

  it("is made of the values that the English one is made of", () => {
    for (const [code, chinese] of Object.entries(REASONS_IN_CHINESE)) {
      const names = namesIn(SENTENCES[code as keyof typeof SENTENCES]).filter((name) => name !== "todo");
      assert.deepEqual(namesIn(chinese), names, code);
      assert.ok(saysTheSame(SENTENCES[code as keyof typeof SENTENCES], chinese), code);
    }
  });

  for (const type of builtInTypes()) {
    it(`is made of the values that the English one is made of, whatever ${type} says`, async () => {
      await loadBuiltIn(type);
      const sentences = sentencesIn(type);
      assert.ok(sentences.size > 0, `connectors/${type} declares no sentences`);
      for (const [code, { en, zh }] of sentences) {
        assert.deepEqual(
          namesIn(zh),
          namesIn(en).filter((name) => name !== "todo"),
          code,
        );
        assert.ok(saysTheSame(en, zh), code);
      }
    });
  }
});

describe("what a check finds, in Chinese", () => {
  for (const owner of ["check", "alerts", "postgres", "chat", "pass"]) {
    it(`is made of the values that the English one is made of, whatever ${owner} says`, () => {
      const sentences = sentencesIn(owner);
      assert.ok(sentences.size > 10, owner);
      for (const [code, { en, zh }] of sentences) {
        assert.deepEqual(new Set(namesIn(zh)), new Set(namesIn(en)), code);
        assert.ok(saysTheSame(en, zh), code);
      }
    });
  }

  it("has a way out wherever the English one has", () => {
    const what = findingsOf("test_check", {
      odd: { en: ["{name} is odd", "mend {name}"], zh: ["{name} 不对", "请修正 {name}"] },
    });
    const { code, values = {}, todo = "", ...found } = what(false, "odd", { name: "crm" });
    assert.deepEqual(found, { ok: false, what: "crm is odd" });
    assert.equal(saidIn({ words: found.what, code, values }, "zh"), "crm 不对");
    assert.deepEqual([todo, saidIn({ words: todo, code: todoOf(code), values }, "zh")], ["mend crm", "请修正 crm"]);
  });
});

describe("the code of a reason", () => {
  it("is there for what runtimes and the bridge throw", () => {
    for (const [words, code] of [
      ["no answer within 30 s", "answer_late"],
      ["`rate` lets the next request go in 7 s", "rate"],
      ["nothing listens there (connection refused)", "connection_refused"],
    ] as const)
      assert.equal(unavailableBy(new Error(words)).reason.code, code);
    assert.deepEqual(sentenceOfError("the house burns"), { words: "the house burns" });
  });

  it("outlives the way to the store, with no secret in its values", () => {
    const reason = sentence("never_taken", { reason: sentence("template_failed", { fault: "s3cret" }) });
    const answer = sanitizeAnswer({ tag: "gone", reason }, (text) => text.replaceAll("s3cret", "[hidden]"));
    assert.ok("reason" in answer);
    assert.equal(reasonIn(answer.reason, "zh"), "用这套设置从未成功投递过：模板出错：[hidden]");
    assert.doesNotMatch(JSON.stringify(answer), /s3cret/);
  });

  it("is left out where nobody knows it, and values that are none", () => {
    const odd = { words: "odd", code: "constructor", values: { one: [] } };
    assert.deepEqual(sanitizeAnswer({ tag: "gone", reason: odd }, same), {
      ...{ tag: "gone", outcomes: new Map() },
      reason: { words: "odd" },
    });
    const values = { status: Number.NaN, meaning: { code: "http" }, other: null };
    const known = sanitizeAnswer({ tag: "gone", reason: { words: "odd", code: "http_meaning", values } }, same);
    assert.deepEqual("reason" in known && known.reason, { words: "odd", code: "http_meaning" });
  });

  it("is in every reason that the bridge and its connectors make", async () => {
    const found: string[] = [];
    const home = join(import.meta.dirname, "../..");
    for await (const file of glob("{src/delivery,src/config,src/storage,connectors}/**/*.ts", { cwd: home })) {
      if (/\.test\.ts$|testing|\/kit\/|sandbox/.test(file)) continue;
      const text = await readFile(join(home, file), "utf8");
      for (const [made] of text.matchAll(
        /\b(?:retry|rejected|unmatched|skipped|unavailable|unsent)\(\s*["`]|reason: \{\s*words: ["`]|refused: ["`]/g,
      ))
        found.push(`${file}: ${made}`);
    }
    assert.deepEqual(found, []);
  });
});
