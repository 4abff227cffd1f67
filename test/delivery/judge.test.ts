import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type DeliverResult,
  delivered,
  type Outcome,
  outcomes,
  rejected,
  retry,
  skipped,
  unmatched,
} from "../../src/connector.ts";
import { type Answer, type Unsent, unsent } from "../../src/delivery/answer.ts";
import { judge } from "../../src/delivery/verdict/judge.ts";
import { HOLD_AGAIN_MS, HOLD_MS } from "../../src/delivery/verdict/rejections.ts";
import type { ConnectorRow, ConnectorState } from "../../src/storage/contract/connectors.ts";
import type { TakenDelivery } from "../../src/storage/contract/deliveries.ts";
import { FINGERPRINT, row, taken } from "../support/deliveries.ts";

const policy = { giveUpAfterMs: 72 * 3_600_000, firstDelayMs: 1_000, maxDelayMs: 600_000 };
const moment = { clock: 0, outageMs: 0, random: () => 0.5 };
/** So long an outage that no wait is bounded by it. */
const LONG_MS = 3_600_000;
const reason = { words: "no" };

function verdictOn(result: Answer, deliveries: TakenDelivery[], state: Partial<ConnectorState> = {}, probe = false) {
  const outageMs = (state.status ?? "ready") === "ready" ? 0 : LONG_MS;
  const batch = { connector: row(state), deliveries, probe, fingerprint: FINGERPRINT };
  return judge(batch, result, policy, { ...moment, outageMs });
}
const all = (deliveries: TakenDelivery[], outcome: Outcome) =>
  outcomes(deliveries.map(({ id }) => [id, outcome] as const));
const nothingSent = (deliveries: TakenDelivery[]): Answer => ({
  tag: "outcomes",
  outcomes: new Map(deliveries.map(({ id }) => [id, unsent(reason)])),
});
const many = (count: number, from = 1) => Array.from({ length: count }, (_, index) => taken(from + index));

describe("answers of a batch", () => {
  it("are matched by id, and one that is missing is tried again", () => {
    const batch = many(3);
    const { settlements } = verdictOn(
      outcomes([
        ["event-3:crm", delivered()],
        ["somebody-else", delivered()],
      ]),
      batch,
    );
    assert.deepEqual(
      settlements.map(({ event, to }) => [event, to]),
      [
        [1, "waiting"],
        [2, "waiting"],
        [3, "delivered"],
      ],
    );
  });

  it("that nobody understands are trouble, and never a success", () => {
    for (const odd of [{ tag: "ok" }, { tag: "outcomes" }, { tag: "outcomes", outcomes: [delivered()] }]) {
      const { settlements } = verdictOn(odd as unknown as DeliverResult, many(2));
      assert.deepEqual(
        settlements.map(({ to }) => to),
        ["waiting", "waiting"],
      );
    }
  });

  it("of a healthy connector change nothing about it", () => {
    const batch = many(2);
    assert.equal(verdictOn(all(batch, delivered()), batch).change, undefined);
    assert.equal(verdictOn(all(batch, { tag: "skipped", reason }), batch).change, undefined);
  });

  it("that put a few deliveries off are remembered, and it stays ready", () => {
    const batch = many(2);
    const { change } = verdictOn(all(batch, retry("HTTP 404")), batch);
    assert.deepEqual([change?.state.status, change?.state.putOff?.map(({ event }) => event)], ["ready", [1, 2]]);
  });
});

describe("trouble of the whole destination", () => {
  it("makes the connector back off, longer with each failed probe, until a probe is answered", () => {
    const batch = many(2);
    const first = verdictOn({ tag: "unavailable", reason }, batch);
    assert.deepEqual(first.change, {
      from: 7,
      state: { status: "backing_off", reason, failures: 1, told: false, held: [] },
      probeInMs: 500,
    });
    const again = verdictOn({ tag: "unavailable", reason }, batch, { status: "backing_off", failures: 4 }, true);
    assert.equal(again.change?.probeInMs, 8_000);
    const over = verdictOn(all(batch, delivered()), batch, { status: "backing_off", failures: 4 }, true);
    assert.deepEqual(over.change?.state, { status: "ready", failures: 0, told: false, held: [] });
  });

  it("waits as long as the destination says, in full, and stops the connector's clock meanwhile", () => {
    const told = verdictOn({ tag: "unavailable", reason, retryAfterMs: 86_400_000 }, many(1));
    assert.equal(told.change?.probeInMs, 86_400_000);
    assert.equal(told.change?.state.told, true);
  });

  it("that names no time, or one in the past, is not asked again at once, as often as it answers", () => {
    const hurried = verdictOn(
      { tag: "unavailable", reason, retryAfterMs: 0 },
      many(1),
      { status: "backing_off", failures: 4 },
      true,
    );
    assert.equal(hurried.change?.probeInMs, 8_000);
    const lucky = { ...moment, random: () => 0 };
    const { change } = judge(
      { connector: row(), deliveries: many(1), probe: false, fingerprint: FINGERPRINT },
      { tag: "unavailable", reason, retryAfterMs: 0 },
      policy,
      lucky,
    );
    assert.equal(change?.probeInMs, 100);
  });

  it("that names a shorter time than our own does not stop the connector's clock", () => {
    const short = { tag: "unavailable", reason, retryAfterMs: 400 } as const;
    assert.equal(verdictOn(short, many(1)).change?.state.told, false);
    assert.equal(verdictOn({ ...short, retryAfterMs: 501 }, many(1)).change?.state.told, true);
  });

  it("was no attempt for whom nothing was sent, however old it is; only for those", () => {
    const old = { attempts: 900, firstAttemptClock: -1e12 };
    const batch = [taken(1, old), taken(2, old)];
    const findings = new Map<string, Outcome | Unsent>([
      ["event-1:crm", retry("HTTP 404")],
      ["event-2:crm", unsent(reason)],
    ]);
    const { settlements } = verdictOn({ tag: "unavailable", reason, outcomes: findings }, batch);
    assert.deepEqual(
      settlements.map((one) => (one.to === "waiting" ? one.attempted : one.to)),
      ["dead", false],
    );
  });

  it("is neither proven nor ended by a batch of which nothing was sent", () => {
    const nothing: Answer = { tag: "outcomes", outcomes: new Map([["event-1:crm", unsent(reason)]]) };
    for (const state of [
      { status: "backing_off", failures: 4 },
      { status: "paused", cause: "refusing", failures: 1 },
      { status: "paused", cause: "credentials", failures: 1, refused: [1] },
    ] as const) {
      const { settlements, change } = verdictOn(nothing, many(1), state, true);
      assert.deepEqual([settlements[0]?.to, change], ["waiting", undefined]);
    }
  });

  it("keeps what was settled before it", () => {
    const batch = many(2);
    const settled = new Map([["event-1:crm", delivered()]]);
    const { settlements } = verdictOn({ tag: "unavailable", reason, outcomes: settled }, batch);
    assert.deepEqual(
      settlements.map(({ to }) => to),
      ["delivered", "waiting"],
    );
  });

  it("is not counted again by a batch that was under way when it was found, nor ended by it", () => {
    const batch = many(1);
    const state = { status: "backing_off", failures: 1 } as const;
    assert.equal(verdictOn({ tag: "unavailable", reason }, batch, state).change, undefined);
    assert.equal(verdictOn(all(batch, delivered()), batch, state).change, undefined);
  });

  it("makes nobody known over there who was not: only an answer about the person does", () => {
    const laneOf = (answer: Answer) => {
      const [settlement] = verdictOn(answer, [taken(1, { attempts: 3 })]).settlements;
      return settlement?.to === "waiting" ? settlement.lane : settlement?.to;
    };
    const silences: readonly Answer[] = [
      ...(["unavailable", "batchRejected", "credentialsRefused", "gone"] as const).map((tag) => ({ tag, reason })),
      outcomes([]),
      nothingSent([taken(1)]),
      all([taken(1)], { tag: "perhaps" } as unknown as Outcome),
    ];
    for (const answer of silences) assert.equal(laneOf(answer), "same", JSON.stringify(answer));
    assert.equal(laneOf(all([taken(1)], retry("its contact is locked"))), "normal");
    assert.equal(laneOf(all([taken(1)], unmatched("nobody"))), "slow");
  });

  it("of the credentials pauses the connector, and expires nothing", () => {
    const old = taken(1, { attempts: 900, firstAttemptClock: -1e12 });
    const { settlements, change } = verdictOn({ tag: "credentialsRefused", reason }, [old]);
    assert.deepEqual(settlements[0], { event: 1, to: "waiting", reason, delayMs: 0, lane: "same", attempted: true });
    assert.equal(change?.state.cause, "credentials");
    assert.equal(change?.probeInMs, 57_000);
  });

  it("that is for good pauses until a person says otherwise", () => {
    const { change } = verdictOn({ tag: "gone", reason }, many(1));
    assert.deepEqual([change?.state.cause, change?.probeInMs], ["gone", null]);
  });

  it("never ends or changes a person's pause", () => {
    const batch = many(1);
    const state = { status: "paused", cause: "person" } as const;
    for (const result of [
      all(batch, delivered()),
      { tag: "gone", reason },
      { tag: "credentialsRefused", reason },
    ] as const) {
      assert.equal(verdictOn(result, batch, state).change, undefined);
    }
  });

  it("in reaching it says nothing about refused credentials: the pause stays what it is", () => {
    const state = { status: "paused", cause: "credentials", failures: 2, reason } as const;
    const { change } = verdictOn({ tag: "unavailable", reason: { words: "cut" } }, many(1), state, true);
    assert.deepEqual(
      [change?.state.status, change?.state.cause, change?.state.reason],
      ["paused", "credentials", reason],
    );
  });
});

describe("rejections", () => {
  it("beside a success are dead letters at once, and take nobody along", () => {
    const batch = many(3);
    const result = outcomes([
      ["event-1:crm", delivered()],
      ["event-2:crm", rejected("bad")],
      ["event-3:crm", delivered()],
    ]);
    assert.deepEqual(
      verdictOn(result, batch).settlements.map(({ to }) => to),
      ["delivered", "dead", "delivered"],
    );
  });

  it("without a success are held until it is known whose fault they are", () => {
    const batch = many(2);
    const { settlements, change } = verdictOn(all(batch, rejected("bad")), batch);
    assert.deepEqual(
      settlements.map((one) => one.to === "waiting" && one.delayMs),
      [HOLD_MS, HOLD_MS],
    );
    assert.deepEqual(
      change?.state.held.map(({ event }) => event),
      [1, 2],
    );
    assert.equal(change?.state.status, "ready");
  });

  it("that are held die when another delivery succeeds", () => {
    const batch = [taken(9)];
    const held = [{ event: 1, reason }];
    const { decided, change } = verdictOn(all(batch, delivered()), batch, { held });
    assert.deepEqual(decided, [{ event: 1, to: "dead", class: "rejected", reason }]);
    assert.deepEqual(change?.state.held, []);
  });

  it("that are refused again after their time, with nothing else to tell, are the delivery's fault", () => {
    const batch = [taken(1)];
    const { settlements, change } = verdictOn(all(batch, rejected("bad")), batch, { held: [{ event: 1, reason }] });
    assert.equal(settlements[0]?.to, "dead");
    assert.deepEqual(change?.state.held, []);
  });

  it("twenty in a row without one success pause the connector, and all twenty wait", () => {
    const held = many(15).map(({ event }) => ({ event: event.seq, reason }));
    const batch = many(5, 16);
    const { settlements, decided, change } = verdictOn(all(batch, rejected("bad")), batch, { held });
    assert.deepEqual([change?.state.status, change?.state.cause], ["paused", "refusing"]);
    const words = "everything is refused: 20 rejections in a row without one success, most often: ";
    assert.equal(change?.state.reason?.words, words + reason.words);
    assert.deepEqual(
      settlements.map((one) => one.to === "waiting" && one.delayMs),
      [0, 0, 0, 0, 0],
    );
    assert.deepEqual(
      decided.map(({ event, to }) => [event, to]),
      held.map(({ event }) => [event, "waiting"]),
    );
    assert.deepEqual(change?.state.held, []);
  });

  it("that come one by one pause it as well: the twentieth is not buried, though each before it had ended", () => {
    let state: Partial<ConnectorState> = {};
    const buried: number[] = [];
    for (let seq = 1; seq <= 30 && state.status !== "paused"; seq += 1) {
      // held for a while, and refused again
      for (let tries = 0; tries < 2 && state.status !== "paused"; tries += 1) {
        const batch = [taken(seq)];
        const { settlements, change } = verdictOn(all(batch, rejected("bad")), batch, state);
        buried.push(...settlements.flatMap(({ event, to }) => (to === "dead" ? event : [])));
        state = change?.state ?? state;
      }
    }
    assert.deepEqual([state.status, state.cause, buried.length], ["paused", "refusing", 19]);
    // one success, and the count begins anew
    const well = verdictOn(all(many(1, 40), delivered()), many(1, 40), { buried: 19 });
    assert.deepEqual([well.change?.state.status, well.change?.state.buried], ["ready", undefined]);
  });

  it("bury none of those whose turn did not come, however old: the twenty-first expired while everything was refused", () => {
    const old = { attempts: 900, firstAttemptClock: -1e12 };
    const batch = [...many(20), taken(21, old)];
    const findings = new Map<string, Outcome | Unsent>([
      ...batch.slice(0, 20).map(({ id }) => [id, rejected("bad")] as const),
      ["event-21:crm", unsent(reason)],
    ]);
    const { settlements, change } = verdictOn({ tag: "outcomes", outcomes: findings }, batch);
    assert.deepEqual([change?.state.status, change?.state.cause], ["paused", "refusing"]);
    assert.deepEqual(settlements.at(-1), {
      ...{ event: 21, to: "waiting", reason, delayMs: 0, lane: "same" },
      attempted: false,
    });
  });

  it("nineteen do not", () => {
    const batch = many(19);
    assert.equal(verdictOn(all(batch, rejected("bad")), batch).change?.state.status, "ready");
  });

  it("of a probe keep a refusing connector paused; a delivered probe ends the pause and proves the culprit", () => {
    const state = { status: "paused", cause: "refusing", failures: 1, reason } as const;
    const batch = many(2);
    const still = verdictOn(all(batch, rejected("bad")), batch, state, true);
    assert.deepEqual(
      still.settlements.map(({ to }) => to),
      ["waiting", "waiting"],
    );
    assert.deepEqual([still.change?.state.cause, still.change?.state.failures], ["refusing", 2]);
    assert.match(still.change?.state.reason?.words ?? "", /^everything is refused: .*, most often: bad$/);
    const over = verdictOn(
      outcomes([
        ["event-1:crm", rejected("bad")],
        ["event-2:crm", delivered()],
      ]),
      batch,
      state,
      true,
    );
    assert.deepEqual(
      over.settlements.map(({ to }) => to),
      ["dead", "delivered"],
    );
    assert.equal(over.change?.state.status, "ready");
  });

  it("are not proven wrong by somebody unknown: only a delivery ends a refusing pause", () => {
    const state = { status: "paused", cause: "refusing", failures: 1, reason } as const;
    const batch = many(1);
    const { change } = verdictOn(all(batch, { tag: "unmatched", reason }), batch, state, true);
    assert.deepEqual([change?.state.cause, change?.state.reason], ["refusing", reason]);
  });
});

describe("a connector that nothing was ever taken by", () => {
  const HOUR = 3_600_000;
  const held = [{ event: 1, reason }];
  const never = { takenWith: null };

  function verdict(
    delivery: TakenDelivery,
    change: Partial<ConnectorRow> = never,
    clock = 0,
    outcome: Outcome = rejected("bad"),
  ) {
    const batch = { connector: row({ held }, change), deliveries: [delivery], probe: false, fingerprint: FINGERPRINT };
    return judge(batch, all([delivery], outcome), policy, { ...moment, clock });
  }

  it("buries nobody who is refused again: each is asked again, hour by hour", () => {
    const { settlements, change } = verdict(taken(1, { attempts: 6, firstAttemptClock: 0 }), never, 71 * HOUR);
    assert.deepEqual(settlements, [
      { event: 1, to: "waiting", reason: { words: "bad" }, delayMs: HOLD_AGAIN_MS, lane: "normal", attempted: true },
    ]);
    // it is still one of those in a row
    assert.equal(change, undefined);
  });

  it("gives a rejection up by its age, and says why", () => {
    const { settlements, change } = verdict(taken(1, { attempts: 6, firstAttemptClock: 0 }), never, 72 * HOUR);
    const words = "nothing was ever taken with these settings: bad";
    const said = { words, code: "never_taken", values: { reason: { words: "bad" } } };
    assert.deepEqual(settlements, [{ event: 1, to: "dead", class: "rejected", reason: said }]);
    assert.deepEqual(change?.state.held, []);
  });

  it("is so again after its settings changed", () => {
    assert.equal(verdict(taken(1)).settlements[0]?.to, "waiting");
    assert.equal(verdict(taken(1), { takenWith: "as it was" }).settlements[0]?.to, "waiting");
    assert.equal(verdict(taken(1), { takenWith: FINGERPRINT }).settlements[0]?.to, "dead");
  });

  it("is one no more as soon as something is delivered, and whom it held is dead", () => {
    const { takenWith, decided } = verdict(taken(9), never, 0, delivered());
    assert.equal(takenWith, FINGERPRINT);
    assert.deepEqual(decided, [{ event: 1, to: "dead", class: "rejected", reason }]);
    assert.equal(verdict(taken(9), { takenWith: FINGERPRINT }, 0, delivered()).takenWith, undefined);
  });

  it("buries nobody for what a machine with other settings delivers", () => {
    const { takenWith, decided, change } = verdict(taken(9), { takenWith: null, fingerprint: "newer" }, 0, delivered());
    assert.deepEqual([takenWith, decided, change], [FINGERPRINT, [], undefined]);
  });

  it("holds nobody any more who was answered otherwise since: a later success buried one that was only put off", () => {
    for (const outcome of [retry("HTTP 409"), { tag: "unmatched", reason }] as const) {
      assert.deepEqual(verdict(taken(1), never, 0, outcome).change?.state.held, []);
    }
    const cut = judge(
      { connector: row({ held }), deliveries: many(1), probe: false, fingerprint: FINGERPRINT },
      { tag: "unavailable", reason },
      policy,
      moment,
    );
    assert.deepEqual(cut.change?.state.held, held);
  });
});

describe("deliveries that are put off", () => {
  const notFound = { words: "the address answers 404", status: 404 };
  const odd = { words: "an answer of 204", status: 204 };
  const putOff = (count: number, from = 1) =>
    many(count, from).map(({ event }) => ({ event: event.seq, reason: notFound }));
  const old = { attempts: 900, firstAttemptClock: -1e12 };
  const pausedBy = { status: "paused", cause: "refusing", failures: 1, putOff: putOff(20) } as const;

  it("twenty different ones in a row pause the connector, and the commonest answer says why", () => {
    const batch = many(5, 16);
    const answers = outcomes(batch.map(({ id }, index) => [id, { tag: "retry", reason: index < 2 ? notFound : odd }]));
    const { settlements, change } = verdictOn(answers, batch, { putOff: putOff(15) });
    assert.deepEqual([change?.state.status, change?.state.cause, change?.probeInMs], ["paused", "refusing", 500]);
    assert.deepEqual(change?.state.reason, {
      words: "nothing is taken: 20 deliveries in a row, most often: the address answers 404",
      ...{ code: "nothing_taken", values: { count: 20, reason: { words: "the address answers 404" } } },
      status: 404,
    });
    assert.deepEqual(
      settlements.map((one) => one.to === "waiting" && one.delayMs),
      [0, 0, 0, 0, 0],
    );
  });

  it("the same one twenty times does not, nor do nineteen", () => {
    let state: Partial<ConnectorState> = {};
    for (let n = 0; n < 20; n += 1) state = verdictOn(all(many(1), retry("no")), many(1), state).change?.state ?? state;
    assert.deepEqual([state.status, state.putOff?.length], ["ready", 1]);
    assert.equal(verdictOn(all(many(19), retry("no")), many(19)).change?.state.status, "ready");
  });

  it("begin anew with any other answer", () => {
    for (const outcome of [
      delivered(),
      { tag: "unmatched", reason },
      rejected("bad"),
      { tag: "skipped", reason },
    ] as const) {
      const batch = many(2, 30);
      const mixed = outcomes([
        ["event-30:crm", outcome],
        ["event-31:crm", retry("no")],
      ]);
      assert.equal(verdictOn(mixed, batch, { putOff: putOff(19) }).change?.state.putOff, undefined, outcome.tag);
    }
  });

  it("are not counted where nothing was sent, and where the whole destination is in trouble", () => {
    const none = new Map<string, Outcome | Unsent>([
      ["event-30:crm", unsent(reason)],
      ["event-31:crm", retry("no")],
    ]);
    const batch = many(2, 30);
    const sent = verdictOn({ tag: "outcomes", outcomes: none }, batch, { putOff: putOff(5) });
    assert.deepEqual(
      sent.change?.state.putOff?.map(({ event }) => event),
      [1, 2, 3, 4, 5, 31],
    );
    for (const tag of ["unavailable", "credentialsRefused", "gone"] as const) {
      const { change } = verdictOn({ tag, reason }, batch, { putOff: putOff(19) });
      assert.equal(change?.state.putOff?.length, 19, tag);
    }
  });

  it("are counted on past whom nothing was sent for: rejected or skipped beforehand it says nothing about the destination", () => {
    for (const aside of [
      { ...rejected("a template failed"), unsent: true },
      { ...skipped("nothing to write"), unsent: true },
    ] as const) {
      const batch = many(2, 30);
      const mixed = outcomes([
        ["event-30:crm", aside],
        ["event-31:crm", retry("no")],
      ]);
      const { change, settlements } = verdictOn(mixed, batch, { putOff: putOff(19) });
      assert.deepEqual([change?.state.status, change?.state.cause], ["paused", "refusing"], aside.tag);
      assert.notEqual(settlements[0]?.to, "delivered");
      const probed = verdictOn(outcomes([["event-30:crm", aside]]), many(1, 30), pausedBy, true);
      assert.equal(probed.change?.state.status ?? "paused", "paused", aside.tag);
    }
  });

  it("and outages do not end with whom nothing was to be sent for", () => {
    const aside = { ...skipped("nothing to write"), unsent: true } as const;
    for (const state of [
      { status: "backing_off", failures: 7 },
      { status: "paused", cause: "credentials", failures: 2 },
    ] as const) {
      const { change, settlements } = verdictOn(outcomes([["event-30:crm", aside]]), many(1, 30), state, true);
      assert.deepEqual([change, settlements[0]?.to], [undefined, "skipped"], state.status);
    }
  });

  it("keep it paused probe by probe, and none expires, however old it is", () => {
    const batch = [taken(1, old)];
    const { settlements, change } = verdictOn(all(batch, retry("no")), batch, pausedBy, true);
    assert.deepEqual([settlements[0]?.to, change?.state.cause, change?.state.failures], ["waiting", "refusing", 2]);
    // nor where everything is refused, whatever else a probe finds
    const refusing = { status: "paused", cause: "refusing", failures: 1 } as const;
    for (const answer of [all(batch, retry("no")), { tag: "unavailable", reason }] as const) {
      const still = verdictOn(answer, batch, refusing, true);
      assert.deepEqual([still.settlements[0]?.to, still.change?.state.cause], ["waiting", "refusing"]);
    }
  });

  it("end with any other answer to a probe: also nobody found, or a refusal, is an answer of the right one", () => {
    for (const outcome of [delivered(), { tag: "unmatched", reason }, rejected("bad")] as const) {
      const { change } = verdictOn(all(many(1, 30), outcome), many(1, 30), pausedBy, true);
      assert.deepEqual([change?.state.status, change?.state.putOff], ["ready", undefined], outcome.tag);
    }
  });

  it("are forgotten where somebody who does not know of them has let the connector go on", () => {
    const { change } = verdictOn(all(many(1, 30), retry("no")), many(1, 30), { putOff: putOff(20) });
    assert.deepEqual([change?.state.status, change?.state.putOff?.length], ["ready", 1]);
  });
});

describe("credentials that are refused", () => {
  const refusal = { tag: "credentialsRefused", reason } as const;
  const old = { attempts: 900, firstAttemptClock: -1e12 };
  const paused = { status: "paused", cause: "credentials", failures: 1, reason } as const;

  it("are remembered with their deliveries, until something else is answered for these", () => {
    const batch = many(2);
    const first = verdictOn({ ...refusal, outcomes: new Map([["event-2:crm", delivered()]]) }, batch);
    assert.deepEqual(first.change?.state.refused, [1]);
    const probe = verdictOn(all([taken(3)], delivered()), [taken(3)], { ...paused, refused: [1] }, true);
    assert.deepEqual(probe.change?.state, { status: "ready", failures: 0, told: false, held: [], refused: [1] });
    const failing = verdictOn(all([taken(1)], retry("HTTP 404")), [taken(1)], { refused: [1] });
    assert.deepEqual(failing.change?.state.refused, [1]);
    const over = verdictOn(all([taken(1)], delivered()), [taken(1)], { refused: [1] });
    assert.deepEqual(over.change?.state, { status: "ready", failures: 0, told: false, held: [] });
  });

  it("for one delivery only, paused its connector every minute for ever: it backs off, and expires", () => {
    const again = verdictOn(refusal, [taken(1, { attempts: 5, firstAttemptClock: 0 })], { refused: [1] });
    assert.deepEqual(again.settlements, [
      { event: 1, to: "waiting", reason, delayMs: 16_000, lane: "same", attempted: true },
    ]);
    assert.equal(again.change?.state.cause, "credentials");
    const last = verdictOn(refusal, [taken(1, old)], { refused: [1] });
    assert.deepEqual(last.settlements, [{ event: 1, to: "dead", class: "expired", reason }]);
  });

  it("for everybody bury nothing, however often a probe is refused and however old it is", () => {
    const [settlement] = verdictOn(refusal, [taken(1, old)], { ...paused, refused: [1] }, true).settlements;
    assert.deepEqual([settlement?.to, settlement?.to === "waiting" && settlement.delayMs], ["waiting", 300_000]);
    // nobody has refused this one yet, whoever else it was
    const [first] = verdictOn(refusal, [taken(2, old)], { refused: [1] }).settlements;
    assert.deepEqual([first?.to, first?.to === "waiting" && first.delayMs], ["waiting", 0]);
  });

  it("stay known of those that nothing was sent for", () => {
    const cut = new Map([["event-1:crm", unsent(reason)]]);
    const { change } = verdictOn({ tag: "unavailable", reason, outcomes: cut }, many(1), { refused: [1] });
    assert.deepEqual(change?.state.refused, [1]);
  });

  it("stay known through other trouble, and are no more than a few hundred", () => {
    const cut = verdictOn({ tag: "unavailable", reason }, many(1), { refused: [1, 7] });
    assert.deepEqual(cut.change?.state.refused, [1, 7]);
    const refused = Array.from({ length: 200 }, (_, index) => 1_000 + index);
    const crowd = verdictOn(refusal, many(50), { refused }).change?.state.refused;
    assert.deepEqual([crowd?.length, crowd?.[0], crowd?.at(-1)], [200, 1, 1_149]);
  });

  it("for one among many end with that one's dead letter, and every other one is delivered", () => {
    let connector = row();
    let culprit = taken(1);
    let pauses = 0;
    // the connector's clock runs while it is ready: so long between two tries of the culprit
    const readyMs = 3_600_000;
    for (let clock = 0; clock < 100 * readyMs; clock += readyMs) {
      const refusedNow = judge(
        { connector, deliveries: [culprit], probe: false, fingerprint: FINGERPRINT },
        refusal,
        policy,
        { ...moment, clock },
      );
      pauses += 1;
      connector = { ...connector, state: refusedNow.change?.state ?? connector.state };
      assert.equal(connector.state.status, "paused");
      if (refusedNow.settlements[0]?.to === "dead") break;
      culprit = { ...culprit, attempts: culprit.attempts + 1, firstAttemptClock: culprit.firstAttemptClock ?? clock };
      const other = taken(100 + pauses);
      const answered = judge(
        { connector, deliveries: [other], probe: true, fingerprint: FINGERPRINT },
        all([other], delivered()),
        policy,
        moment,
      );
      assert.equal(answered.settlements[0]?.to, "delivered");
      connector = { ...connector, state: answered.change?.state ?? connector.state };
      assert.equal(connector.state.status, "ready");
    }
    assert.equal(pauses, 73);
  });
});

describe("deliveries that a destination took, saying that it holds something else", () => {
  it("are counted with the note of the latest, and no others", () => {
    const batch = many(4);
    const notes = ["kept a", "kept b"];
    const findings = new Map<string, Outcome>([
      ["event-1:crm", { tag: "delivered", note: notes[0] ?? "", differs: true }],
      ["event-2:crm", delivered("contact 2")],
      ["event-3:crm", { tag: "delivered", note: notes[1] ?? "", differs: true }],
      ["event-4:crm", retry("later")],
    ]);
    const { differing } = verdictOn({ tag: "outcomes", outcomes: findings }, batch);
    assert.deepEqual(differing, { count: 2, note: "kept b" });
    assert.equal(verdictOn(all(batch, delivered()), batch).differing, undefined);
  });
});
