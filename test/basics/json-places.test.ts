/** Where a JSON text goes wrong, where a value stands in it, and how two texts differ. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonPath, lookForJson } from "../../src/basics/json-places.ts";
import { spreadJson } from "../../src/basics/json-spread.ts";
import { lineDifference } from "../../src/basics/line-difference.ts";

/** `2:5 what`. */
function faultIn(text: string): string {
  const look = lookForJson(text);
  assert.ok(!look.ok, `${text} is JSON`);
  return `${look.place.line}:${look.place.column} ${look.what}`;
}

describe("a text that is no JSON", () => {
  it("is told with its place, what was expected, and what is there", () => {
    const faults: readonly (readonly [string, string])[] = [
      ["", "1:1 expected a value, and found the end of the text"],
      ["{", "1:2 expected a name in double quotes, and found the end of the text"],
      ['{"a" 1}', "1:6 expected `:` behind the name, and found `1`"],
      ['{"a": 1\n "b": 2}', '2:2 expected `,` or `}`, and found `"`: write `"`'],
      ['{"a": 1,\n}', "2:1 expected a name in double quotes, and found `}`"],
      ["[1, 2", "1:6 expected `,` or `]`, and found the end of the text"],
      ["[1,]", "1:4 expected a value, and found `]`"],
      ["{'a': 1}", "1:2 expected a name in double quotes, and found `'`: write `\"`"],
      ['{"a"：1}', "1:5 expected `:` behind the name, and found `：` (U+FF1A): write `:`"],
      ['{"张": 1，"b": 2}', "1:8 expected `,` or `}`, and found `，` (U+FF0C): write `,`"],
      ["{“a”: 1}", '1:2 expected a name in double quotes, and found `“` (U+201C): write `"`'],
      ["{\u00a0}", "1:2 expected a name in double quotes, and found U+00A0: write a plain blank"],
      ['{"a": "b}', '1:7 expected `"` at the end of this string, and found the end of the text'],
      ['["a\nb"]', "1:4 expected no control character in a string: write \\n for a line break, and found U+000A"],
      ['["\\x"]', '1:3 expected an escape (\\n, \\", \\\\, \\u263a), and found `\\`'],
      ["[01]", "1:3 expected `,` or `]`, and found `1`"],
      ["True", "1:1 expected a value, and found `T`"],
      ["{} {}", "1:4 expected nothing behind its end, and found `{`"],
    ];
    for (const [text, words] of faults)
      assert.equal(faultIn(text), words.replace('found `"`: write `"`', 'found `"`'), text);
  });

  it("is the same to us as to the runtime, whatever is cut off or changed", () => {
    const sound = '{"a": [1, -2.5e+3, "x\\u00e9\\n", true, null, {"b": {}}], "c": []}';
    assert.ok(lookForJson(sound).ok);
    for (let at = 0; at < sound.length; at += 1) {
      for (const text of [
        sound.slice(0, at),
        sound.slice(0, at) + sound.slice(at + 1),
        `${sound.slice(0, at)},${sound.slice(at)}`,
      ]) {
        assert.equal(lookForJson(text).ok, isJson(text), text);
      }
    }
  });

  it("needs no stack to be nested", () => {
    assert.match(faultIn("[".repeat(100_000)), /^1:102 expected no more than 100 levels/);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a value's place", () => {
  const text = '{"List": [\n  {"Account": "a"},\n  {"Account": 7}\n], "Time": "张", "Last": 1}';
  const placeOf = (path: string) => {
    const look = lookForJson(text, jsonPath(path));
    return look.ok ? [look.place.line, look.place.column] : [];
  };

  it("is found by its path, and of what is not there the value around it", () => {
    assert.deepEqual(placeOf("List[1].Account"), [3, 15]);
    assert.deepEqual(placeOf("Time"), [4, 12]);
    assert.deepEqual(placeOf("Last"), [4, 25]);
    assert.deepEqual(placeOf("List[1].Unknown"), [3, 3]);
    assert.deepEqual(placeOf("Unknown"), [1, 1]);
  });

  it("is told from what stands around it where it is not there", () => {
    const isThere = (path: string) => {
      const look = lookForJson(text, jsonPath(path));
      return look.ok && look.isThere;
    };
    assert.deepEqual(["List[1].Account", "Time", ""].map(isThere), [true, true, true]);
    assert.deepEqual(["List[1].Unknown", "List[2]", "Unknown", "Time.Unknown"].map(isThere), Array(4).fill(false));
  });
});

describe("JSON with a value a line", () => {
  it("says the same, with its numbers and texts as they were written", () => {
    const text = '{"a":[1.50,12345678901234567890,"x\\"[1, 2]"],"b":{},"c":[],"d":{"e":null}}';
    assert.equal(
      spreadJson(text),
      '{\n  "a": [\n    1.50,\n    12345678901234567890,\n    "x\\"[1, 2]"\n  ],\n  "b": {},\n  "c": [],\n  "d": {\n    "e": null\n  }\n}',
    );
  });
});

describe("the difference of two texts", () => {
  const told = (before: string, after: string) =>
    lineDifference(before, after).map(({ mark, text }) => `${mark}${text}`);

  it("shows what went and what came, with what stands around it", () => {
    assert.deepEqual(told("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nX\ne\nf\ng"), [
      "…",
      " b",
      " c",
      "-d",
      "+X",
      " e",
      " f",
      "…",
    ]);
    assert.deepEqual(told("a\nb", "a\nnew\nb"), [" a", "+new", " b"]);
    assert.deepEqual(told("a", "a"), ["…"]);
    assert.deepEqual(told("one\ntwo", "three"), ["-one", "-two", "+three"]);
  });

  it("is found for many lines as well, if less closely", () => {
    const [before, after] = [0, 1].map((from) => Array.from({ length: 3_000 }, (_, n) => `${n * 2 + from}`).join("\n"));
    assert.equal(lineDifference(before ?? "", after ?? "").length, 6_000);
  });
});
