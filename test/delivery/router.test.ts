/** What a round of the router asks of the store, which answers as one would that has so many callbacks. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Logger } from "../../src/connector.ts";
import { startRouter } from "../../src/delivery/routing/router.ts";
import type { StoredCallback } from "../../src/storage/contract/callbacks.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { callbackBody } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const SIZE = 1024 * 1024;

function callback(padding = 0): StoredCallback {
  const body = new TextEncoder().encode(`${callbackBody({ users: ["jared"] })}${" ".repeat(padding)}`);
  return {
    ...{ seq: 1, app: "1400000000", command: "OfficialAccount.CallbackAfterDeleteSubscriber" },
    ...{ platform: "", clientIp: "", requestTime: null, receivedAt: Date.now(), storedAt: 0, body },
  } as StoredCallback;
}

/**
 * A router over callbacks that are there from the beginning; `asked` are the calls of its store.
 * @param bad the number of a callback that the store cannot take
 */
function routing(first: readonly StoredCallback[], bad?: number) {
  const asked: string[] = [];
  const rounds = [first];
  const read = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  const storage = {
    async unread() {
      asked.push("unread");
      if (asked.length > 1) again.resolve();
      return rounds.shift() ?? [];
    },
    async expand(expansions: readonly { readonly callback: number }[]) {
      asked.push("expand");
      if (expansions.some(({ callback: seq }) => seq === bad)) throw new Error("no place for it");
    },
    async carry(expansions: readonly { readonly callback: number }[]) {
      asked.push("carry");
      if (expansions.some(({ callback: seq }) => seq === bad)) throw new Error("no place for it");
      return { waiting: 0, isBehind: false, claims: [] };
    },
    async unrouted() {
      asked.push("unrouted");
      return { events: [], cursors: {}, startsAt: {} };
    },
  } as unknown as Storage;
  const rest = async () => {
    read.resolve();
    return false;
  };
  const router = startRouter({ storage, log: quiet, connectors: [], rest, couriers: { wake() {}, offers: () => [] } });
  return { asked, read: read.promise, again: again.promise, router };
}

describe("a round of the router", () => {
  it("is followed by none when all was read, until somebody wakes it", async () => {
    const { asked, read, again, router } = routing([callback()]);
    await read;
    for (let turns = 0; turns < 5; turns += 1) await turn();
    assert.deepEqual(asked, ["unread", "carry"]);
    router.wake();
    await again;
    await router.stop();
    assert.deepEqual(asked.slice(2), ["unread", "unrouted"]);
  });

  it("is followed by another at once when what was read is so large that more may not have fitted", async () => {
    const { asked, again, router } = routing([callback(SIZE)]);
    await again;
    await router.stop();
    assert.deepEqual(asked, ["unread", "carry", "unread", "unrouted"]);
  });

  it("routes what there is by the long way, though the store cannot take one of the callbacks", async () => {
    const { asked, router } = routing([callback(), { ...callback(), seq: 2 }, { ...callback(), seq: 3 }], 2);
    await eventually(() => asked.includes("unrouted"));
    await router.stop();
    const long = ["expand", "expand", "expand", "expand", "unrouted"];
    assert.deepEqual(asked.slice(0, 7), ["unread", "carry", ...long]);
  });

  it("is followed by another at once when as many were read as are read at most", async () => {
    const { asked, again, router } = routing(Array.from({ length: 250 }, () => callback()));
    await again;
    await router.stop();
    assert.deepEqual(asked, ["unread", "expand", "unrouted", "unread", "unrouted"]);
  });
});
