/** The quick way of a body: what it resolves with, and when it is answered unread. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shortBodyReader } from "../../src/intake/bodies/short-body.ts";
import type { Upload, UploadEnding } from "../../src/intake/bodies/upload.ts";

function setUp() {
  const bytes = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const turn = Promise.withResolvers<void>();
  const left: Upload[] = [];
  const begun: Upload[] = [];
  const read = shortBodyReader({
    arrivals: {
      begin(size, end) {
        const upload = { dueAt: 0, bytes: size, isWhole: false, end };
        begun.push(upload);
        return upload;
      },
    },
    uploads: { leave: (upload) => void left.push(upload) },
    unread: () => turn.promise,
  });
  const reading = read({ bytes: () => bytes.promise }, 7);
  return { bytes, turn, left, begun, reading, end: (why: UploadEnding) => begun[0]?.end(why) };
}

describe("a short body", () => {
  it("takes the room that it declares, and leaves it as soon as it is read", async () => {
    const { bytes, left, begun, reading } = setUp();
    assert.deepEqual([begun[0]?.bytes, left.length], [7, 0]);
    bytes.resolve(new Uint8Array([1, 2]));
    assert.deepEqual(await reading, { tag: "read", bytes: new Uint8Array([1, 2]) });
    assert.deepEqual(left, begun);
  });

  for (const why of ["late", "crowded"] as const) {
    it(`that is ended since it is ${why} waits for its turn to be answered`, async () => {
      const { turn, reading, end } = setUp();
      let isAnswered = false;
      void reading.then(() => {
        isAnswered = true;
      });
      end(why);
      await new Promise(setImmediate);
      assert.equal(isAnswered, false);
      turn.resolve();
      assert.deepEqual(await reading, { tag: "incomplete", why });
    });
  }

  it("whose connection breaks leaves its room, and is no error", async () => {
    const { bytes, turn, left, begun, reading } = setUp();
    turn.resolve();
    bytes.reject(new Error("the connection was reset"));
    assert.deepEqual(await reading, { tag: "incomplete", why: "broken" });
    assert.deepEqual(left, begun);
  });

  it("that comes to its end while it waits to be answered unread is read after all", async () => {
    const { bytes, reading, end } = setUp();
    end("crowded");
    bytes.resolve(new Uint8Array([1]));
    assert.equal((await reading).tag, "read");
  });
});
