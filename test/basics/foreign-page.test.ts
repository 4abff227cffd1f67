/** Answers that no API gives: in which characters they are written, and what they say to people. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeText } from "../../src/basics/decode-text.ts";
import { isPage, readable } from "../../src/basics/foreign-page.ts";

/** `访问被拒绝` (access denied). */
const DENIED = [0xb7, 0xc3, 0xce, 0xca, 0xb1, 0xbb, 0xbe, 0xdc, 0xbe, 0xf8];
const ascii = (text: string) => [...Buffer.from(text, "latin1")];

describe("the characters of an answer", () => {
  const META = '<html><meta charset="gbk"><p>';
  const TABLE: readonly (readonly [
    name: string,
    bytes: readonly number[],
    contentType: string | undefined,
    text: string,
  ])[] = [
    ["are those that its head names", DENIED, "text/html; charset=GBK", "访问被拒绝"],
    ["are those that its head names in quotes", DENIED, 'text/html; charset="gb2312"', "访问被拒绝"],
    ["are those that the page names", [...ascii(META), ...DENIED], "text/html", `${META}访问被拒绝`],
    ["are UTF-8 where nobody names any", [...Buffer.from("é访")], undefined, "é访"],
    ["are UTF-8 of JSON, whatever its head says", [...Buffer.from('"é"')], "application/json; charset=gbk", '"é"'],
    ["are UTF-8 where nobody knows the name", [...Buffer.from("é")], "text/html; charset=klingon", "é"],
    [
      "are UTF-8 by its mark, whatever its head says",
      [0xef, 0xbb, 0xbf, ...Buffer.from("é")],
      "text/html; charset=gbk",
      "é",
    ],
    ["are UTF-16 by its mark", [0xff, 0xfe, 0x61, 0, 0xbf, 0x8b], "text/html", "a访"],
    ["are replaced where they are none", [0x61, 0xff], undefined, "a\ufffd"],
  ];
  for (const [name, bytes, contentType, text] of TABLE) {
    it(name, () => assert.equal(decodeText(new Uint8Array(bytes), contentType), text));
  }
});

describe("a page for people", () => {
  const TABLE: readonly (readonly [page: string, says: string])[] = [
    [
      "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>",
      "403 Forbidden | nginx",
    ],
    [
      "<!DOCTYPE html><html><head><style>body { color: red }</style><script>if (1 < 2) alert('<b>')</script></head><body><h1>Access &lt;denied&gt;</h1><p>Ray ID: <code>8f1</code>&nbsp;&#8226; IP: <b>203.0.113.9</b></p></body></html>",
      "Access <denied> | Ray ID: 8f1 • IP: 203.0.113.9",
    ],
    ["<html><!-- <h1>not this</h1> --><p>访问被拒绝&#x3002;", "访问被拒绝。"],
    ["<html><p>cut in the mid", "cut in the mid"],
    ["<html><p>said</p><script>never ends", "said"],
    ["<html><p>said</p><a href=", "said"],
    ["<html></html>", ""],
    ["<html>&bogus; &#0; &#x110000; &amp;lt;", "&bogus; \ufffd \ufffd &lt;"],
  ];
  for (const [page, says] of TABLE) {
    it(`says ${JSON.stringify(says)}`, () => {
      assert.ok(isPage(page));
      assert.equal(readable(page), says);
    });
  }

  it("is told from what an API says, which stays as it is", () => {
    for (const text of [
      '{"message":"<html> is not allowed"}',
      "error code: 1020",
      "<Error><Code>AccessDenied</Code></Error>",
      "a < b",
      "",
    ]) {
      assert.equal(isPage(text), false, text);
      assert.equal(readable(` ${text}\n`), text);
    }
  });

  it("is read in time that grows with its length alone, however it is made", () => {
    for (const part of ["<script", "<", "<!--", "&#", "<p>a</p>"]) {
      assert.equal(typeof readable(`<html>${part.repeat(200_000)}`), "string");
    }
  });
});
