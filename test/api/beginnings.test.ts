/** Ids of the API and of pages: any beginning that no other has; those that a beginning of several means are named. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { faultyCallback, seedEverything } from "../cli/seed.ts";
import { type Fronts, OPERATOR, openFronts } from "./fronts.ts";

const entries = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
  .concat(["thirteen", "fourteen", "fifteen", "sixteen", "seventeen"])
  .map((body) => faultyCallback(body, "body: expected a JSON object in UTF-8", 1_000));

/** Seventeen ids begin with sixteen digits at most. */
const shared =
  [..."0123456789abcdef"].find((digit) => entries.filter(({ id }) => id.startsWith(digit)).length > 1) ?? "";

describe("ids of the API and of pages", () => {
  let at: Fronts;
  let dead: string;
  before(async () => {
    at = await openFronts(async (storage) => {
      await seedEverything(storage);
      await storage.accept({ callbacks: [], quarantine: entries });
    });
    dead = await at.id("rejected-1", "crm");
  });
  after(() => at.close());

  it("mean a delivery by its beginning, as a list cuts it as well", async () => {
    for (const typed of [dead, dead.slice(0, 12), `${dead.slice(0, 12)}…:crm`]) {
      const { status, json } = await at.call("GET", `/deliveries/${encodeURIComponent(typed)}`);
      assert.deepEqual([status, json.id], [200, dead], typed);
    }
    assert.equal((await at.call("GET", "/deliveries/zz")).status, 404);
  });

  it("mean an entry of the quarantine, and name those that a beginning of several means", async () => {
    const [{ id } = { id: "" }] = entries;
    const one = await at.call("GET", `/quarantine/${id.slice(0, 12)}`);
    assert.deepEqual([one.status, one.json.id], [200, id]);
    const several = await at.call("GET", `/quarantine/${shared}`);
    assert.equal(several.status, 404);
    assert.match(
      String(several.json.detail),
      new RegExp(`^"${shared}" is the beginning of several ids: ${shared}[0-9a-f]{63}, ${shared}`),
    );
  });

  it("mean them in what is to be done as well, and a plan", async () => {
    const [, { id } = { id: "" }] = entries;
    const { json: replay } = await at.call("POST", "/quarantine/replay", { ids: [id.slice(0, 12)] });
    assert.deepEqual(
      (replay.verdicts as { id: string }[]).map((verdict) => verdict.id),
      [id],
    );
    const { json: letters } = await at.call("POST", "/dead-letters/discard", { ids: [dead.slice(0, 12)] });
    assert.equal(letters.changed, 1);
    const { json: plan } = await at.call("POST", "/dead-letters/plans", { repair: "replay", class: "expired" });
    const named = await at.call("GET", `/plans/${String(plan.id).slice(0, 6)}`);
    assert.equal(named.json.id, plan.id);
  });

  it("of a page's address do so, too", async () => {
    const [, , { id } = { id: "" }] = entries;
    const headers = { authorization: `Bearer ${OPERATOR}`, accept: "text/html" };
    const page = async (path: string) => (await fetch(at.origin + path, { headers })).text();
    assert.ok((await page(`/quarantine/${id.slice(0, 12)}`)).includes(id));
    assert.match(await page(`/quarantine/${shared}`), /is the beginning of several ids/);
  });
});
