import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differing, fingerprintsOf } from "../../src/config/credentials/fingerprints.ts";

const RUNNING = new Map([
  ["chat.apps[0].token", "a-callback-token"],
  ["connectors.crm.access_token", "pat-eu1-of-the-start"],
]);

describe("prints of credentials", () => {
  it("tell which settings have another value, and name nothing that only one side has", async () => {
    const prints = await fingerprintsOf(RUNNING);
    assert.deepEqual(await differing(prints, RUNNING), []);
    const now = new Map([
      ...RUNNING,
      ["connectors.crm.access_token", "pat-eu1-renewed"],
      ["connectors.new.secret", "x"],
    ]);
    assert.deepEqual(await differing(prints, now), ["connectors.crm.access_token"]);
  });

  it("are compared once with the same credentials, however often somebody looks, and anew with others", async () => {
    const prints = await fingerprintsOf(RUNNING);
    const found = differing(prints, RUNNING);
    assert.equal(differing(structuredClone(prints), RUNNING), found);
    const renewed = new Map([...RUNNING, ["chat.apps[0].token", "another-token"]]);
    assert.deepEqual(await differing(prints, renewed), ["chat.apps[0].token"]);
    assert.deepEqual(await differing(await fingerprintsOf(renewed), RUNNING), ["chat.apps[0].token"]);
    assert.deepEqual(await found, []);
  });

  it("take no more memory where a thousand bridges come and go", async () => {
    // nothing to compare: what is remembered is the same
    const [none, first] = [new Map(), { salt: "0", values: {} }];
    const found = differing(first, none);
    assert.equal(differing(first, none), found);
    for (let other = 1; other < 1_000; other += 1) await differing({ salt: String(other), values: {} }, none);
    assert.notEqual(differing(first, none), found);
    assert.deepEqual(await differing(first, none), []);
  });

  it("hold nothing of them, and differ from bridge to bridge and from setting to setting", async () => {
    const same = new Map([
      ["a", "one-value"],
      ["b", "one-value"],
    ]);
    const [one, other] = [await fingerprintsOf(same), await fingerprintsOf(same)];
    assert.notEqual(one.values.a, one.values.b);
    assert.notDeepEqual(one.values, other.values);
    assert.ok(Object.values(one.values).every((print) => /^[0-9a-f]{6}$/.test(print)));
  });
});
