/**
 * A firewall, a proxy or a wrong server answers with a page in the place of each destination: what it says is quoted, in the character set that
 * it is in and without markup, and nobody is delivered or given up by it.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openForTest } from "../../connectors/kit/testing.ts";
import type { DeliverResult, Reason } from "../../src/connector.ts";
import { sampleDeliveries } from "../../src/connector-tools.ts";
import { type Destination, SUBJECTS } from "./eight-types.ts";
import { startWire, type Wire } from "./wire.ts";

const deliveries = sampleDeliveries(1);

/** `body` in ASCII but for its texts, which `encode` writes. */
const hex = (...parts: readonly (string | { readonly hex: string })[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part.hex, "hex"))));
const utf16 = (text: string, order: "le" | "be" = "le"): Buffer => {
  const bytes = Buffer.from(text, "utf16le");
  return order === "be" ? bytes.swap16() : bytes;
};

/** `访问被拒绝` in GBK. */
const GBK = { hex: "b7c3cecab1bbbedcbef8" };
/** `アクセス拒否` in Shift-JIS. */
const SHIFT_JIS = { hex: "8341834e835a83588b9194db" };
/** `存取被拒` in Big5. */
const BIG5 = { hex: "a673a8fab351a9da" };

interface Page {
  readonly words: string;
  readonly type: string;
  readonly body: Buffer;
  readonly said: string;
}

const PAGES: readonly Page[] = [
  {
    words: "in GBK, as its head says",
    type: "text/html; charset=gbk",
    body: hex("<html><head><title>", GBK, "</title><script>1</script></head><body><h1>WAF&nbsp;42</h1></body></html>"),
    said: "访问被拒绝 | WAF 42",
  },
  {
    words: "in GB18030, as it says itself",
    type: "text/html",
    body: hex(
      '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb18030"><title>',
      GBK,
      "</title>",
    ),
    said: "访问被拒绝",
  },
  {
    words: "in Shift-JIS, as it says itself",
    type: "text/html",
    body: hex('<!doctype html><meta charset="shift_jis"><title>', SHIFT_JIS, "</title>"),
    said: "アクセス拒否",
  },
  {
    words: "in Big5, as its head says",
    type: 'text/html;charset="big5"',
    body: hex("<html><body><p>", BIG5, "</p>"),
    said: "存取被拒",
  },
  {
    words: "in UTF-16 with a byte order mark",
    type: "text/html",
    body: utf16("\ufeff<html><body><p>Zugriff verweigert – nö</p></body></html>"),
    said: "Zugriff verweigert – nö",
  },
  {
    words: "in UTF-16, the larger byte first",
    type: "text/html",
    body: utf16("\ufeff<html><body><p>拒绝</p></body></html>", "be"),
    said: "拒绝",
  },
  {
    words: "in UTF-16, as its head says",
    type: "text/html; charset=utf-16",
    body: utf16("<html><body><p>拒绝</p></body></html>"),
    said: "拒绝",
  },
  {
    words: "in UTF-16, with nothing that says so",
    type: "text/html",
    body: utf16("<html><body><p>Access denied</p></body></html>"),
    said: "Access denied",
  },
  {
    words: "in Windows-1252",
    type: "text/html; charset=windows-1252",
    body: hex("<html><body>Acc", { hex: "e8" }, "s refus", { hex: "e9" }, "</body>"),
    said: "Accès refusé",
  },
  {
    words: "in Latin 1, with nothing that says so",
    type: "text/html",
    body: hex("<html><body>Acc", { hex: "e8" }, "s refus", { hex: "e9" }, "</body>"),
    said: "Accès refusé",
  },
  {
    words: "in GBK, with nothing that says so",
    type: "text/html",
    body: hex("<html><body>", GBK, "</body>"),
    said: "访问被拒绝",
  },
  {
    words: "in UTF-8 that calls itself UTF-16, which it cannot be",
    type: "text/html",
    body: Buffer.from('<html><head><meta charset="utf-16"></head><body>拒绝</body>'),
    said: "拒绝",
  },
  {
    words: "with entities by name and by number",
    type: "text/html; charset=utf-8",
    body: Buffer.from(
      "<html><body><p>Acc&egrave;s refus&eacute; &mdash; &#35775;&#x95EE; &lt;b&gt; &amp;amp;</p><p>It&#146;s&nbsp&copy; us</p></body>",
    ),
    said: "Accès refusé — 访问 <b> &amp; | It’s © us",
  },
];

const STATUSES = [403, 502, 404] as const;

function reasonOf(result: DeliverResult): Reason | undefined {
  if ("reason" in result) return result.reason;
  const [outcome] = result.outcomes.values();
  return outcome !== undefined && "reason" in outcome ? outcome.reason : undefined;
}

for (const subject of SUBJECTS) {
  describe(`a page in the place of ${subject.type.type}`, () => {
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

    async function answered(
      status: number,
      { type, body }: Page,
      when: typeof subject.isWrite,
    ): Promise<DeliverResult> {
      const text = JSON.stringify(destination.settings).replaceAll(destination.sandbox.url, wire.url);
      const connector = openForTest(subject.type, JSON.parse(text), { timeoutMs: 10_000 });
      const head = `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
      wire.answer((socket) => socket.write(Buffer.concat([Buffer.from(head), body])), when);
      const result = await connector.deliver(deliveries, new AbortController().signal);
      wire.heal();
      await connector.close?.();
      return result;
    }

    for (const page of PAGES) {
      it(`is quoted readable: ${page.words}`, async () => {
        for (const when of [() => true, subject.isWrite]) {
          for (const status of STATUSES) {
            const result = await answered(status, page, when);
            assert.equal(reasonOf(result)?.message, page.said, `${status}: ${JSON.stringify(result)}`);
          }
        }
      });
    }
  });
}
