/** What never leaves: a header that could be read as more than one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
