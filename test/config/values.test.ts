import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import {
  formatDuration,
  formatRate,
  formatSize,
  parseDuration,
  parseRate,
  parseSize,
} from "../../src/config/settings/units.ts";
import { template } from "../../src/config/templates/templates.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { CHAT, ENV, inFolder, loadGood, PARTNER } from "./support.ts";

/** A setting that may be any text, from what stands in the file. */
async function textFrom(written: string, env: Record<string, string> = {}): Promise<string> {
  const { server } = await loadGood(`${CHAT}${PARTNER}server: { host: ${written} }\n`, { ...ENV, ...env });
  return server.host;
}

describe("the bridge's name", () => {
  it("is what stands there, or nothing", async () => {
    assert.equal((await loadGood(`name: production eu-1\n${CHAT}${PARTNER}`)).name, "production eu-1");
    assert.equal((await loadGood(CHAT + PARTNER)).name, undefined);
  });
});

describe("variables", () => {
  for (const [what, written, env, expected] of [
    ["is put in", '"${P}"', { P: "/a" }, "/a"],
    ["is put in between other text", '"/x/${P}/y"', { P: "a" }, "/x/a/y"],
    ["wins over its default", '"${P:-/b}"', { P: "/a" }, "/a"],
    ["gives way to its default when it is not set", '"${P:-/b}"', {}, "/b"],
    ["gives way to its default when it is empty", '"${P:-/b}"', { P: "" }, "/b"],
    ["may have an empty default", '"/a${P:-}"', {}, "/a"],
    ["is left alone behind a dollar", '"/$${P}"', { P: "a" }, "/${P}"],
    ["is not looked at again once it is put in", '"${P}"', { P: "/${Q}", Q: "q" }, "/${Q}"],
  ] as const) {
    it(`one ${what}`, async () => {
      assert.equal(await textFrom(written, env), expected);
    });
  }

  it("one cannot break the YAML, whatever it holds", async () => {
    const token = "\"]}: - # {{ user_id }} \\ é'";
    const config = await loadGood(CHAT + PARTNER, { ...ENV, TOKEN: token });
    assert.equal(config.chat.apps[0]?.token, token);
  });

  it("one may be a number, a duration, a word of a choice or the value of true or false", async () => {
    const more = 'server: { port: "${A}", drain: "${B}" }\nlog: { level: "${C}" }\nstorage: { prepare: "${D}" }\n';
    const env = { ...ENV, A: "9000", B: "2s", C: "warn", D: "false" };
    const { server, log, storage } = await loadGood(CHAT + PARTNER + more, env);
    assert.deepEqual([server.port, server.drain, log.level, storage.prepare], [9000, 2000, "warn", false]);
  });

  it("one is no template, even where a template stands", async () => {
    const more = '    body: { greeting: "${GREETING} {{ user_id }}" }\n';
    const config = await loadGood(CHAT + PARTNER + more, { ...ENV, GREETING: "{{ operator }} {% if" });
    const [partner] = config.connectors;
    assert.ok(partner);
    const rendered = template(partner.settings.body)(sampleDelivery("jared"));
    assert.deepEqual(rendered, { greeting: "{{ operator }} {% if jared" });
  });
});

describe("secrets by file", () => {
  it("are read relative to the YAML file, without the line break that editors put at the end", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "token"), "the-token\n");
      await writeFile(join(folder, "bridge.yaml"), CHAT.replace("${TOKEN}", "{ file: ./token }") + PARTNER);
      const result = await loadConfig(join(folder, "bridge.yaml"), ENV);
      assert.ok(result.ok);
      assert.equal(result.config.chat.apps[0]?.token, "the-token");
      assert.ok(result.config.secrets.includes("the-token"));
      assert.deepEqual([...result.config.readFrom.keys()].sort(), [join(folder, "bridge.yaml"), join(folder, "token")]);
    });
  });
});

describe("paths", () => {
  it("are relative to the YAML file", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "bridge.yaml");
      await writeFile(file, `${CHAT}${PARTNER}storage: { spool: ../spool.jsonl }\n`);
      const result = await loadConfig(file, ENV);
      assert.ok(result.ok);
      const { storage, dead_letters } = result.config;
      assert.deepEqual(
        [storage.url, storage.spool, dead_letters.file],
        [`sqlite:${folder}/data/bridge.db`, join(folder, "../spool.jsonl"), join(folder, "data/dead-letters.jsonl")],
      );
    });
  });

  it("lie in UNSUB_BRIDGE_DATA where they are as by default, and only there", async () => {
    const more = "dead_letters: { file: ./mine.jsonl }\n";
    const config = await loadGood(CHAT + PARTNER + more, { ...ENV, UNSUB_BRIDGE_DATA: "/data" });
    const { storage, dead_letters, file } = config;
    assert.deepEqual([storage.url, storage.spool], ["sqlite:/data/bridge.db", "/data/spool.jsonl"]);
    assert.equal(dead_letters.file, join(file, "../mine.jsonl"));
  });
});

describe("units", () => {
  for (const [text, ms] of [
    ["250ms", 250],
    ["30s", 30_000],
    ["10 m", 600_000],
    ["1.5h", 5_400_000],
    ["72h", 259_200_000],
    ["7d", 604_800_000],
    ["30", undefined],
    ["-1s", undefined],
    ["0s", undefined],
    ["1w", undefined],
    ["1e3s", undefined],
    ["9999999999999999d", undefined],
  ] as const) {
    it(`the duration ${text} is ${ms ?? "none"}`, () => assert.equal(parseDuration(text), ms));
  }
  for (const [text, bytes] of [
    ["64KiB", 65_536],
    ["4MiB", 4_194_304],
    ["4 mb", 4_000_000],
    ["1.5KB", 1_500],
    ["12B", 12],
    ["12", undefined],
    ["1TiB", undefined],
  ] as const) {
    it(`the size ${text} is ${bytes ?? "none"}`, () => assert.equal(parseSize(text), bytes));
  }
  for (const [text, rate] of [
    ["19/s", { requests: 19, perMs: 1_000 }],
    ["300/min", { requests: 300, perMs: 60_000 }],
    ["100 per 10s", { requests: 100, perMs: 10_000 }],
    ["1 / hour", { requests: 1, perMs: 3_600_000 }],
    ["1.5/s", undefined],
    ["/s", undefined],
  ] as const) {
    it(`the rate ${text} is ${rate === undefined ? "none" : "one"}`, () => assert.deepEqual(parseRate(text), rate));
  }

  it("are written as they are read", () => {
    for (const ms of [250, 1_500, 60_000, 259_200_000, 604_800_000])
      assert.equal(parseDuration(formatDuration(ms)), ms);
    for (const bytes of [12, 1_500, 65_536, 4_194_304]) assert.equal(parseSize(formatSize(bytes)), bytes);
    for (const rate of [
      { requests: 19, perMs: 1_000 },
      { requests: 100, perMs: 10_000 },
    ]) {
      assert.deepEqual(parseRate(formatRate(rate)), rate);
    }
  });
});

describe("what is left out", () => {
  it("has the values that the schema names", async () => {
    const { server, storage, chat, connectors } = await loadGood(CHAT + PARTNER);
    assert.deepEqual(server, {
      host: "0.0.0.0",
      port: 8080,
      path: "/callback",
      max_body: 4_194_304,
      answer_within: 1_500,
      drain: 3_000,
      trusted_proxies: [],
    });
    assert.deepEqual([storage.retention, storage.raw_retention], [90 * 86_400_000, 7 * 86_400_000]);
    assert.deepEqual([chat.max_clock_skew, chat.apps[0]?.allow_unsigned], [60_000, false]);
    const [partner] = connectors;
    assert.deepEqual(
      [partner?.common.events, partner?.common.enabled, partner?.start],
      [["unsubscribed"], true, "now"],
    );
    assert.deepEqual(partner?.common.retry, { give_up_after: 259_200_000, first_delay: 1_000, max_delay: 600_000 });
  });

  it("is filled in where a block is there and empty", async () => {
    const { server, log } = await loadGood(`${CHAT}${PARTNER}server:\nlog: {}\n`);
    assert.deepEqual([server.port, log.level], [8080, "info"]);
  });
});

describe("the start of a new connector", () => {
  for (const [written, start] of [
    ["now", "now"],
    ["all", "all"],
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2026-01-31T08:00:00+08:00", Date.UTC(2026, 0, 31)],
  ] as const) {
    it(`may be ${written}`, async () => {
      const { connectors } = await loadGood(`${CHAT}${PARTNER}    start: ${written}\n`);
      assert.equal(connectors[0]?.start, start);
    });
  }
});

describe("anchors", () => {
  it("may be used to say something once", async () => {
    const yaml = `${CHAT}connectors:
  one: { type: webhook, url: "https://one.example/x", secret: "\${SECRET}", retry: &patient { give_up_after: 7d } }
  two: { type: webhook, url: "https://two.example/x", secret: "\${SECRET}", retry: *patient }
`;
    const { connectors } = await loadGood(yaml);
    assert.deepEqual(
      connectors.map(({ common }) => common.retry.give_up_after),
      [604_800_000, 604_800_000],
    );
  });
});
