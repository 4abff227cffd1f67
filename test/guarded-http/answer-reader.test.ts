import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { answerReader } from "../../src/guarded-http/wire/answer-reader.ts";

/** What a reader makes of an answer that comes in these pieces, and then ends if `end` says how. */
function read(pieces: readonly string[], end?: "cleanly" | "by a reset") {
  const reader = answerReader(1_000);
  for (const piece of pieces) reader.push(Buffer.from(piece, "latin1"));
  if (end !== undefined) reader.close(end === "cleanly");
  const { ending, fault, isReusable } = reader;
  return { status: reader.head?.status, ending, fault, isReusable, text: reader.text() };
}

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

const ANSWERS: readonly (readonly [what: string, answer: string, ending: string | undefined, isReusable: boolean])[] = [
  ["a body of the announced length", `${OK}Content-Length: 5\r\n\r\nhello`, "exact", true],
  ["no body where none was announced", `${OK}content-length: 0\r\n\r\n`, "exact", true],
  ["the same length twice", `${OK}content-length: 5\r\nContent-Length: 5\r\n\r\nhello`, "exact", true],
  ["a 204", "HTTP/1.1 204 No Content\r\n\r\n", "exact", true],
  ["a 204 without a phrase", "HTTP/1.1 204\r\n\r\n", "exact", true],
  ["a 204 that says that it has no body", "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", "exact", true],
  ["chunks with extensions and trailers", `${CHUNKED}5;a="b"\r\nhello\r\n1\r\n!\r\n0\r\nx-a: b\r\n\r\n`, "exact", true],
  [
    "interim answers before it",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${OK}content-length: 0\r\n\r\n`,
    "exact",
    true,
  ],
  ["an answer that says that it closes", `${OK}content-length: 0\r\nConnection: foo, Close\r\n\r\n`, "exact", false],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n", "exact", false],
  ["line feeds alone", "HTTP/1.1 200 OK\ncontent-length: 0\n\n", "exact", false],
  ["an empty line before it", `\r\n${OK}content-length: 0\r\n\r\n`, "exact", false],
  ["a continued line", `${OK}content-length: 0\r\nx-a: b\r\n c\r\n\r\n`, "exact", false],
  ["a blank before the colon", `${OK}content-length: 0\r\nx-a : b\r\n\r\n`, "exact", false],
  ["a second answer behind it", `${OK}content-length: 0\r\n\r\n${OK}content-length: 0\r\n\r\n`, "wrong", false],
  ["bytes behind its body", `${OK}content-length: 5\r\n\r\nhello!`, "wrong", false],
  ["a 204 that announces a body", "HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\n", "wrong", false],
  ["a 204 with its body", "HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nnull", "wrong", false],
  ["a 204 in chunks", "HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "wrong", false],
  ["two lengths", `${OK}content-length: 5\r\ncontent-length: 4\r\n\r\nhello`, "wrong", false],
  ["a length that is none", `${OK}content-length: +5\r\n\r\nhello`, "wrong", false],
  ["a length and chunks", `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, "wrong", false],
  ["a coding that we did not ask for", `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, "wrong", false],
  ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "wrong", false],
  ["a chunk without a size", `${CHUNKED}hello\r\n`, "wrong", false],
  ["a chunk that is longer than it says", `${CHUNKED}5\r\nhello!\r\n0\r\n\r\n`, "wrong", false],
  ["bytes behind the last chunk", `${CHUNKED}0\r\n\r\n!`, "wrong", false],
  ["a body that is still to come", `${OK}content-length: 5\r\n\r\nhell`, undefined, false],
  ["chunks without a last one", `${CHUNKED}5\r\nhello\r\n`, undefined, false],
  ["a body that ends with the connection", `${OK}\r\nhello`, undefined, false],
  ["more than is read of it", `${OK}content-length: 5000\r\n\r\n${"x".repeat(2_000)}`, "unread", false],
];

describe("an answer of HTTP/1.1", () => {
  for (const [what, answer, ending, isReusable] of ANSWERS) {
    it(`is understood with ${what}, however it is cut into pieces`, () => {
      const whole = read([answer]);
      assert.deepEqual({ ending: whole.ending, isReusable: whole.isReusable }, { ending, isReusable });
      assert.equal(whole.fault, undefined);
      assert.ok(whole.status === 200 || whole.status === 204);
      for (let at = 1; at < answer.length; at += 1) {
        const [first, second] = [answer.slice(0, at), answer.slice(at)];
        const cut = read([first, second]);
        // what comes when the answer has ended is for the connection to judge, not part of the answer
        if (read([first]).ending === undefined)
          assert.deepEqual({ ...cut, text: "" }, { ...whole, text: "" }, String(at));
      }
      assert.equal(read([...answer]).status, whole.status);
    });
  }

  it("has no head before the blank line that ends it, wherever the connection ends", () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 0\r\n\r\n";
    for (let at = 0; at < head.length; at += 1) {
      const found = read([head.slice(0, at)], at % 2 === 0 ? "cleanly" : "by a reset");
      assert.deepEqual([found.status, found.fault], [undefined, "the connection was cut"], String(at));
    }
    assert.equal(read([head]).status, 200);
  });

  it("was cut when the connection ends before its body does, and ended when nothing else was announced", () => {
    assert.equal(read([`${OK}content-length: 5\r\n\r\nhell`], "cleanly").ending, "cut");
    assert.equal(read([`${CHUNKED}5\r\nhello\r\n`], "cleanly").ending, "cut");
    assert.equal(read([`${OK}\r\nhello`], "cleanly").ending, "closed");
    assert.equal(read([`${OK}\r\nhello`], "by a reset").ending, "cut");
    assert.equal(read([`${OK}\r\nhello`], "cleanly").text, "hello");
  });

  it("is none when it is something else, only interim, or has no end to its head", () => {
    for (const text of [
      "SSH-2.0-OpenSSH_9\r\n\r\n",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
    ]) {
      assert.match(read([text]).fault ?? "", /not HTTP/, text);
    }
    assert.match(read(["HTTP/1.1 101 Switching Protocols\r\n\r\n"]).fault ?? "", /not HTTP/);
    assert.match(read(["HTTP/1.1 100 Continue\r\n\r\n"], "cleanly").fault ?? "", /cut/);
    assert.match(read([`${OK}x: ${"y".repeat(40_000)}`]).fault ?? "", /too long/);
    assert.match(read(["HTTP/1.1 100 Continue\r\n\r\n".repeat(2_000)]).fault ?? "", /too long/);
  });

  it("is unpacked where it was sent packed, and not where much would come of little", () => {
    const textOf = (size: number, mostRead = 1_000) => {
      const reader = answerReader(mostRead);
      const packed = gzipSync("x".repeat(size));
      reader.push(Buffer.from(`${OK}content-length: ${packed.length}\r\n\r\n`));
      reader.push(packed);
      return reader.text().length;
    };
    assert.deepEqual([textOf(60_000), textOf(100_000)], [60_000, 0]);
    // whoever reads more of an answer reads as much of it when it was packed
    assert.deepEqual([textOf(1_000_000, 1_000_000), textOf(10_000_000, 1_000_000)], [1_000_000, 0]);
  });

  it("shows the beginning of its body, decoded from its chunks", () => {
    assert.equal(read([`${CHUNKED}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`]).text, "hello!");
    assert.equal(read([`${OK}content-length: 5000\r\n\r\n${"x".repeat(2_000)}`]).text.length, 1_000);
  });
});
