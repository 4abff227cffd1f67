/** What is counted of events against a configuration: what the ledger tells of each, how much is kept, and when it ends. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AgainstOptions, compareAgainst } from "../../src/operations/against/against.ts";
import { differencesOf } from "../../src/operations/against/difference.ts";
import { pastOf } from "../../src/operations/against/past.ts";
import { openGroups } from "../../src/operations/against/tally.ts";
import type { ConnectorRow } from "../../src/storage/contract/connectors.ts";
import type { DecidedEvent, Decision } from "../../src/storage/contract/ledger.ts";
import type { KnownBridge } from "../../src/storage/contract/presence.ts";
import { CHAT, loadGood, PARTNER } from "../config/support.ts";
import { row, taken } from "../support/deliveries.ts";

const KNOWN: ConnectorRow = { ...row(), name: "partner", origin: "partner", type: "webhook", cursor: 10 };

function decided(seq: number, ...decisions: readonly Decision[]): DecidedEvent {
  return { event: { ...taken(seq).event, seq }, decisions };
}

const line = (state: Decision["state"], attempts = 0): Decision => ({ connector: "partner", state, attempts });

describe("what was done with an event so far", () => {
  for (const [what, event, past] of [
    ["sent, where it waits", decided(1, line("waiting")), "sent"],
    ["sent, where it was given up", decided(1, line("dead", 3)), "sent"],
    ["sent, where the destination had none of that person", decided(1, line("skipped", 1)), "sent"],
    ["skipped, where the settings said so", decided(1, line("skipped")), "skipped"],
    ["not decided, where the router has not come to it", decided(11), "waits"],
    ["unknown, where the ledger has no line", decided(1), "unknown"],
    [
      "unknown, where only another connector has one",
      decided(1, { ...line("delivered", 1), connector: "crm" }),
      "unknown",
    ],
  ] as const) {
    it(`is ${what}`, () => assert.equal(pastOf(event, KNOWN).past, past));
  }
});

describe("reasons", () => {
  it("are told apart up to twenty, and all others counted as one", () => {
    const groups = openGroups(1);
    const example = { event: taken(1).event, id: "a", state: null };
    for (let n = 0; n < 50; n += 1) for (let times = n; times < 50; times += 1) groups.add(`reason ${n}`, example);
    const found = groups.groups();
    assert.equal(found.length, 21);
    assert.deepEqual([found[0]?.count, found.find(({ reason }) => reason === "other reasons")?.count], [465, 465]);
    assert.ok(found.every(({ examples }) => examples.length === 1));
  });
});

describe("where requests differ", () => {
  const request = (body: unknown) => ({ method: "POST", url: "https://a.example", headers: {}, body });
  it("is told by path, also of what is on one side alone, and not for what is said about them", () => {
    const before = [request({ a: 1, list: [1, 2], gone: true })];
    const now = [{ ...request({ a: 2, list: [1, 3, 4] }), note: "a note" }];
    assert.deepEqual(differencesOf(before, now), [
      { path: "body.a", before: 1, now: 2 },
      { path: "body.list[1]", before: 2, now: 3 },
      { path: "body.list[2]", before: undefined, now: 4 },
      { path: "body.gone", before: true, now: undefined },
    ]);
    assert.deepEqual(differencesOf([request(1), request(1)], [request(1), request(2)]), [
      { path: "request 2 body", before: 1, now: 2 },
    ]);
  });
});

const YAML = `${CHAT}${PARTNER}`;

function bridgeWith(file: string): KnownBridge {
  const configuration = { file, hash: "as it was" };
  return {
    ...{ id: "b", host: "h", process: 1, version: "v", configuration },
    since: 1,
    seenAt: 1,
    endedAt: null,
    serves: true,
  };
}

async function compared(
  pages: readonly (readonly DecidedEvent[])[],
  options: Partial<AgainstOptions> = {},
  file = "other.yaml",
) {
  const config = await loadGood(YAML);
  const events = async (_: number, { after = "0" }: { readonly after?: string }) => {
    const next = Number(after) + 1 < pages.length ? String(Number(after) + 1) : null;
    return { entries: pages[Number(after)] ?? [], looked: 1, next };
  };
  const bridges = async () => [bridgeWith(file === "this" ? config.file : file)];
  const questions = { events, bridges, connectors: async () => [KNOWN] };
  return compareAgainst(questions, config, { since: 0, examples: 3, ...options });
}

describe("a configuration against the events of a store", () => {
  it("counts page after page, and says how far it has come", async () => {
    const looked: number[] = [];
    const pages = [[decided(12), decided(5, line("delivered", 1))], [], [decided(4, line("skipped"))]];
    const report = await compared(pages, { onLooked: (events) => looked.push(events) });
    const [partner] = report?.connectors ?? [];
    assert.deepEqual([report?.events, looked, partner?.going.count], [3, [2, 3], 3]);
    assert.deepEqual([partner?.changes.more.count, partner?.changes.undecided], [1, 1]);
  });

  it("rests in between where others work in the same process", async () => {
    const rests: number[] = [];
    const stopping = new AbortController();
    const rest = async (workedMs: number) => {
      rests.push(workedMs);
      if (rests.length === 2) stopping.abort();
    };
    const config = await loadGood(YAML);
    const events = async () => ({ entries: [decided(1)], looked: 1, next: "more" });
    const questions = { events, bridges: async () => [], connectors: async () => [KNOWN] };
    const found = await compareAgainst(questions, config, { since: 0, examples: 0, rest, signal: stopping.signal });
    assert.deepEqual([found, rests.length], [null, 2]);
    assert.ok(rests.every((workedMs) => workedMs > 0));
  });

  it("ends at once, and tells nothing, when it is told to stop", async () => {
    const stopping = new AbortController();
    const endless = Array.from({ length: 1_000 }, (_, n) => [decided(n + 1)]);
    let pages = 0;
    const onLooked = () => {
      pages += 1;
      stopping.abort();
    };
    assert.equal(await compared(endless, { signal: stopping.signal, onLooked }), null);
    assert.equal(pages, 1);
  });

  it("is compared with the file of the bridge that serves the store, if that is another and can be had", async () => {
    const asked: string[] = [];
    const running = async (file: string, hash: string) => {
      asked.push(`${file} ${hash}`);
      return loadGood(YAML.replace("/unsubscribes", "/before"));
    };
    const pages = [[decided(1, line("delivered", 1))]];
    const report = await compared(pages, { running });
    const [partner] = report?.connectors ?? [];
    assert.deepEqual(asked, ["other.yaml as it was"]);
    assert.ok(partner?.changes.requests.tag === "compared");
    assert.equal(partner.changes.requests.differing.count, 1);
    const [unread] = (await compared(pages, { running: async () => undefined }))?.connectors ?? [];
    assert.deepEqual(unread?.changes.requests, { tag: "unknown" });
    await compared(pages, { running }, "this");
    assert.equal(asked.length, 1);
  });
});
