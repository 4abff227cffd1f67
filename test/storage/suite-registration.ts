/** Connectors become known, are renamed, redirected, refused, cured. */
import assert from "node:assert/strict";
import type { PauseCause } from "../../src/storage/contract/connectors.ts";
import { act } from "../support/act.ts";
import {
  arrive,
  type Case,
  changeState,
  drain,
  entry,
  queueUsers,
  register,
  registrationOf,
  route,
  statusOf,
} from "./suite-support.ts";

const NOTHING = { adopted: [], redirected: [], refused: [] };

export const registrationCases: readonly Case[] = [
  {
    what: "a new connector is ready and its clock is at zero",
    async prove({ storage }) {
      assert.equal(await storage.connector("crm"), null);
      assert.deepEqual(await register(storage, "crm", { destination: "portal 1" }), NOTHING);
      const row = await storage.connector("crm");
      assert.ok(row);
      const { since, version, ...rest } = row;
      const state = { status: "ready", failures: 0, told: false, held: [] };
      const names = { name: "crm", origin: "crm", type: "scripted", destination: "portal 1" };
      const settings = { fingerprint: "as it was", takenWith: null };
      assert.deepEqual(rest, { ...names, ...settings, cursor: 0, state, probeAt: null, clock: 0 });
      assert.ok(since > 0 && version >= 0);
    },
  },
  {
    what: "registering again keeps cursor, queue and state",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await changeState(storage, { state: { status: "backing_off", failures: 3 }, probeInMs: null });
      const before = await statusOf(storage);
      assert.deepEqual(await register(storage), NOTHING);
      assert.deepEqual(await statusOf(storage), before);
    },
  },
  {
    what: "`was` adopts queue, ledger and delivery ids of the former name",
    async prove({ storage }) {
      await register(storage, "old");
      const [event] = await arrive(storage, { user: "a" });
      await route(storage, ["old"]);
      assert.ok(event);
      const report = await register(storage, "crm", { was: "old" });
      assert.deepEqual(report, { ...NOTHING, adopted: [{ from: "old", to: "crm", waiting: 1 }] });
      assert.equal(await storage.connector("old"), null);
      assert.equal((await storage.connector("crm"))?.origin, "old");
      assert.equal((await entry(storage, event)).id, `${event.id}:old`);
      assert.deepEqual(
        (await drain(storage)).map(({ id }) => id),
        [`${event.id}:old`],
      );
      assert.deepEqual(await register(storage, "crm", { was: "old" }), NOTHING);
    },
  },
  {
    what: "a connector that takes over a name which was renamed away has delivery ids of its own",
    async prove({ storage }) {
      await register(storage, "old");
      await register(storage, "crm", { was: "old" });
      await register(storage, "old");
      const [event] = await arrive(storage, { user: "a" });
      assert.ok(event);
      await route(storage, ["old", "crm"]);
      const ids = [(await entry(storage, event, "old")).id, (await entry(storage, event, "crm")).id];
      assert.equal(new Set(ids).size, 2);
    },
  },
  {
    what: "the same name with another type is refused, and nothing of the registration is done",
    async prove({ storage }) {
      await register(storage, "crm", { type: "hubspot" });
      const report = await storage.register([
        registrationOf("crm", { type: "webhook", destination: "elsewhere" }),
        registrationOf("partner"),
      ]);
      assert.deepEqual(
        report.refused.map(({ name }) => name),
        ["crm"],
      );
      const why =
        "it was a hubspot so far, and the configuration makes it a webhook: choose another name for the webhook";
      assert.deepEqual(report.refused, [{ name: "crm", why }]);
      assert.equal((await storage.connector("crm"))?.destination, "nowhere");
      assert.equal(await storage.connector("partner"), null);
    },
  },
  {
    what: "a queue of another type is not adopted",
    async prove({ storage }) {
      await register(storage, "old", { type: "hubspot" });
      const { refused, adopted } = await register(storage, "crm", { type: "webhook", was: "old" });
      assert.deepEqual(adopted, []);
      const why = 'was: old is a hubspot, and this is a webhook: a queue goes on only under its own type; remove "was"';
      assert.deepEqual(refused, [{ name: "crm", why }]);
      assert.ok(await storage.connector("old"));
      assert.equal(await storage.connector("crm"), null);
    },
  },
  {
    what: "a changed destination is reported with what waits, once",
    async prove({ storage }) {
      await register(storage, "crm", { destination: "portal 1" });
      await queueUsers(storage, "a", "b");
      const { redirected } = await register(storage, "crm", { destination: "portal 2" });
      assert.deepEqual(redirected, [{ name: "crm", from: "portal 1", to: "portal 2", waiting: 2 }]);
      assert.deepEqual(await register(storage, "crm", { destination: "portal 2" }), NOTHING);
      assert.equal((await storage.connector("crm"))?.destination, "portal 2");
    },
  },
  ...(["credentials", "refusing", "gone"] as const).map((cause) => lifts(cause)),
  {
    what: "changed settings end a backoff",
    async prove({ storage }) {
      await register(storage);
      await changeState(storage, { state: { status: "backing_off", failures: 9 }, probeInMs: 3_600_000 });
      await register(storage, "crm", { fingerprint: "changed" });
      const row = await storage.connector("crm");
      assert.equal(row?.state.status, "ready");
      assert.equal(row?.probeAt, null);
    },
  },
  {
    what: "changed settings do not lift a person's pause",
    async prove({ storage }) {
      await register(storage);
      await storage.pause("crm", act());
      await register(storage, "crm", { fingerprint: "changed" });
      assert.equal((await storage.connector("crm"))?.state.cause, "person");
    },
  },
  {
    what: "connectors that are not named keep everything",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await register(storage, "partner");
      assert.equal((await statusOf(storage)).waiting, 2);
      assert.equal((await drain(storage)).length, 2);
    },
  },
];

function lifts(cause: PauseCause): Case {
  return {
    what: `changed settings lift a pause (${cause}), the same settings do not`,
    async prove({ storage }) {
      await register(storage);
      await changeState(storage, { state: { status: "paused", cause, failures: 1 } });
      const { version = 0 } = (await storage.connector("crm")) ?? {};
      await register(storage);
      assert.equal((await storage.connector("crm"))?.state.status, "paused");
      await register(storage, "crm", { fingerprint: "changed" });
      const row = await storage.connector("crm");
      assert.equal(row?.state.status, "ready");
      // a batch that was under way must not write what it computed before
      assert.notEqual(row?.version, version);
    },
  };
}
