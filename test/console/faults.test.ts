/** What is wrong in a configuration, in Chinese: what people meet is said so; what nobody has said stays as it was found. */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { sentencesIn } from "../../src/basics/sentence-tables.ts";
import { saidOfFault } from "../../src/config/faults/sentences.ts";
import { saidIn } from "../../src/console/parts/reason.tsx";
import { CHAT, load, PARTNER } from "../config/support.ts";

const ROOT = join(import.meta.dirname, "../..");

const BOTH = CHAT + PARTNER;

const inChinese = (words: string): string => saidIn(saidOfFault(words), "zh");

/** Faults and warnings of a text, as a page in Chinese says them. */
async function faultsOf(yaml: string): Promise<string[]> {
  const result = await load(yaml);
  const found = result.ok ? result.config.warnings : result.faults;
  return found.map(({ what, todo }) => `${inChinese(what)}；${inChinese(todo)}`);
}

const ROWS: readonly (readonly [what: string, yaml: string, ...found: readonly string[]])[] = [
  ["a name that nobody knows", `${BOTH}sever: {}\n`, "没有名为“sever”的设置项；您要写的是“server”吗？"],
  [
    "what is missing",
    `${CHAT}connectors:\n  partner:\n    type: webhook\n    secret: \${SECRET}\n`,
    "缺少“url”；请加上 `url: https://partner.example/unsubscribes`",
  ],
  [
    "a block that is a text",
    `${BOTH}server: yes please\n`,
    "这里应为一组设置项，而不是文本；请写 `server: { host: yes please }`",
  ],
  ["a duration", `${BOTH}    timeout: 10\n`, '"10"不是时长；请写带 ms、s、m、h 或 d 的数字，例如 30s'],
  ["a variable", `${BOTH}    was: \${NOPE}\n`, "没有设置环境变量 NOPE；请设置它，或给出默认值：${NOPE:-default}"],
  [
    "a secret in clear text",
    `${CHAT}connectors:\n  partner:\n    type: webhook\n    url: https://partner.example/\n    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n`,
    "这里的密钥是明文；请把它放进环境变量，并写 ${PARTNER_WEBHOOK_SECRET}；或放进文件，并写 { file: path }",
  ],
  [
    "a sign of another keyboard",
    `${BOTH}log：\n  level: info\n`,
    "这里有一个形似的字符 ：（U+FF1A）；请输入半角冒号 : 和一个空格",
  ],
  ["a colon that is missing", "server:\n  host 0.0.0.0\n  port: 8080\n", "“host”后面缺少冒号；请写 `host: …`"],
  ["a type that there is not", `${CHAT}connectors:\n  a:\n    type: hubspt\n`],
];

describe("faults of a configuration, in Chinese", () => {
  for (const [what, yaml, ...expected] of ROWS) {
    it(`say what is wrong and what to do: ${what}`, async () => {
      const found = await faultsOf(yaml);
      if (expected.length > 0) assert.deepEqual(found, expected);
      for (const text of found) assert.match(text, /^.*\p{Script=Han}.*；.*\p{Script=Han}/u);
    });
  }

  it("are left as they were found where nobody has said them, as a whole", () => {
    for (const words of ["the sky is green", "write something else into it than this", "the value is rather odd"])
      assert.equal(inChinese(words), words);
  });

  it("hold no value that the English ones have not, and words wherever those have any", () => {
    const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    for (const [code, { en, zh }] of sentencesIn("fault")) {
      const names = new Set(namesIn(en));
      assert.deepEqual(
        namesIn(zh).filter((name) => !names.has(name)),
        [],
        code,
      );
      assert.ok(
        /\p{Script=Han}/u.test(zh) || !/[a-z]{2}/.test(en.replace(/\{\w+\}/g, "")) || /true or false/.test(en),
        code,
      );
    }
  });

  it("are those that the configuration says: none of them was changed there alone", async () => {
    const sources = await sourcesOf(
      "src/config/**/*.ts",
      "connectors/**/*.ts",
      "src/basics/*.ts",
      "src/guarded-http/*.ts",
    );
    const strange = [...sentencesIn("fault")].flatMap(([code, { en }]) =>
      COMPOSED.has(code) ? [] : partsOf(en).flatMap((part) => (sources.includes(part) ? [] : `${code}: ${part}`)),
    );
    assert.deepEqual(strange, []);
  });
});

/** Put together there of other parts than here. */
const COMPOSED: ReadonlySet<string> = new Set([
  "fault_did_you_mean_type",
  "fault_indent_less",
  "fault_whole_range",
  "fault_whole_least",
  "fault_whole_most",
  "fault_number_range",
  "fault_share_form",
  "fault_rate_form",
  "fault_quotes_as_it_stands",
  "fault_variable_meant",
  "fault_variable_meant_env",
  "fault_guessable_short",
  "fault_guessable_word",
  "fault_stand_in_part",
  "fault_stand_in_example",
  "fault_stand_in_comma",
  "fault_odd_quotes_of",
  "fault_blank_meant",
  "fault_delete_meant",
  "fault_add_before_line",
  "fault_http_prefix",
  "fault_no_whsec",
]);

/** What stands between values, as far as it is long enough to be told from others. */
const partsOf = (en: string): readonly string[] =>
  en
    .split(/\{\w+\}/)
    .map((part) => plain(part))
    .filter((part) => part.length > 15);

/** Without signs that a source may escape. */
const plain = (text: string): string => text.replace(/[\\"'`$]/g, "").trim();

async function sourcesOf(...patterns: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for await (const file of glob([...patterns], { cwd: ROOT })) {
    if (!file.endsWith("faults/sentences.ts")) texts.push(plain(await readFile(join(ROOT, file), "utf8")));
  }
  return texts.join("\n");
}
