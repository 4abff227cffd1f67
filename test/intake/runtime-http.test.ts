/**
 * HTTP that is allowed and rare, as the two runtimes take it. What Bun 1.4 or Deno 2.9 does not take is pinned down here as well:
 * a release that does otherwise is to be noticed, and "Honest limits" in README to be corrected.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { body, query, type RunningIntake, startIntake } from "./harness.ts";
import { openWire, type Wire } from "./wire.ts";

const IS_BUN = "Bun" in globalThis;
const head = (headers: string, version = "1.1") =>
  `POST /callback?${query()} HTTP/${version}\r\nHost: c\r\n${headers}\r\n`;
const declared = head(`Content-Length: ${body().length}\r\n`);
const request = declared + body();
const chunked = (end: string) =>
  `${head("Transfer-Encoding: chunked\r\n")}${body().length.toString(16)}\r\n${body()}\r\n${end}`;
const inBytes = (text: string) => Array.from(text, (byte) => `1\r\n${byte}\r\n`).join("");
const OK = /HTTP\/1\.. 200 [\s\S]*"OK"/;
const TWICE = /HTTP\/1\.. 200 [\s\S]*"OK"[\s\S]*HTTP\/1\.. 200 [\s\S]*"OK"/;

async function onWire(test: (wire: Wire, intake: RunningIntake) => Promise<void>): Promise<void> {
  const intake = await startIntake();
  const wire = await openWire(intake.port);
  try {
    await test(wire, intake);
  } finally {
    wire.destroy();
    await intake.stop();
  }
}

/** Holds what comes to the store. Returns what lets it go. */
function holdStore({ store }: RunningIntake): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  store.behave = () => held.then(() => ({ refused: [] }));
  return release;
}

/** The connection ends without an answer; the callback is stored, and counted and logged as one whose answer nobody heard. */
async function endsUnheard(wire: Wire, intake: RunningIntake, send: () => void): Promise<void> {
  const release = holdStore(intake);
  send();
  await wire.closed;
  release();
  await intake.commit.stop();
  assert.equal(intake.store.callbacks.length, 1);
  assert.equal((await intake.counted()).answers_unheard, 1);
  assert.equal(intake.log.lines.filter(({ fact }) => fact === "intake.unheard").length, 1);
}

describe("what both runtimes take", () => {
  for (const [name, ...writes] of [
    [
      "Expect: 100-continue",
      head(`Content-Length: ${body().length}\r\nExpect: 100-continue\r\n`),
      /100 Continue/,
      body(),
    ],
    ["HTTP/1.0", head(`Content-Length: ${body().length}\r\n`, "1.0") + body()],
    ["an extension of a chunk", chunked("0;x=y\r\n\r\n")],
    ["a body in a packet of its own", declared, body()],
    ["a length that is said twice alike", head(`Content-Length: ${body().length}\r\n`.repeat(2)) + body()],
    ["chunks of one byte each", `${head("Transfer-Encoding: Chunked\r\n")}${inBytes(body())}0\r\n\r\n`],
    [
      "a target with scheme and host, which is not ours",
      declared.replace("POST /", "POST http://other.example/") + body(),
    ],
    ["hundreds of parameters that nobody knows, ahead", declared.replace("?", `?${"a=b&".repeat(800)}`) + body()],
    [
      "parameters that come again, otherwise",
      declared.replace(" HTTP", "&SdkAppid=1&Sign=x&RequestTime=1 HTTP") + body(),
    ],
    ["a head that comes in pieces", ...(declared.match(/[\s\S]{1,90}/g) ?? []), body()],
  ] as const) {
    it(name, () =>
      onWire(async (wire, { store }) => {
        for (const write of writes) {
          if (typeof write === "string") wire.send(write);
          else await wire.until(write);
        }
        await wire.until(OK);
        assert.equal(store.callbacks.length, 1);
      }),
    );
  }
});

describe("what Bun does not take, and Deno does", () => {
  for (const [name, text, answers] of [
    ["two requests in one write (pipelining)", request + request, 2],
    ["trailers", chunked("0\r\nX-Checksum: 1\r\n\r\n"), 1],
    ["an empty line behind a request", `${request}\r\n`, 1],
  ] as const) {
    it(`${name}: never unseen`, () =>
      onWire(async (wire, intake) => {
        if (IS_BUN) return endsUnheard(wire, intake, () => wire.send(text));
        wire.send(text);
        await wire.until(answers === 2 ? TWICE : OK);
        assert.equal(intake.store.callbacks.length, answers);
      }));
  }

  it("an empty line before a request: Bun says 400, and the bridge cannot see it", () =>
    onWire(async (wire, { store }) => {
      wire.send(`\r\n${request}`);
      await wire.until(IS_BUN ? /^HTTP\/1\.1 400 / : OK);
      assert.equal(store.callbacks.length, IS_BUN ? 0 : 1);
    }));
});

describe("what Deno does not take, and Bun does", () => {
  it("an offer to speak HTTP/2 beside a body: Deno says 400, and the bridge cannot see it", () =>
    onWire(async (wire, { store }) => {
      const offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
      wire.send(head(`${offer}Content-Length: ${body().length}\r\n`) + body());
      await wire.until(IS_BUN ? OK : /^HTTP\/1\.1 400 /);
      assert.equal(store.callbacks.length, IS_BUN ? 1 : 0);
    }));
});

describe("what neither answers", () => {
  it("a sender that closes its side before the answer: kept or given up, and counted as what it is", () =>
    onWire(async (wire, intake) => {
      const send = () => {
        wire.send(request);
        wire.end();
      };
      if (IS_BUN) return endsUnheard(wire, intake, send);
      send();
      await wire.closed;
      // Deno drops a body together with the connection, unless it was read before
      await eventually(async () => intake.store.callbacks.length === 1 || (await intake.counted()).refused_body === 1);
    }));
});
