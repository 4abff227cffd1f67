/** A courier's round, alone: what it asks of its parts, and in which order. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Claimed } from "../../src/delivery/courier/claims.ts";
import { openRound, settleAnswered, workOf } from "../../src/delivery/courier/round.ts";
import type { Claim, TakenDelivery } from "../../src/storage/contract/deliveries.ts";

const POLL_MS = 1_000;
const DELIVERY = { id: "one" } as unknown as TakenDelivery;

interface Situation {
  readonly found?: Partial<Claim>;
  readonly inTrouble?: boolean;
  readonly isShared?: boolean;
  /** What sending leaves behind. */
  readonly left?: readonly TakenDelivery[];
  /** Whether the courier rested after its work. */
  readonly rested?: boolean;
}

/** A round whose parts write down what they are asked. */
function roundIn({ found, inTrouble = false, isShared = false, left = [], rested = false }: Situation) {
  const asked: string[] = [];
  const ask = async (what: string) => void asked.push(what);
  const claim = { deliveries: [DELIVERY], probe: false, waitMs: 0, ...found } as unknown as Claim;
  const round = openRound({
    claims: { giveBack: (_, deliveries) => ask(`give back ${deliveries.length}`) },
    ahead: {
      begin: () => void asked.push("begin the next"),
      next: async () => {
        await ask("take");
        return { claim, lastCall: () => false } satisfies Claimed;
      },
      cancel: () => ask("cancel the next"),
    },
    sending: {
      free: () => ask("free"),
      send: async () => {
        await ask("send");
        return left;
      },
      inTrouble: () => inTrouble,
      recover: () => ask("recover"),
      idle: () => ask("idle"),
    },
    isShared,
    rest: async () => {
      await ask("rest");
      return rested;
    },
    pollMs: POLL_MS,
  });
  return { round, asked };
}

async function askedIn(situation: Situation): Promise<readonly string[]> {
  const { round, asked } = roundIn(situation);
  await round();
  return asked;
}

describe("a courier's round", () => {
  it("takes, and takes ahead while it sends", async () => {
    assert.deepEqual(await askedIn({}), ["take", "begin the next", "send", "give back 0", "rest"]);
  });

  it("gives back what was not sent", async () => {
    assert.ok((await askedIn({ left: [DELIVERY] })).includes("give back 1"));
  });

  it("hears the verdict of trouble before it takes anything more", async () => {
    assert.deepEqual((await askedIn({ inTrouble: true })).slice(0, 3), ["cancel the next", "recover", "take"]);
  });

  it("takes nothing ahead of a probe, and waits for its verdict", async () => {
    assert.deepEqual(await askedIn({ found: { probe: true } }), ["take", "send", "give back 0", "idle", "rest"]);
  });

  it("takes only what it can send at once where others share the store", async () => {
    assert.deepEqual(await askedIn({ isShared: true }), ["free", "take", "send", "give back 0", "rest"]);
  });

  it("takes nothing ahead after it has rested: it would become stale meanwhile", async () => {
    const { round, asked } = roundIn({ rested: true });
    await round();
    asked.length = 0;
    await round();
    assert.ok(!asked.includes("begin the next"));
  });

  it("rests by all of it, and by a sixth where most of it was waiting for a database", () => {
    assert.equal(workOf(60, false), 60);
    assert.equal(workOf(60, true), 10);
  });

  it("waits as long as the store says when there is nothing, and looks again for what others did", async () => {
    const waits = (waitMs: number | null) => roundIn({ found: { deliveries: [], waitMs } }).round();
    assert.deepEqual([await waits(20), await waits(60_000), await waits(null)], [20, POLL_MS, POLL_MS]);
    assert.equal(await roundIn({}).round(), 0);
  });

  it("waits behind a claim that leaves nothing, and takes nothing ahead of it", async () => {
    const { round, asked } = roundIn({ found: { waitMs: null } });
    const waitMs = await round();
    assert.ok(waitMs > 0 && waitMs <= POLL_MS, `${waitMs}`);
    assert.ok(!asked.includes("begin the next"));
    assert.equal(await roundIn({ found: { waitMs: null }, left: [DELIVERY] }).round(), 0);
  });
});

describe("what follows a settlement", () => {
  const answered = { claim: {}, batch: [DELIVERY] } as unknown as Parameters<typeof settleAnswered>[2];

  async function follows(after: object | undefined) {
    const asked: string[] = [];
    const claims = {
      giveBack: async () => void asked.push("give back"),
      settled: () => void asked.push("settled"),
    };
    const settler = { write: async () => after as never };
    return [await settleAnswered(claims, settler, answered, POLL_MS), asked];
  }

  const ready = { connector: { state: { status: "ready" } }, lost: [], waitMs: null };

  it("goes on while the connector is ready and nothing was lost", async () => {
    assert.deepEqual(await follows(ready), ["nothing soon", ["settled"]]);
    assert.deepEqual(await follows({ ...ready, lost: [7] }), ["trouble", ["settled"]]);
    assert.deepEqual(await follows({ ...ready, connector: { state: { status: "paused" } } }), ["trouble", ["settled"]]);
  });

  it("is another take where something is due before the store is asked in any case", async () => {
    const leaves = async (waitMs: number) => (await follows({ ...ready, waitMs }))[0];
    assert.deepEqual(await leaves(0), "more soon");
    assert.deepEqual(await leaves(POLL_MS - 1), "more soon");
    assert.deepEqual(await leaves(POLL_MS), "nothing soon");
  });

  it("gives back what could not be stored in time: better sent once more than held until a restart", async () => {
    assert.deepEqual(await follows(undefined), ["trouble", ["give back"]]);
  });
});
