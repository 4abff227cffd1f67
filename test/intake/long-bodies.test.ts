/** Bodies read in pieces: how long they hold their room, and who ends them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Arrivals } from "../../src/intake/bodies/arrivals.ts";
import { longBodies } from "../../src/intake/bodies/long-bodies.ts";
import type { Upload, UploadEnding } from "../../src/intake/bodies/upload.ts";

const URL = "http://bridge.example/callback";
const EXPECTED = { maxBytes: 100, isDeclared: false };

function setUp() {
  const left: Upload[] = [];
  const begun: Upload[] = [];
  const arrivals: Arrivals = {
    begin(bytes, end) {
      const upload = { dueAt: 0, bytes, isWhole: false, end };
      begun.push(upload);
      return upload;
    },
  };
  const bodies = longBodies(arrivals, {
    leave: (upload) => void left.push(upload),
    slot: async () => true,
    grow(upload, bytes) {
      upload.bytes += bytes;
    },
  });
  /** A request whose body the test writes. */
  const open = () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 10 });
    const request = new Request(URL, { method: "POST" });
    return { request, writer: writable.getWriter(), reading: bodies.read(request, readable, EXPECTED) };
  };
  return { bodies, open, left, end: (why: UploadEnding) => begun.at(-1)?.end(why) };
}

describe("a long body", () => {
  it("holds its room until it is answered", async () => {
    const { bodies, open, left } = setUp();
    const { request, writer, reading } = open();
    await writer.write(Buffer.from("half "));
    await writer.write(Buffer.from("and half"));
    await writer.close();
    assert.deepEqual(await reading, { tag: "read", bytes: Buffer.from("half and half") });
    assert.equal(left.length, 0);
    assert.equal(bodies.conclude(request), true);
    assert.deepEqual(
      left.map(({ bytes, isWhole }) => [bytes, isWhole]),
      [[13, true]],
    );
  });

  it("holds it beyond the answer for those that still need its bytes, to the last of them", async () => {
    const { bodies, open, left } = setUp();
    const { request, writer, reading } = open();
    await writer.close();
    await reading;
    const [release, another] = [bodies.hold(request), bodies.hold(request)];
    bodies.conclude(request);
    release?.();
    assert.equal(left.length, 0);
    another?.();
    assert.equal(left.length, 1);
  });

  it("that is ended while it comes is not waited for, and was not read to its end", async () => {
    const { bodies, open, left, end } = setUp();
    const { request, writer, reading } = open();
    await writer.write(Buffer.from("half"));
    end("crowded");
    assert.deepEqual(await reading, { tag: "incomplete", why: "crowded" });
    assert.equal(bodies.conclude(request), false);
    assert.equal(left.length, 1);
    // nobody reads the rest
    await assert.rejects(writer.write(Buffer.from("more")).then(() => writer.closed));
  });

  it("that is longer than expected is given up with what had come", async () => {
    const { open } = setUp();
    const { writer, reading } = open();
    await writer.write(Buffer.alloc(EXPECTED.maxBytes + 1));
    assert.deepEqual(await reading, { tag: "tooLarge", size: EXPECTED.maxBytes + 1, declared: false });
  });

  it("that was not read here is nobody's to hold or to conclude", () => {
    const { bodies, left } = setUp();
    const other = new Request(URL);
    assert.deepEqual([bodies.hold(other), bodies.conclude(other)], [undefined, false]);
    assert.equal(left.length, 0);
  });
});
