import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressSet, clientAddress } from "../../src/listener/address.ts";

describe("a set of addresses", () => {
  const set = addressSet(["203.0.113.0/24", "198.51.100.7", "2001:db8::/32", "::ffff:192.0.2.0/120"]);
  const cases: [string, boolean][] = [
    ["203.0.113.200", true],
    ["203.0.114.1", false],
    ["198.51.100.7", true],
    ["198.51.100.8", false],
    ["2001:db8:1::1", true],
    ["2001:db9::1", false],
    ["::ffff:203.0.113.9", true],
    ["::ffff:203.0.114.9", false],
    ["192.0.2.1", true],
    ["192.0.3.1", false],
    ["203.0.113.9:4711", true],
    ["[2001:db8::1]:4711", true],
    ["unknown", false],
    ["", false],
    ["203.0.113", false],
  ];
  for (const [address, inside] of cases) {
    it(`${inside ? "holds" : "does not hold"} ${JSON.stringify(address)}`, () => assert.equal(set(address), inside));
  }

  it("of nothing is empty", () => assert.equal(addressSet([])("203.0.113.1"), false));

  it("cannot be made of text that is no address", () => {
    assert.throws(() => addressSet(["10.0.0.0/33"]));
    assert.throws(() => addressSet(["example.com"]));
  });
});

describe("the client's address", () => {
  const trusted = addressSet(["10.0.0.0/8"]);

  it("is the peer's without a proxy", () => assert.equal(clientAddress("203.0.113.1", null, trusted), "203.0.113.1"));

  it("is the peer's when the peer is no proxy of ours, whatever it claims", () => {
    assert.equal(clientAddress("203.0.113.1", "198.51.100.1", trusted), "203.0.113.1");
  });

  it("is the rightmost hop that is no proxy of ours", () => {
    assert.equal(clientAddress("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", trusted), "198.51.100.1");
  });

  it("is the first proxy when there are only proxies", () => {
    assert.equal(clientAddress("10.0.0.1", "10.0.0.3, 10.0.0.2", trusted), "10.0.0.3");
  });

  it("is nobody's when a proxy passes on what is no address", () => {
    assert.equal(clientAddress("10.0.0.1", "203.0.113.1, unknown", trusted), "unknown");
    assert.equal(clientAddress("10.0.0.1", "", trusted), "");
  });
});
