/** Bodies that are too large, or never come to their end: nobody waits for them, and nothing of them is kept. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readBody, streamedBody } from "../../src/admin/body.ts";
import { BadRequest } from "../../src/admin/route.ts";

/** A request whose body is these pieces, and then either at its end or never. */
function requestOf(pieces: readonly string[], { isEndless = false, announced = "" } = {}) {
  let tellCancelled: () => void = () => undefined;
  const cancelled = new Promise<void>((resolve) => {
    tellCancelled = resolve;
  });
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next !== undefined) controller.enqueue(next);
      else if (isEndless) return new Promise(() => undefined);
      else controller.close();
      return undefined;
    },
    cancel: tellCancelled,
  });
  const headers = announced === "" ? {} : { "content-length": announced };
  const init = { method: "POST", body, headers, duplex: "half" };
  return { request: new Request("http://localhost/", init as RequestInit), cancelled };
}

const refusedWith = (status: number) => (error: unknown) => error instanceof BadRequest && error.status === status;

const HOUR_MS = 3_600_000;

/** Both ways to read one, with a bound of four bytes. */
const WAYS: readonly (readonly [how: string, read: (request: Request, ms: number) => Promise<string>])[] = [
  ["read whole", async (request, timeoutMs) => textOf([await readBody(request, { maxBytes: 4, timeoutMs })])],
  ["read as it comes", async (request, ms) => textOf(await Array.fromAsync(streamedBody(request, 4, ms)))],
];
const textOf = (parts: readonly Uint8Array[]) => Buffer.concat(parts).toString();

for (const [how, read] of WAYS) {
  describe(`a body that is ${how}`, () => {
    it("is taken up to its bound", async () => {
      assert.equal(await read(requestOf(["ab", "cd"]).request, HOUR_MS), "abcd");
    });

    it("is refused beyond it, announced or not, and read no further", async () => {
      await assert.rejects(read(requestOf([], { announced: "5" }).request, HOUR_MS), refusedWith(413));
      const { request, cancelled } = requestOf(["ab", "cde"], { isEndless: true });
      await assert.rejects(read(request, HOUR_MS), refusedWith(413));
      await cancelled;
    });

    it("is given up where it does not come to its end", async () => {
      const { request, cancelled } = requestOf(["ab"], { isEndless: true });
      await assert.rejects(read(request, 20), refusedWith(408));
      await cancelled;
    });
  });
}
