/** What leaves, byte by byte, and what never does: a header that could be read as more than one. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { openTransport } from "../../src/guarded-http/transport.ts";

describe("a header that could be read as more than one", () => {
  const transport = openTransport({
    url: new URL("http://partner.example/x"),
    allowPrivate: true,
    resolve: () => Promise.reject(new Error("nobody is to be looked up")),
    proxy: undefined,
    timeoutMs: 1_000,
  });
  for (const headers of [
    { "x-note": "a\r\nx-admin: yes" },
    { "x-note": "a\nb" },
    { "x-note": "a\0b" },
    { "x-note": "名" },
    { "x note": "a" },
    { "x-note:": "a" },
    { "x-note\r\nx-admin": "yes" },
  ]) {
    it(`is sent to nobody: ${JSON.stringify(headers)}`, () =>
      assert.rejects(
        transport.exchange({ method: "POST", headers, body: "" }, new AbortController().signal),
        /has a character that headers cannot carry/,
      ));
  }
});

describe("what is sent", () => {
  const came: { readonly request: IncomingMessage; readonly body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    came.push({ request, body: await buffer(request) });
    response.writeHead(204).end();
  });
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => void server.close());

  const transportTo = (url: URL) =>
    openTransport({
      ...{ url, allowPrivate: true, proxy: undefined, timeoutMs: 60_000 },
      resolve: () => Promise.reject(new Error("nobody is to be looked up")),
    });

  for (const [what, headers, body] of [
    ["plain text", {}, '{"user":"jared"}'],
    ["signs beyond ASCII", {}, '{"user":"名 \u00fcn\u00ef \u{1f984}"}'],
    ["a header beyond ASCII", { "x-note": "caf\xe9" }, '{"user":"名"}'],
    ["more than a socket takes at once", {}, "a名\u{1f984}".repeat(400_000)],
    ["nothing", {}, ""],
  ] as const) {
    it(`arrives as it is, and as long as it says: ${what}`, async () => {
      const { port } = server.address() as AddressInfo;
      const transport = transportTo(new URL(`http://127.0.0.1:${port}/x?y=z`));
      const answer = await transport.exchange({ method: "POST", headers, body }, new AbortController().signal);
      transport.close();
      const { request, body: bytes } = came.pop() ?? assert.fail("nothing came");
      assert.deepEqual([answer.status, answer.ending, answer.isEarly], [204, "exact", false]);
      assert.ok(bytes.equals(Buffer.from(body)));
      const { host, "content-length": length, "x-note": note } = request.headers;
      assert.deepEqual([request.method, request.url], ["POST", "/x?y=z"]);
      assert.deepEqual([host, length], [`127.0.0.1:${port}`, String(Buffer.byteLength(body))]);
      assert.equal(note, "x-note" in headers ? headers["x-note"] : undefined);
    });
  }
});
