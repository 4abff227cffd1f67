/** What connector authors take from the shelf, and what becomes of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, outcomes } from "../../src/connector.ts";
import {
  baseUrlFaults,
  composeEach,
  inPlainWords,
  insistOnAny,
  reasonFor,
  sampleDeliveries,
  troubleOf,
  withOutcomes,
} from "../../src/connector-tools.ts";

const reason = { words: "no" };

describe("the result for a status", () => {
  it("is about the destination for 401, 403, 429 and 5xx, and for nothing else", () => {
    for (let status = 100; status < 600; status += 1) {
      const expected =
        status === 401 || status === 403
          ? "credentialsRefused"
          : status === 429 || status >= 500
            ? "unavailable"
            : undefined;
      assert.equal(troubleOf({ status, retryAfterMs: undefined }, reason)?.tag, expected, String(status));
    }
  });

  it("hands on the wait that the destination asks for, and no other", () => {
    assert.deepEqual(troubleOf({ status: 503, retryAfterMs: 5 }, reason), {
      ...{ tag: "unavailable", reason },
      retryAfterMs: 5,
    });
    assert.deepEqual(troubleOf({ status: 429, retryAfterMs: undefined }, reason), { tag: "unavailable", reason });
  });

  it("says the status, its meaning here, and what the destination said", () => {
    assert.deepEqual(reasonFor({ status: 404, text: " gone \n" }, "no such list"), {
      ...{ words: "HTTP 404: no such list", status: 404 },
      message: "gone",
    });
    assert.deepEqual(reasonFor({ status: 500, text: " " }), {
      ...{ words: "HTTP 500", status: 500 },
      ...{ code: "http", values: { status: 500 } },
    });
  });
});

describe("a batch that is composed", () => {
  const deliveries = sampleDeliveries(3);
  const composeOdd = () =>
    composeEach(deliveries, ({ event }) => {
      if (event.user === "user-1") throw new Error("no such filter");
      return event.user === "user-2" ? { refused: "it is empty" } : { composed: event.user };
    });

  it("loses nobody to another's fault", () => {
    const { composed, refused } = composeOdd();
    assert.deepEqual(composed, ["user-3"]);
    assert.deepEqual(
      [...refused.values()].map((outcome) => "reason" in outcome && outcome.reason.words),
      ["a template failed: no such filter", "it is empty"],
    );
    // no destination has said anything
    assert.ok([...refused.values()].every((outcome) => outcome.tag === "rejected" && outcome.unsent === true));
  });

  it("is previewed as long as something is left to send, else says why", () => {
    insistOnAny(composeOdd());
    const none = composeEach(deliveries, () => ({ refused: "it is empty" }));
    assert.throws(() => insistOnAny(none), /^Error: it is empty$/);
  });
});

describe("a result with what was settled before", () => {
  const before = new Map([["a", delivered("before")]]);

  it("says both, and of one that both speak of what it said last", () => {
    const result = withOutcomes(outcomes([["b", delivered()]]), before);
    assert.deepEqual(result, { tag: "outcomes", outcomes: new Map([...before, ["b", delivered()]]) });
    assert.deepEqual(
      withOutcomes(outcomes([["a", delivered("after")]]), before),
      outcomes([["a", delivered("after")]]),
    );
  });

  it("keeps what it was", () => {
    for (const tag of ["unavailable", "batchRejected", "credentialsRefused", "gone"] as const) {
      assert.deepEqual(withOutcomes({ tag, reason }, before), { tag, reason, outcomes: before });
    }
  });
});

describe("network trouble", () => {
  const withCode = (code: string, message = "x") => Object.assign(new Error(message), { code });

  it("has the same words by whichever code or cause a runtime says it", () => {
    for (const error of [
      withCode("ECONNRESET"),
      withCode("EPIPE"),
      withCode("ConnectionClosed"),
      new TypeError("fetch failed", { cause: withCode("ECONNRESET") }),
      new TypeError("error sending request", { cause: new Error("client error: connection reset by peer") }),
    ]) {
      assert.equal(inPlainWords(error).message, "the connection was cut");
    }
  });

  it("says of an answer that no runtime understands that it is no HTTP, and nothing of how we asked", () => {
    const deno = (words: string) =>
      new TypeError("fetch failed", { cause: new Error(`error sending request for https://a.example/: ${words}`) });
    for (const error of [
      withCode(
        "Malformed_HTTP_Response",
        'Malformed_HTTP_Response fetching "https://a.example/". pass `verbose: true`',
      ),
      withCode("InvalidContentLength"),
      deno("client error (SendRequest): invalid HTTP version parsed"),
      deno("client error (SendRequest): invalid content-length parsed"),
    ]) {
      assert.equal(inPlainWords(error).message, "its answer is not HTTP/1.1");
    }
    for (const error of [withCode("ResponseHeadersTooLarge"), deno("message head is too large")]) {
      assert.equal(inPlainWords(error).message, "the head of its answer is too long");
    }
  });

  it("keeps words that somebody has chosen, whatever they are about and whatever caused them", () => {
    for (const own of [
      new Error("the proxy a.example cannot be used: connection refused"),
      new Error("the proxy a.example does not answer", { cause: withCode("ECONNRESET") }),
    ]) {
      assert.equal(inPlainWords(own), own);
    }
  });
});

describe("faults of an address", () => {
  const words = { setting: "url", name: "the address", credential: "the token", example: "write it whole" };
  const what = (text: string, isWhole?: boolean) =>
    baseUrlFaults(text, { ...words, ...(isWhole && { isWhole }) }).map((fault) => fault.what);

  it("are all told at once", () => {
    assert.deepEqual(what("http://me:pw@a.example/#x"), [
      "the address carries a password, a query or a fragment",
      "the token would travel unencrypted",
    ]);
  });

  it("leave a query alone in a whole address, and nothing else", () => {
    const whole = "https://a.example/hook?team=7";
    assert.deepEqual(what(whole, true), []);
    assert.equal(what(whole).length, 1);
    for (const text of ["https://me:pw@a.example/x?y=1", "https://a.example/x?y=1#z"]) {
      assert.deepEqual(what(text, true), ["the address carries a password or a fragment"]);
    }
    assert.deepEqual(what("mailto:a@b.example", true), ["this is not a web address"]);
  });
});
