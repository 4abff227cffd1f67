/** What a store remembers of a connector beside its condition: whom it put off, and the settings with which it took something. */
import assert from "node:assert/strict";
import type { ConnectorRow } from "../../src/storage/contract/connectors.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import {
  type Case,
  changeState,
  delivered,
  HOUR,
  later,
  queueUsers,
  register,
  settle,
  take,
  WHY,
} from "./suite-support.ts";

const PUT_OFF = [
  { event: 1, reason: WHY },
  { event: 7, reason: { words: "HTTP 404" } },
];

async function connector(storage: Storage, name = "crm"): Promise<ConnectorRow> {
  const row = await storage.connector(name);
  assert.ok(row);
  return row;
}

/** Delivers what waits, with these settings. */
async function deliverWith(storage: Storage, takenWith: string, name = "crm"): Promise<void> {
  const claim = await take(storage, 100, 5, name);
  assert.notEqual(claim.deliveries.length, 0);
  const settlements = claim.deliveries.map(delivered);
  await storage.settle({ connector: name, token: claim.token, settlements, takenWith });
}

export const healthCases: readonly Case[] = [
  {
    what: "whom a destination put off stays known, also through a restart",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await register(storage);
      await changeState(storage, { state: { putOff: PUT_OFF } });
      const again = await reopen();
      assert.deepEqual((await connector(again)).state.putOff, PUT_OFF);
      assert.deepEqual((await again.status()).connectors[0]?.state.putOff, PUT_OFF);
    },
  },
  {
    what: "whom it put off is forgotten with a state that says so",
    async prove({ storage }) {
      await register(storage);
      await changeState(storage, { state: { putOff: PUT_OFF } });
      await changeState(storage, { state: {} });
      assert.equal((await connector(storage)).state.putOff, undefined);
    },
  },
  {
    what: "a person's pause, a person's resume and other settings begin anew with whom it put off",
    async prove({ storage }) {
      await register(storage);
      const refusing = { state: { status: "paused", cause: "refusing", putOff: PUT_OFF }, probeInMs: HOUR } as const;
      const anew: Readonly<Record<string, () => Promise<unknown>>> = {
        pause: () => storage.pause("crm", act()),
        resume: () => storage.resume("crm", act()),
        register: () => register(storage, "crm", { fingerprint: "other settings" }),
      };
      for (const [how, act] of Object.entries(anew)) {
        await changeState(storage, refusing);
        await act();
        assert.equal((await connector(storage)).state.putOff, undefined, how);
      }
    },
  },
  {
    what: "the settings with which something was taken are remembered through other settings and back again",
    async prove({ storage }) {
      await register(storage);
      assert.equal((await connector(storage)).takenWith, null);
      await queueUsers(storage, "a");
      await deliverWith(storage, "as it was");
      await register(storage, "crm", { fingerprint: "other settings" });
      const other = await connector(storage);
      assert.deepEqual([other.fingerprint, other.takenWith], ["other settings", "as it was"]);
      await register(storage);
      const back = await connector(storage);
      assert.equal(back.fingerprint, back.takenWith);
    },
  },
  {
    what: "a renamed connector remembers with which settings something was taken",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await deliverWith(storage, "as it was");
      await register(storage, "sales", { was: "crm" });
      assert.equal((await connector(storage, "sales")).takenWith, "as it was");
    },
  },
  {
    what: "what destinations took and hold otherwise is added up, through a restart, until other settings are registered",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      const claim = await take(storage);
      for (const [index, one] of claim.deliveries.entries()) {
        const differing = { count: index + 1, note: `contact ${index}` };
        await storage.settle({ connector: "crm", token: claim.token, settlements: [delivered(one)], differing });
      }
      const again = await reopen();
      await register(again);
      const { differing } = await connector(again);
      assert.deepEqual([differing?.count, differing?.note], [3, "contact 1"]);
      assert.ok(differing !== undefined && differing.since <= differing.at);
      assert.deepEqual((await again.status()).connectors[0]?.differing, differing);
      await register(again, "crm", { fingerprint: "other settings" });
      assert.equal((await connector(again)).differing, undefined);
    },
  },
  {
    what: "what goes back to waiting, is replayed or comes too late takes nothing",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await settle(storage, await take(storage), later(0));
      const late = await take(storage);
      await storage.release(
        "crm",
        late.token,
        late.deliveries.map(({ event }) => event.seq),
      );
      const settlements = late.deliveries.map(delivered);
      await storage.settle({
        connector: "crm",
        token: late.token,
        settlements,
        takenWith: "as it was",
        differing: { count: 1, note: "" },
      });
      assert.equal((await connector(storage)).takenWith, null);
      assert.equal((await connector(storage)).differing, undefined);
    },
  },
];
