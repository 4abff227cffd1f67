/**
 * What each connector type makes of answers that are framed, coded or ended otherwise than destinations do: only what is certain is
 * delivered, nobody is given up, and nothing of an answer gets into the next one.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { openForTest } from "../../connectors/kit/testing.ts";
import type { Connector, DeliverResult } from "../../src/connector.ts";
import { sampleDeliveries } from "../../src/connector-tools.ts";
import { type Destination, SUBJECTS, type Subject } from "./eight-types.ts";
import { type Asked, type Odd, type Right, startWire, type Wire, wholeAnswer } from "./wire.ts";

const forever = () => new AbortController().signal;
const deliveries = sampleDeliveries(1);

/** `delivered`, `retry`, `unavailable` …: what became of the one delivery, or of all at once. */
function tagOf(result: DeliverResult): string {
  const [outcome] = "outcomes" in result ? (result.outcomes?.values() ?? []) : [];
  return outcome?.tag ?? result.tag;
}

interface Case {
  readonly words: string;
  readonly odd: Odd;
  /** What it is to the types that read the answer, and to the one that goes by the status line. */
  readonly means: { readonly read: Meaning; readonly status: Meaning };
}

/** `done`: delivered, however odd. `later`: nothing is delivered, nothing given up. `either`: one of the two, as the runtime decodes it. */
type Meaning = "done" | "later" | "either";

const TAGS: Readonly<Record<Meaning, RegExp>> = {
  done: /^delivered$/,
  later: /^(retry|unavailable|credentialsRefused)$/,
  either: /^(delivered|retry|unavailable)$/,
};

const WORDS: Readonly<Record<Meaning, string>> = {
  done: "read as what it is",
  later: "neither a delivery nor the end of one",
  either: "read, or nothing",
};

const say =
  (make: (right: Right) => string | Buffer): Odd =>
  (socket, right) =>
    socket.write(make(right));
const endWith =
  (make: (right: Right) => string | Buffer): Odd =>
  (socket, right) =>
    socket.end(make(right));
const resetWith =
  (make: (right: Right) => string): Odd =>
  (socket, right) =>
    socket.write(make(right), () => socket.destroy());

const DONE = { read: "done", status: "done" } as const;
const LATER = { read: "later", status: "later" } as const;
const BY_STATUS = { read: "later", status: "done" } as const;

const fixed = (status: number, body: string | Buffer, head = ""): Odd =>
  say(() =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\n${head}content-length: ${body.length}\r\n\r\n`,
      ),
      Buffer.from(body),
    ]),
  );
const coded = (coding: string, code: (body: Buffer) => Buffer): Odd =>
  say(({ status, type, body }) => {
    const content = code(body);
    const head = `content-type: ${type}\r\ncontent-encoding: ${coding}\r\ncontent-length: ${content.length}`;
    return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${head}\r\n\r\n`), content]);
  });
const chunked = ({ status, type, body }: Right, trailers = ""): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`),
    ...(body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]),
    Buffer.from(`0\r\n${trailers}\r\n`),
  ]);

const MB = 1024 * 1024;
const ZEROS = Buffer.alloc(64 * MB);
const BROTLI = brotliCompressSync(ZEROS, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
const DEEP = "[".repeat(200_000) + "]".repeat(200_000);
const PAGE = "<!doctype html><title>Forbidden</title><h1>Request blocked</h1>";

const CASES: readonly Case[] = [
  {
    words: "behind 100 and 103",
    means: DONE,
    odd: say((right) =>
      Buffer.concat([
        Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"),
        wholeAnswer(right),
      ]),
    ),
  },
  { words: "in chunks, with trailers", means: DONE, odd: say((right) => chunked(right, "x-sum: 1\r\n")) },
  {
    words: "in chunks of a byte each",
    means: DONE,
    odd: say(({ status, type, body }) => {
      const chunks = [...body].flatMap((byte) => [Buffer.from("1\r\n"), Buffer.of(byte), Buffer.from("\r\n")]);
      const head = `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`;
      return Buffer.concat([Buffer.from(head), ...chunks, Buffer.from("0\r\n\r\n")]);
    }),
  },
  {
    words: "as HTTP/1.0, ended by the connection",
    means: DONE,
    odd: endWith(({ status, type, body }) =>
      Buffer.concat([Buffer.from(`HTTP/1.0 ${status} X\r\ncontent-type: ${type}\r\n\r\n`), body]),
    ),
  },
  { words: "in gzip", means: DONE, odd: coded("gzip", gzipSync) },
  {
    words: "in brotli, which nobody asked for",
    means: { read: "either", status: "done" },
    odd: coded("br", brotliCompressSync),
  },
  {
    words: "in deflate, which nobody asked for",
    means: { read: "either", status: "done" },
    odd: coded("deflate", deflateSync),
  },
  { words: "named zstd", means: BY_STATUS, odd: coded("zstd", () => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 4, 0])) },
  { words: "of gzip that grows to 64 MB", means: BY_STATUS, odd: coded("gzip", () => gzipSync(ZEROS)) },
  { words: "of brotli that grows to 64 MB", means: BY_STATUS, odd: coded("br", () => BROTLI) },
  { words: "of deflate that grows to 64 MB", means: BY_STATUS, odd: coded("deflate", () => deflateSync(ZEROS)) },
  { words: "nested 200,000 deep", means: BY_STATUS, odd: fixed(200, DEEP) },
  { words: "200 with nothing", means: BY_STATUS, odd: fixed(200, "") },
  {
    words: "204 with four bytes",
    means: BY_STATUS,
    odd: say(() => "HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nnull"),
  },
  { words: "204 for everything", means: BY_STATUS, odd: say(() => "HTTP/1.1 204 No Content\r\n\r\n") },
  { words: "200 with a page", means: BY_STATUS, odd: fixed(200, PAGE) },
  {
    words: "a body that is cut",
    means: BY_STATUS,
    odd: resetWith(() => 'HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{"a":'),
  },
  { words: "404 for everything", means: LATER, odd: fixed(404, "no") },
  { words: "405 for everything", means: LATER, odd: fixed(405, "") },
  { words: "403 with a page", means: LATER, odd: fixed(403, PAGE) },
  { words: "302 to elsewhere", means: LATER, odd: fixed(302, "", "location: http://127.0.0.1:9/?token=abc\r\n") },
  {
    words: "101, which nobody asked for",
    means: LATER,
    odd: say(() => "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  },
  {
    words: "a reset inside of its head",
    means: LATER,
    odd: resetWith(({ status }) => `HTTP/1.1 ${status} X\r\ncontent-ty`),
  },
  { words: "no HTTP at all", means: LATER, odd: endWith(() => "SSH-2.0-OpenSSH_9.2\r\n\r\n") },
];

/** Where an odd answer comes: to whatever is asked first, and to what writes. */
const PLACES = [
  { words: "at its first request", whenOf: () => () => true },
  { words: "at the request that writes", whenOf: ({ isWrite }: Subject) => isWrite },
] as const;

for (const subject of SUBJECTS) {
  describe(`an answer to ${subject.type.type}`, () => {
    let destination: Destination;
    let wire: Wire;
    before(async () => {
      destination = await subject.start();
      wire = await startWire(destination.sandbox.url);
    });
    after(async () => {
      await wire.close();
      await destination.sandbox.close();
    });

    function open(timeoutMs = 10_000): Connector {
      const text = JSON.stringify(destination.settings).replaceAll(destination.sandbox.url, wire.url);
      return openForTest(subject.type, JSON.parse(text), { timeoutMs });
    }

    /** What becomes of a delivery that meets the odd answer, and of the next one over the same connections. */
    async function meet(odd: Odd, when: (asked: Asked) => boolean, connector = open()): Promise<[string, string]> {
      wire.answer(odd, when);
      const met = tagOf(await connector.deliver(deliveries, forever()));
      wire.heal();
      const next = tagOf(await connector.deliver(deliveries, forever()));
      await connector.close?.();
      return [met, next];
    }

    const meaningOf = ({ means }: Case): Meaning => (subject.goesByStatus ? means.status : means.read);

    for (const each of CASES) {
      it(`${each.words} is ${WORDS[meaningOf(each)]}, and leaves nothing for the next one`, async () => {
        for (const { words, whenOf } of PLACES) {
          const [met, next] = await meet(each.odd, whenOf(subject));
          assert.match(met, TAGS[meaningOf(each)], words);
          assert.equal(next, "delivered", `the one after it, ${words}`);
        }
      });
    }

    it("is not the answer to the next request, though it came twice", async () => {
      for (const { words, whenOf } of PLACES) {
        const when = whenOf(subject);
        const connector = open();
        wire.answer((socket, right) => socket.write(Buffer.concat([wholeAnswer(right), wholeAnswer(right)])), when);
        // what came behind it may be taken for a sign that all of it is not to be relied on
        assert.ok(["delivered", "retry"].includes(tagOf(await connector.deliver(deliveries, forever()))), words);
        wire.answer((socket) => socket.write("HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n"), when);
        assert.equal(tagOf(await connector.deliver(deliveries, forever())), "unavailable", words);
        wire.heal();
        await connector.close?.();
      }
    });

    it("that is no HTTP/1.1 is said so in words of ours, without the address", async () => {
      const odd = [
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 X\r\ncontent-length: -2\r\n\r\n{}",
        "HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        `HTTP/1.1 200 X\r\n${"x: y\r\n".repeat(8_000)}\r\n`,
      ];
      for (const text of odd) {
        const connector = open();
        wire.answer(
          (socket) => socket.end(text),
          () => true,
        );
        const words = JSON.stringify(await connector.deliver(deliveries, forever()), (_, value) =>
          value instanceof Map ? [...value] : value,
        );
        assert.doesNotMatch(words, /verbose|fetch|error sending|127\.0\.0\.1/, text.slice(0, 60));
        wire.heal();
        await connector.close?.();
      }
    });

    it("that never ends is given up", { skip: subject.goesByStatus }, async () => {
      for (const head of ["content-length: 100\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n", "\r\n{"]) {
        for (const { words, whenOf } of PLACES) {
          const [met] = await meet((socket) => socket.write(`HTTP/1.1 200 X\r\n${head}`), whenOf(subject), open(100));
          assert.ok(["retry", "unavailable"].includes(met), `${words}: ${met}`);
        }
      }
    });
  });
}
