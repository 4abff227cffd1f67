/** Each operation over every front: terminal, API, terminal from afar, and page where there is one; what it does, and in whose name. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { faultyCallback, type Json, seedEverything } from "../cli/seed.ts";
import { callbackBody } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type Fronts, openFronts } from "./fronts.ts";

/** How a front does something. Ids are looked up where it is done. */
interface Way {
  readonly operation: string;
  readonly line: (at: Fronts) => Promise<string[]> | string[];
  readonly call: (at: Fronts) => Promise<unknown>;
  readonly page?: (at: Fronts) => Promise<Response>;
}

const expired = (at: Fronts): Promise<string> => at.id("expired-1", "crm");

async function entry(at: Fronts): Promise<string> {
  const { entries } = await at.json("quarantine", "list");
  return (entries as { id: string; fault: string }[]).find(({ fault }) => fault.startsWith("EventTime"))?.id ?? "";
}

/** By a plan, from freezing to its end. */
async function planned(at: Fronts, repair: string, filter: object, why: string): Promise<void> {
  const { json } = await at.call("POST", "/dead-letters/plans", { repair, ...filter });
  const look = async () => (await at.call("GET", `/plans/${json.id}`)).json;
  await eventually(async () => (await look()).frozen === true);
  assert.equal((await at.call("POST", `/plans/${json.id}/run`, { why })).status, 202);
  await eventually(async () => {
    const { done: sofar, deliveries } = await look();
    return sofar === deliveries;
  });
}

const WAYS: readonly Way[] = [
  {
    operation: "search",
    line: () => ["trace", "delivered-1"],
    call: (at) => at.call("GET", "/people/delivered-1"),
  },
  {
    operation: "export",
    line: () => ["dead-letters", "export", "--class", "expired"],
    call: (at) => at.call("POST", "/dead-letters/exported", { class: "expired", count: 1 }),
  },
  {
    operation: "pause",
    line: () => ["pause", "crm", "--why", "the portal moves"],
    call: (at) => at.call("POST", "/connectors/crm/pause", { why: "the portal moves" }),
    page: (at) => at.post("/connectors/crm/pause", { why: "the portal moves" }),
  },
  {
    operation: "resume",
    line: () => ["resume", "crm"],
    call: (at) => at.call("POST", "/connectors/crm/resume"),
    page: (at) => at.post("/connectors/crm/resume", {}),
  },
  {
    operation: "retry",
    line: () => ["retry", "--now", "crm", "--why", "it is well"],
    call: (at) => at.call("POST", "/connectors/crm/retry", { why: "it is well" }),
    page: (at) => at.post("/connectors/crm/retry", { why: "it is well" }),
  },
  {
    operation: "replay",
    line: async (at) => ["dead-letters", "replay", "--id", await expired(at), "--why", "it is well", "--yes"],
    call: async (at) =>
      at.call("POST", "/dead-letters/replay", { ids: [await expired(at)], dry: false, why: "it is well" }),
  },
  {
    operation: "discard",
    line: () => ["dead-letters", "discard", "--class", "unmatched", "--why", "nobody knows them", "--yes"],
    call: (at) => planned(at, "discard", { class: "unmatched" }, "nobody knows them"),
  },
  {
    operation: "quarantine_replay",
    line: async (at) => ["quarantine", "replay", "--id", await entry(at), "--yes"],
    call: async (at) => at.call("POST", "/quarantine/replay", { ids: [await entry(at)], dry: false }),
  },
  {
    operation: "alerts_silence",
    line: () => ["alerts", "silence", "paused_after/crm", "1h", "--why", "the portal moves"],
    call: (at) => at.call("POST", "/alarms/paused_after%2Fcrm/silence", { for: "1h", why: "the portal moves" }),
    page: (at) => at.post("/alarms/silence", { name: "paused_after/crm", hours: "1", why: "the portal moves" }),
  },
];

const ACTORS = {
  terminal: { name: "ann", front: "terminal", proven: false },
  api: { name: "olga", front: "api", proven: true },
  page: { name: "olga", front: "page", proven: true },
} as const;

/** What was done, but for when, by whom, and under ids that are fresh each time. */
async function done(at: Fronts): Promise<{ readonly acts: Json[]; readonly states: Json }> {
  const { audit } = await at.json("audit", "list", "--limit", "100");
  const acts = (audit as Json[]).filter(({ actor }) => actor.name !== "seed").toReversed();
  const { deliveries } = await at.json("deliveries", "list");
  const states = (deliveries as Json[]).map(({ id, state, generation }) => [id.split(":")[1], state, generation]);
  return { acts, states };
}

const withoutFresh = ({ operation, person, count, filter }: Json): Json => ({
  ...{ operation, person, count },
  filter: { ...filter, ...("ids" in filter && { ids: filter.ids.length }), ...("plan" in filter && { plan: "one" }) },
});

describe("an operation", () => {
  const worlds: Fronts[] = [];
  before(async () => {
    for (let each = 0; each < 4; each += 1) {
      const world = await openFronts(async (storage) => {
        await seedEverything(storage);
        const understood = faultyCallback(callbackBody({ users: ["late-1"] }), "EventTime: expected milliseconds");
        await storage.accept({ callbacks: [], quarantine: [understood] });
      });
      worlds.push(world);
    }
  });
  after(() => Promise.all(worlds.map((world) => world.close())));

  it("does the same by every front, and stands in the audit as who did it, and where", async () => {
    const [here, afar, calls, pages] = worlds as [Fronts, Fronts, Fronts, Fronts];
    for (const { operation, line, call, page } of WAYS) {
      const beside = await here.command(...(await line(here)), "--as", "ann");
      const remote = await afar.afar(...(await line(afar)));
      assert.equal(beside.code, 0, `${operation}: ${beside.err}`);
      assert.equal(remote.code, 0, `${operation}: ${remote.err}`);
      assert.equal(remote.out.split("\n").length, beside.out.split("\n").length, operation);
      await call(calls);
      const shown = await page?.(pages);
      if (shown !== undefined) assert.equal(shown.status, 303, `${operation}: ${await shown.text()}`);
      // what has no page is done by a call there, so that all go on from the same
      else await call(pages);
    }
    const [first, ...others] = await Promise.all(worlds.map(done));
    assert.deepEqual(
      first?.acts.map(({ operation }) => operation),
      WAYS.map(({ operation }) => operation),
    );
    for (const other of others) {
      assert.deepEqual(other.acts.map(withoutFresh), first?.acts.map(withoutFresh));
      assert.deepEqual(other.states, first?.states);
    }
    const actors = (await Promise.all(worlds.map(done))).map(({ acts }) => acts.map(({ actor }) => actor));
    const [byHand, byUrl, byCall, byForm] = actors;
    assert.deepEqual(
      byHand,
      WAYS.map(() => ACTORS.terminal),
    );
    assert.deepEqual(
      byUrl,
      WAYS.map(() => ACTORS.api),
    );
    assert.deepEqual(
      byCall,
      WAYS.map(() => ACTORS.api),
    );
    assert.deepEqual(
      byForm,
      WAYS.map(({ page }) => (page === undefined ? ACTORS.api : ACTORS.page)),
    );
  });
});
