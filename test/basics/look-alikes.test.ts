import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOOK_ALIKES } from "../../src/basics/look-alike-table.ts";
import {
  asMeant,
  isOddAscii,
  lookAlikeName,
  lookAlikesIn,
  oddlyTyped,
  straightened,
} from "../../src/basics/look-alikes.ts";

describe("a sign that looks like one of ASCII", () => {
  it("is found with its place, its name and the one to type", () => {
    assert.deepEqual(lookAlikesIn("a：b\u200b"), [
      { index: 1, character: "：", name: "full-width colon", code: "U+FF1A", plain: ":" },
      { index: 3, character: "\u200b", name: "zero-width space", code: "U+200B", plain: "" },
    ]);
    assert.deepEqual(lookAlikesIn("a: b{}\n\t"), []);
  });

  it("has one sign of ASCII in its place, or none, and a name without a sign", () => {
    for (const [character, [name, plain]] of LOOK_ALIKES) {
      assert.ok(character.length === 1 && character > "\u007f", character);
      assert.match(plain, /^[ -~]?$/);
      assert.match(name, /^[A-Za-z][A-Za-z -]+$/);
    }
  });

  it("is every full-width form of ASCII", () => {
    const ascii = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join("");
    const wide = Array.from(ascii, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join("");
    assert.equal(straightened(wide), ascii);
  });

  it("means itself among its own kind", () => {
    for (const text of ["👩‍👩‍👧", "می‌خواهم", "сервер", "ไทย\u200bไทย", "\u200f\u05d0"])
      assert.deepEqual(lookAlikesIn(text), [], text);
    assert.deepEqual(lookAlikesIn("sеrver").map(lookAlikeName), ["a Cyrillic letter е (U+0435)"]);
    assert.deepEqual(lookAlikesIn("a\u200db").map(lookAlikeName), ["a zero-width joiner (U+200D)"]);
  });

  it("leaves a text that was written for people to them", () => {
    assert.deepEqual(["a：b", "状态：x", "“x”", "é", "x"].map(isOddAscii), [true, false, true, false, false]);
  });

  it("has the blank behind it that its plain form has where it parts something", () => {
    assert.deepEqual(["a：b", "a，b、c", "https：//x", "a： b", "ｘ"].map(asMeant), [
      "a: b",
      "a, b, c",
      "https://x",
      "a: b",
      "x",
    ]);
  });

  it("is told of what was typed, without the rest of it", () => {
    assert.equal(oddlyTyped("２h"), "a full-width digit ２ (U+FF12) stands in it; type 2");
    assert.equal(oddlyTyped("2h"), undefined);
  });
});
