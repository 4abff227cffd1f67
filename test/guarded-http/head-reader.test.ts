import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LONGEST_HEAD, MOST_EMPTY } from "../../src/guarded-http/wire/head.ts";
import { headReader } from "../../src/guarded-http/wire/head-reader.ts";

const OK = "HTTP/1.1 200 OK\r\nx: y\r\n\r\n";

/** What is found in these pieces, the first time that anything is. */
function found(...pieces: readonly string[]) {
  const read = headReader();
  for (const piece of pieces) {
    const result = read(Buffer.from(piece, "latin1"));
    if (result === undefined) continue;
    return result.tag === "fault" ? result.fault : [result.head.status, result.rest.toString("latin1")];
  }
  return undefined;
}

describe("the head of an answer", () => {
  it("is found however it is cut, with what is behind it", () => {
    for (let at = 1; at < OK.length; at += 1) {
      assert.deepEqual(found(OK.slice(0, at), `${OK.slice(at)}body`), [200, "body"], `cut at ${at}`);
    }
    assert.equal(found(OK.slice(0, -1)), undefined);
  });

  it("is the final one: interim ones before it are skipped", () => {
    const early = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
    assert.deepEqual(found(`HTTP/1.1 100 Continue\r\n\r\n${early}${OK}body`), [200, "body"]);
    assert.deepEqual(found(early, early, OK), [200, ""]);
    assert.equal(found(early), undefined);
  });

  it("is no longer HTTP/1.1 where another protocol begins, or never was", () => {
    for (const answer of ["HTTP/1.1 101 Switching\r\n\r\n", "HTTP/2 200\r\n\r\n", "SSH-2.0-x\r\n\r\n"]) {
      assert.equal(found(answer), "its answer is not HTTP/1.1", answer);
    }
  });

  it("is none where nothing but empty lines comes, and is found behind a few of them", () => {
    for (const empty of ["\r\n", "\n"]) {
      assert.deepEqual(found(empty.repeat(4), OK), [200, ""]);
      assert.deepEqual(found(...empty.repeat(4), ...OK), [200, ""]);
      assert.equal(found(...empty.repeat(MOST_EMPTY)), "its answer is not HTTP/1.1");
      assert.equal(found(empty.repeat(MOST_EMPTY) + OK), "its answer is not HTTP/1.1");
    }
  });

  it("is too long with all that came before it, were each of them short", () => {
    const interim = "HTTP/1.1 102 Processing\r\n\r\n";
    const many = Math.ceil(LONGEST_HEAD / interim.length);
    assert.equal(found(...Array.from({ length: many }, () => interim)), "the head of its answer is too long");
    assert.equal(found("x".repeat(LONGEST_HEAD), "x"), "the head of its answer is too long");
    assert.equal(found(interim.repeat(many - 1)), undefined);
  });
});
