import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { pack, unpack } from "../../src/storage/sqlite/codec.ts";

const sent = (value: unknown): unknown => unpack(pack(value));

describe("what travels between threads", () => {
  it("brings every value as it was", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noDefaultInfinity: false }).filter((n) => !Object.is(n, -0)),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
    );
    const names = fc.constantFrom("app", "body", "users", "a b");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        leaf,
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(names, tie("tree"), { noNullPrototype: true }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => assert.deepEqual(sent(value), value)));
  });

  it("brings lists of records that are alike, or nearly, as they were", () => {
    const cell = fc.oneof(fc.constantFrom("same", 7, null, Number.POSITIVE_INFINITY), fc.uint8Array({ maxLength: 9 }));
    const plain = { noNullPrototype: true };
    const record = fc.record({ app: cell, body: fc.uint8Array({ maxLength: 9 }), at: fc.nat(2) }, plain);
    const other = fc.record({ body: cell, app: cell, at: cell }, { ...plain, requiredKeys: [] });
    const odd = fc.oneof(cell, fc.array(cell), other);
    const list = fc.array(fc.oneof({ weight: 20, arbitrary: record }, odd), { maxLength: 5 });
    fc.assert(fc.property(fc.record({ list, beside: list }, plain), (value) => assert.deepEqual(sent(value), value)));
  });

  it("says what callbacks have in common once, since most of them share nearly all", () => {
    const callback = (body: string) => ({ app: "1400000000", command: "unsubscribed", body: Buffer.from(body) });
    const { text } = pack({ callbacks: ["a", "bc", ""].map(callback), quarantine: [] });
    assert.equal(text.split("1400000000").length, 2);
    assert.equal(text.split("unsubscribed").length, 2);
  });

  it("brings the bytes of a Buffer, which would turn itself into numbers", () => {
    assert.deepEqual(sent({ body: Buffer.from("spooled") }), { body: new Uint8Array(Buffer.from("spooled")) });
  });

  it("brings bytes that are a part of a larger buffer, and none of the rest", () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    const packed = pack([whole.subarray(1, 3)]);
    assert.equal(packed.bytes.length, 2);
    assert.deepEqual(unpack(packed), [new Uint8Array([2, 3])]);
  });

  it("brings nothing as nothing, as a method without an answer gives it", () => {
    assert.equal(sent(undefined), undefined);
    assert.deepEqual(sent({ skip: undefined, event: 1 }), { event: 1 });
  });

  it("takes empty bytes for bytes", () => {
    assert.deepEqual(sent({ body: new Uint8Array() }), { body: new Uint8Array() });
  });
});
