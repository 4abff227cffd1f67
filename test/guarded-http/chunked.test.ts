import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chunkedBody, following } from "../../src/guarded-http/wire/chunked.ts";

describe("a line of a chunked body", () => {
  it("that is a size says how much content follows, whatever extension stands behind it", () => {
    const sizes = ["5\r", "A\r", "1f \t\r", "5;name=value\r", "ffffffffffff\r"];
    assert.deepEqual(
      sizes.map((line) => following("size", line)),
      [5, 10, 31, 5, 0xffffffffffff],
    );
  });

  it("that is the size zero leads to the trailer, and an empty one ends that", () => {
    assert.deepEqual(
      ["0\r", "000\r", "0;last\r"].map((line) => following("size", line)),
      ["trailer", "trailer", "trailer"],
    );
    assert.deepEqual([following("trailer", "x: y\r"), following("trailer", "\r")], ["trailer", "end"]);
  });

  it("that may not stand there is none", () => {
    const wrong = ["\r", "5", "55", "-5\r", "0x5\r", "5 5\r", " 5\r", "1000000000000\r", "5\r\r"];
    assert.deepEqual(
      wrong.filter((line) => following("size", line) !== undefined),
      [],
    );
    assert.deepEqual([following("end of content", "\r"), following("end of content", "x\r")], ["size", undefined]);
  });
});

describe("a chunked body", () => {
  it("is the same however its bytes are cut", () => {
    const text = "3\r\nabc\r\n0A;x\r\n0123456789\r\n0\r\nx: y\r\n\r\n";
    for (let size = 1; size <= text.length; size += 1) {
      let content = "";
      const read = chunkedBody((part) => {
        content += part.toString();
      });
      const endings = [];
      for (let at = 0; at < text.length; at += size) endings.push(read(Buffer.from(text.slice(at, at + size))));
      assert.deepEqual([content, endings.at(-1)], ["abc0123456789", "exact"], `${size} at once`);
      assert.ok(endings.slice(0, -1).every((ending) => ending === undefined));
    }
  });

  it("is not read on for ever where it is nearly nothing but sizes, or trailers", () => {
    const tiny = "1\r\nx\r\n".repeat(1_000);
    const trailer = `${"x: y\r\n".repeat(1_000)}`;
    for (const [first, rest] of [
      ["", tiny],
      ["1;\r\nx\r\n0\r\n", trailer],
    ] as const) {
      let content = 0;
      const read = chunkedBody((part) => {
        content += part.length;
      });
      read(Buffer.from(first));
      const endings = Array.from({ length: 50 }, () => read(Buffer.from(rest)));
      const end = endings.indexOf("wrong");
      assert.ok(end > 1 && end < 20, `it ended with part ${end}, after ${content} bytes of content`);
    }
  });

  it("is read to its end though it comes in small chunks, as long as they carry more than their sizes", () => {
    let content = 0;
    const read = chunkedBody((part) => {
      content += part.length;
    });
    const part = Buffer.from("8\r\n01234567\r\n".repeat(1_000));
    for (let count = 0; count < 100; count += 1) assert.equal(read(part), undefined);
    assert.deepEqual([read(Buffer.from("0\r\n\r\n")), content], ["exact", 800_000]);
    const few = chunkedBody(() => undefined);
    assert.equal(few(Buffer.from(`${"1\r\nx\r\n".repeat(4_000)}0\r\nx: y\r\n\r\n`)), "exact");
  });

  it("whose line does not end is not read on for ever", () => {
    const read = chunkedBody(() => undefined);
    const part = Buffer.alloc(1_024, "5");
    assert.deepEqual(
      [read(part), read(part), read(part), read(part), read(part)],
      [undefined, undefined, undefined, undefined, "wrong"],
    );
  });
});
