/** A bridge that is killed in the middle of a plan: whoever starts it again goes on, and nobody is sent twice for it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import type { BridgeProcess } from "../support/process.ts";
import { bury } from "./letters-support.ts";
import { type ConsoleWorld, inStore, OPERATOR, openConsole } from "./support.ts";

const LETTERS = 5_000;

interface Told {
  readonly frozen: boolean;
  readonly deliveries: number;
  readonly done: number;
  readonly changed: number;
  readonly left: readonly unknown[];
}

describe("a plan under which the bridge is killed", { skip: ON_BUN_ALONE }, () => {
  let console: ConsoleWorld;
  let bridge: BridgeProcess;
  before(async () => {
    console = await openConsole({
      start: async (world) => {
        bridge = await world.start();
        return bridge;
      },
      // nobody configures it: what is replayed waits, and stays to be counted
      seed: (storage) =>
        bury(storage, { connector: "old", prefix: "old", count: LETTERS, reason: () => ({ words: "refused" }) }),
    });
  });
  after(() => console.close());

  it("goes on after a restart where it was, from the page, and changes each delivery once", async () => {
    const headers = { authorization: `Bearer ${OPERATOR}`, "content-type": "application/json" };
    let { origin } = console;
    const call = async (path: string, body?: unknown): Promise<Told & { readonly id: string }> => {
      const response = await fetch(`${origin}/api/v1${path}`, {
        headers,
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      });
      return (await response.json()) as Told & { readonly id: string };
    };
    const { id } = await call("/dead-letters/plans", { repair: "replay", connector: "old" });
    await eventually(async () => (await call(`/plans/${id}`)).frozen);
    await console.post(`/plans/${id}/work`, {});
    await eventually(async () => (await call(`/plans/${id}`)).done > 0);
    await bridge.kill();

    const killedAt = await inStore(console, (storage) => storage.plan(id));
    assert.ok(killedAt !== null && killedAt.done > 0 && killedAt.done < LETTERS, `${killedAt?.done} were done`);
    const again = await console.start();
    origin = `${(await again.logged("admin.ready")).url}`;
    const page = async () => (await fetch(`${origin}/plans/${id}`, { headers })).text();
    assert.match(await page(), /Interrupted: /);
    assert.match(await page(), new RegExp(`<progress max="${LETTERS}" value="${killedAt.done}"`));
    const sent = await fetch(`${origin}/plans/${id}/work`, {
      method: "POST",
      redirect: "manual",
      headers: { authorization: headers.authorization, "content-type": "application/x-www-form-urlencoded" },
      body: "",
    });
    assert.equal(sent.status, 303);
    await eventually(async () => (await call(`/plans/${id}`)).done === LETTERS);

    const { changed, left } = await call(`/plans/${id}`);
    assert.deepEqual([changed, left], [LETTERS, []]);
    const generations = new Set<string>();
    await inStore(console, async (storage) => {
      const all = await storage.deliveries({ connector: "old" }, { limit: 2 * LETTERS });
      assert.equal(all.length, LETTERS);
      for (const { state, generation } of all) generations.add(`${state} ${generation}`);
      const rows = await storage.audited({ operation: "replay" }, { limit: 10 });
      assert.deepEqual(
        rows.map(({ count }) => count),
        [LETTERS],
      );
    });
    assert.equal(generations.size, 1, [...generations].join(", "));
  });
});
