/** Further destinations of the demo, by what a type's folder offers: types of the demo's own serve to try it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type Guests, startGuests } from "../../src/demo/guests.ts";
import { offeredStandIns } from "../../src/operations/sandbox/stand-ins.ts";
import type { LedgerEntry } from "../../src/storage/contract/ledger.ts";
import { runCommand } from "../support/command.ts";

const entry = (connector: string, user: string) =>
  ({ connector, event: sampleDelivery(user).event }) as unknown as LedgerEntry;

describe("a further destination of the demo", () => {
  let guests: Guests;
  let url = "";
  before(async () => {
    const webhook = (await offeredStandIns(0)).filter(({ type }) => type.type === "webhook");
    guests = await startGuests(webhook, ["partner"], "mia");
    url = /url: (\S+)/.exec(guests.yaml)?.[1] ?? "";
  });
  after(() => guests.close());

  const post = (user: string) =>
    fetch(url, { method: "POST", headers: { "webhook-id": user }, body: JSON.stringify({ data: { user_id: user } }) });

  it("has its type's word for a name where its usual one is taken, and stands below `connectors:`", () => {
    assert.deepEqual(guests.names, ["webhook"]);
    assert.match(guests.yaml, /^\n {2}webhook:\n {4}type: webhook\n/);
  });

  it("counts those of whom it was told, and nobody while it is down", async () => {
    assert.equal((await post("jared")).status, 204);
    guests.breakDown(Number.POSITIVE_INFINITY, 1);
    assert.equal((await post("mona")).status, 503);
    assert.deepEqual(
      ["jared", "mona"].map((user) => guests.has(entry("webhook", user))),
      [true, false],
    );
    assert.deepEqual(
      guests.receipts().map(({ kept, requests }) => [kept, requests]),
      [[1, 2]],
    );
  });

  it("is nobody's witness for other connectors", () => {
    assert.equal(guests.has(entry("crm", "jared")), undefined);
  });
});

describe("`demo --with`", () => {
  it("refuses a type that there is not, before anything starts", async () => {
    const { code, err } = await runCommand(["demo", "--with", "hubspt"]);
    assert.deepEqual([code, err], [2, '--with: "hubspt" is not known; did you mean "hubspot"?\n']);
  });
});
