/** What the demo shows fits the screen that it is shown on. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import pico from "picocolors";
import { displayWidth } from "../../src/basics/width.ts";
import { fitted } from "../../src/cli/terminal/wrap.ts";
import { withValues } from "../../src/demo/folder.ts";
import type { ConnectorNumbers, Numbers } from "../../src/demo/numbers.ts";
import { changes, noteText, tableText } from "../../src/demo/screen.ts";
import { openStage, showLook } from "../../src/demo/stage.ts";

const paint = pico.createColors(false);

function numbers(change: Partial<ConnectorNumbers> = {}): Numbers {
  const usual = { waiting: 1_022, delivered: 1_022, superseded: 20, skipped: 100, dead: 1 };
  const analytics: ConnectorNumbers = { name: "analytics", type: "segment", condition: "ready", ...usual, ...change };
  return new Map([["analytics", analytics]]);
}

function widest(text: string): number {
  return Math.max(...text.split("\n").map(displayWidth));
}

describe("the demo's screen", () => {
  it("draws a table that fits 80 columns even while a connector is backing off, and narrower ones with what matters", () => {
    assert.ok(widest(tableText(numbers({ condition: "backing off" }), 80, paint)) <= 80);
    for (const columns of [60, 40]) {
      const table = tableText(numbers({ condition: "backing off" }), columns, paint);
      assert.ok(widest(table.split("\nNo room")[0] ?? "") <= columns, table);
      assert.match(table, /WAITING +DELIVERED/);
    }
  });

  it("adds a bar where there is room, in 100 columns", () => {
    const table = tableText(numbers({ waiting: 0 }), 100, paint);
    assert.match(table, /█{20}$/);
    assert.ok(widest(table) <= 100);
  });

  it("does not fill the bar as long as one delivery waits", () => {
    assert.match(tableText(numbers({ waiting: 1, delivered: 100_000 }), 120, paint), /█{19}░$/);
  });

  it("breaks notes between words, below their beginning", () => {
    const text = noteText({ tone: "act", text: "one two three four five six seven" }, 1_200, 30, paint);
    assert.deepEqual(text.split("\n"), [" 1.2 s  →  one two three four", "           five six seven"]);
  });

  it("indents what goes on in another line, and counts no colours", () => {
    assert.equal(fitted("  one two three four", 14), "  one two\n      three\n      four");
    assert.equal(fitted("  \u001b[32mone\u001b[39m two", 9), "  \u001b[32mone\u001b[39m two");
  });

  it("draws below a note the numbers that the note tells: at 80 columns 799 once stood above a table with 800", () => {
    let screen = "";
    const write = (text: string) => {
      screen += text;
    };
    const out = { write, isTerminal: true, columns: 80, rows: 40 };
    const stage = openStage(out, paint, () => 0);
    const trouble = numbers({ condition: "backing off", waiting: 800 });
    showLook(stage, undefined, trouble);
    const before = screen.length;
    showLook(stage, trouble, numbers({ waiting: 799 }));
    const note = screen.indexOf("goes on by itself with the 799", before);
    assert.ok(note > 0);
    assert.match(screen.slice(note), /analytics {2}Segment {2}ready {6}799/);
    assert.doesNotMatch(screen.slice(note), /800/);
  });

  it("tells when a connector's condition changes, and only then", () => {
    const reason = { words: "HTTP 503", status: 503 };
    const trouble = numbers({ condition: "backing off", reason });
    assert.deepEqual(changes(undefined, trouble), []);
    assert.deepEqual(changes(trouble, trouble), []);
    assert.match(changes(numbers(), trouble)[0]?.text ?? "", /^Segment is in trouble: HTTP 503\. .*backing off/);
    assert.match(changes(trouble, numbers())[0]?.text ?? "", /^Segment is well again/);
  });
});

describe("the demo's configuration", () => {
  it("gets its variables filled in, and keeps a default where there is no value", () => {
    assert.equal(withValues("a: ${ONE}, b: ${TWO:-2}, c: ${TWO}", { ONE: "1" }), "a: 1, b: 2, c: ${TWO}");
  });
});
