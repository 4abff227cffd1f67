import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type ConnectorRow,
  type ConnectorState,
  READY,
  type Registration,
} from "../../../src/storage/contract/connectors.ts";
import { descentsOf, planRegistrations } from "../../../src/storage/rules/registering.ts";

const CRM: Registration = {
  ...{ name: "crm", type: "hubspot", writes: "state", start: "now" },
  ...{ destination: "portal 1", fingerprint: "one" },
};
const TROUBLED: ConnectorState = { ...READY, status: "paused", cause: "credentials", failures: 1 };

const rowOf = (change: Readonly<Record<string, unknown>> = {}) => {
  const { name, type, writes, destination, fingerprint } = CRM;
  return { id: 1, name, origin: name, type, writes, destination, fingerprint, state: JSON.stringify(READY), ...change };
};
const registered = (registrations: readonly Registration[], rows: readonly ReturnType<typeof rowOf>[]) => {
  const plan = planRegistrations(registrations, rows);
  return { steps: plan.steps, report: plan.report(new Map([["crm", 7]])) };
};

describe("registering", () => {
  it("makes a new connector known from now on, under its own name", () => {
    const { steps, report } = registered([CRM], []);
    assert.deepEqual(steps, [{ tag: "insert", registration: CRM, origin: "crm", past: false, startsAt: 0 }]);
    assert.deepEqual(report, { adopted: [], redirected: [], refused: [] });
  });

  it("gives a new connector the past when it shall have it, all of it or a part", () => {
    const starts = (["all", 1_000] as const).map((start) => registered([{ ...CRM, start }], []).steps[0]);
    assert.deepEqual(
      starts.map((step) => step?.tag === "insert" && [step.past, step.startsAt]),
      [
        [true, 0],
        [true, 1_000],
      ],
    );
  });

  it("hands a queue on to a new name, and tells how much waits in it", () => {
    const sales = { ...CRM, name: "sales", was: "crm" };
    const { steps, report } = registered([sales], [rowOf()]);
    assert.deepEqual(steps, [
      { tag: "rename", from: "crm", to: "sales" },
      { tag: "update", registration: sales, cured: false },
    ]);
    assert.deepEqual(report, { adopted: [{ from: "crm", to: "sales", waiting: 7 }], redirected: [], refused: [] });
  });

  it("gives a name that is free again to another connector, whose delivery ids are its own", () => {
    const sales = { ...CRM, name: "sales", was: "crm" };
    const { steps } = registered([sales, CRM], [rowOf()]);
    assert.deepEqual(steps.at(-1), { tag: "insert", registration: CRM, origin: "crm#2", past: false, startsAt: 0 });
  });

  it("leaves a former name alone when the new one has a queue of its own", () => {
    const sales = { ...CRM, name: "sales", was: "crm" };
    const { steps, report } = registered([sales], [rowOf(), rowOf({ id: 2, name: "sales", origin: "sales" })]);
    assert.deepEqual(steps, [{ tag: "update", registration: sales, cured: false }]);
    assert.deepEqual(report.adopted, []);
  });

  it("tells of a queue that goes elsewhere, and how much waits in it", () => {
    const { report } = registered([{ ...CRM, destination: "portal 2" }], [rowOf()]);
    assert.deepEqual(report.redirected, [{ name: "crm", from: "portal 1", to: "portal 2", waiting: 7 }]);
  });

  it("changes nothing at all when one connector would take over what was meant for another type", () => {
    const { steps, report } = registered(
      [
        { ...CRM, name: "new" },
        { ...CRM, type: "webhook" },
      ],
      [rowOf()],
    );
    assert.deepEqual(steps, []);
    assert.deepEqual(report, {
      ...{ adopted: [], redirected: [] },
      refused: [
        {
          name: "crm",
          why: "it was a hubspot so far, and the configuration makes it a webhook: choose another name for the webhook",
        },
      ],
    });
  });

  it("refuses to adopt the queue of another type", () => {
    const { report } = registered([{ ...CRM, name: "hook", type: "webhook", was: "crm" }], [rowOf()]);
    assert.deepEqual(report.refused, [
      {
        name: "hook",
        why: 'was: crm is a hubspot, and this is a webhook: a queue goes on only under its own type; remove "was"',
      },
    ]);
  });

  for (const [what, state, cured] of [
    ["credentials that were refused", TROUBLED, true],
    ["a destination that refuses everything", { ...TROUBLED, cause: "refusing" }, true],
    ["a destination that is gone", { ...TROUBLED, cause: "gone" }, true],
    ["backing off", { ...READY, status: "backing_off" }, true],
    ["a person's pause", { ...TROUBLED, cause: "person" }, false],
    ["being ready", READY, false],
  ] as const) {
    it(`${cured ? "ends" : "does not touch"} ${what} by other settings`, () => {
      const { steps } = registered([{ ...CRM, fingerprint: "two" }], [rowOf({ state: JSON.stringify(state) })]);
      assert.deepEqual(
        steps.map((step) => step.tag === "update" && step.cured),
        [cured],
      );
    });
  }

  it("ends no trouble by the same settings", () => {
    const { steps } = registered([CRM], [rowOf({ state: JSON.stringify(TROUBLED) })]);
    assert.deepEqual(steps, [{ tag: "update", registration: CRM, cured: false }]);
  });
});

describe("the name in delivery ids", () => {
  const known = (...names: readonly (readonly [name: string, origin: string])[]): ConnectorRow[] =>
    names.map(([name, origin]) => ({
      ...{ name, origin, type: CRM.type, destination: CRM.destination, fingerprint: CRM.fingerprint, state: READY },
      ...{ cursor: 0, version: 1, since: 0, probeAt: null, clock: 0, takenWith: null },
    }));
  const origins = (registrations: readonly Registration[], rows: readonly ConnectorRow[]) =>
    [...descentsOf(registrations, rows)].map(([name, { origin, from }]) => [name, origin, from]);

  it("is the first that a connector had, however often it was renamed, and whether the configuration still says so", () => {
    const sales = { ...CRM, name: "sales", was: "crm" };
    assert.deepEqual(origins([sales], known(["crm", "hubspot"])), [["sales", "hubspot", "crm"]]);
    assert.deepEqual(origins([sales], known(["sales", "crm"])), [["sales", "crm", "sales"]]);
    assert.deepEqual(origins([{ ...CRM, name: "sales" }], known(["sales", "crm"])), [["sales", "crm", "sales"]]);
  });

  it("is its own for a new one, though the configuration calls it another's successor that the store does not know", () => {
    assert.deepEqual(origins([{ ...CRM, was: "gone" }], known(["other", "other"])), [["crm", "crm", null]]);
  });

  it("is another where a renamed one still has it", () => {
    assert.deepEqual(origins([CRM], known(["sales", "crm"])), [["crm", "crm#2", null]]);
  });

  it("is what the configuration says where the store would refuse it", () => {
    const webhook = { ...CRM, name: "hook", type: "webhook", was: "crm" };
    assert.deepEqual(origins([webhook], known(["crm", "first"])), [["hook", "crm", null]]);
  });
});
