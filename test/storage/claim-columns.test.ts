import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { deliveryIdOf } from "../../src/basics/delivery-id.ts";
import type { Claim, TakenDelivery } from "../../src/storage/contract/deliveries.ts";
import { claimInColumns, claimOfColumns } from "../../src/storage/sqlite/claim-columns.ts";
import { pack, unpack } from "../../src/storage/sqlite/codec.ts";

const ORIGIN = "crm";
/** Mostly the same, as callbacks are. */
const text = fc.oneof({ weight: 4, arbitrary: fc.constant("admin") }, fc.string());
const time = fc.oneof({ weight: 4, arbitrary: fc.constant(1_795_802_067_315) }, fc.nat());
const healed = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.record({
    source: fc.constant("reconcile" as const),
    discoveredAt: fc.nat(),
    happenedBetween: fc.tuple(fc.nat(), fc.nat()),
  }),
);
const event = fc
  .record({
    ...{
      seq: fc.nat(),
      id: fc.uuid(),
      kind: fc.constantFrom("unsubscribed" as const, "subscribed" as const),
      app: text,
    },
    ...{
      officialAccount: text,
      user: fc.string(),
      operator: text,
      byAdmin: fc.boolean(),
      platform: text,
      clientIp: text,
    },
    ...{ eventTime: time, receivedAt: time, healed },
  })
  .map(({ healed: facts, ...rest }) => ({ ...rest, ...facts }));
const delivery: fc.Arbitrary<TakenDelivery> = fc
  .record({
    event,
    attempts: fc.nat(2),
    generation: fc.nat(2),
    firstAttemptClock: fc.option(fc.nat(), { nil: null }),
  })
  .map((one) => ({ id: deliveryIdOf(one.event.id, ORIGIN), ...one }));

describe("a claim on its way between threads", () => {
  it("is the same over there, whatever its deliveries share", () => {
    const connector = { name: "renamed", origin: ORIGIN } as Claim["connector"];
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 6 }), fc.boolean(), (deliveries, probe) => {
        const claim: Claim = { token: "a 1", connector, at: 1, deliveries, probe, waitMs: null, superseded: 0 };
        assert.deepEqual(claimOfColumns(unpack(pack(claimInColumns(claim))) as never), claim);
      }),
    );
  });

  it("says once what all of them share", () => {
    const one = { user: "u", operator: "the-only-operator", seq: 1, id: "e", eventTime: 1, receivedAt: 1 };
    const event = {
      ...one,
      ...{ kind: "unsubscribed", app: "1", officialAccount: "a", byAdmin: true, platform: "", clientIp: "" },
    };
    const deliveries = Array.from({ length: 3 }, () => ({
      id: "e:crm",
      event,
      attempts: 0,
      generation: 1,
      firstAttemptClock: null,
    }));
    const { text: packed } = pack(claimInColumns({ deliveries, connector: { origin: ORIGIN } } as unknown as Claim));
    assert.equal(packed.split("the-only-operator").length, 2);
  });
});
