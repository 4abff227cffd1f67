/** How the command line writes: tables, times, sizes, reasons, progress. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { count, duration, size, until } from "../../src/basics/format.ts";
import { jsonText, shown } from "../../src/basics/text.ts";
import { cutToWidth, displayWidth } from "../../src/basics/width.ts";
import { traceArguments, typedBeside } from "../../src/cli/copied.ts";
import { parseTime } from "../../src/cli/selecting.ts";
import { openProgress } from "../../src/cli/terminal/progress.ts";
import { renderTable } from "../../src/cli/terminal/table.ts";
import { acknowledged } from "../../src/operations/deliveries/trace.ts";
import { reasonText } from "../../src/operations/reason.ts";

describe("times, sizes and counts", () => {
  it("are told in their two largest units", () => {
    const told = [0, 850, 1_000, 59_999, 60_000, 3_660_000, 7_200_000, 90_000_000, -5].map(duration);
    assert.deepEqual(told, ["0 ms", "850 ms", "1 s", "59 s", "1 min", "1 h 1 min", "2 h", "1 d 1 h", "0 ms"]);
    assert.deepEqual([until(5_000, 5_000), until(65_000, 5_000)], ["now", "in 1 min"]);
  });

  it("sizes have one digit behind the point where it tells something", () => {
    assert.deepEqual([0, 1, 1_023, 1_536, 65_536, 5_000_000, 2 ** 40].map(size), [
      "0 B",
      "1 B",
      "1023 B",
      "1.5 KiB",
      "64 KiB",
      "4.8 MiB",
      "1024 GiB",
    ]);
  });

  it("counts know one from many", () => {
    assert.deepEqual([count(1, "entry", "entries"), count(1_200, "user")], ["1 entry", "1,200 users"]);
  });

  it("the command to copy names the configuration that was given, without which it once asked another store", () => {
    assert.equal(traceArguments("jared", "config/bridge.yaml"), "trace jared");
    assert.equal(traceArguments("jared", "/tmp/my demo/b.yaml"), "trace --config '/tmp/my demo/b.yaml' jared");
    assert.equal(traceArguments("-it's $(me)", "b.yaml"), "trace --config b.yaml -- '-it'\\''s $(me)'");
    assert.equal(traceArguments("#1\u001b[31m", "config/bridge.yaml"), "trace '#1\ufffd[31m'");
  });

  it("a command for people elsewhere says what their shell cannot know, and no more", () => {
    const name = "bun run src/main.ts";
    const env = { UNSUB_BRIDGE_CONFIG: "/etc/b.yaml" };
    assert.equal(typedBeside({ name, env: {} }, "config/bridge.yaml")("resume crm"), `${name} resume crm`);
    assert.equal(typedBeside({ name, env: {} }, "my b.yaml")("status"), `${name} status --config 'my b.yaml'`);
    assert.equal(typedBeside({ name, env }, "/etc/b.yaml")("status"), `${name} status --config /etc/b.yaml`);
    const installed = { name: "unsub-bridge", env: { ...env, UNSUB_BRIDGE_PROGRAM: "unsub-bridge" } };
    assert.equal(typedBeside(installed, "/etc/b.yaml")("status"), "unsub-bridge status");
  });

  it("an acknowledgement is not told where Chat got none so late: spooled callbacks once looked as if it had waited", () => {
    assert.equal(acknowledged(1_000, 1_004), "after 4 ms, when it was safely stored");
    const late = (after: string) =>
      `unknown: it reached the store after ${after}, kept in the spool or the quarantine before that, or answered 503`;
    assert.equal(acknowledged(1_000, 3_661_000), late("1 h 1 min"));
    // `server.answer_within` is over: Chat was told 503, and nobody acknowledged anything
    assert.equal(acknowledged(1_000, 2_587), late("1587 ms"));
    assert.match(acknowledged(1_000, null), /^unknown: it came from the quarantine, or/);
  });

  it("a time to look back to is a duration or a date, in UTC unless it says otherwise", () => {
    assert.equal(parseTime("2026-01-31"), Date.UTC(2026, 0, 31));
    assert.equal(parseTime("2026-01-31T08:30"), Date.UTC(2026, 0, 31, 8, 30));
    assert.equal(parseTime("2026-01-31T08:30:00+08:00"), Date.UTC(2026, 0, 31, 0, 30));
    const before = Date.now();
    const since = parseTime("2h") + 7_200_000;
    assert.ok(before <= since && since <= Date.now());
    for (const wrong of ["", "2", "soon", "2026-13-01", "31.01.2026", "-2h"]) assert.throws(() => parseTime(wrong));
  });
});

describe("tables", () => {
  it("align by what a terminal shows", () => {
    const columns = [{ title: "USER" }, { title: "N", align: "right" }, { title: "WHY" }] as const;
    const rows = [
      ["张伟", "1", "a"],
      ["é", "20", ""],
      ["👩‍👩‍👧x", "300", "c"],
    ];
    assert.equal(
      renderTable(columns, rows),
      ["USER    N  WHY", "张伟    1  a", "é      20", "👩‍👩‍👧x   300  c"].join("\n"),
    );
  });

  it("colours have no width", () => {
    const paint = (text: string) => `\u001b[31m${text}\u001b[39m`;
    const table = renderTable([{ title: "STATE" }, { title: "X" }], [[{ text: "dead", paint }, "x"]]);
    assert.equal(table, "STATE  X\n\u001b[31mdead\u001b[39m   x");
  });

  it("make foreign text harmless, one line each, and cut what is too wide", () => {
    const table = renderTable([{ title: "WHY", least: 1 }], [["\u001b[2J\n\ta"], ["一二三四"]], { width: 6 });
    assert.equal(table, "WHY\n\ufffd[2J\ufffd…\n一二…");
  });

  it("widths count East Asian characters twice and marks not at all", () => {
    assert.deepEqual(["abc", "e\u0301", "ｆｕ", "한글", "", "❤️"].map(displayWidth), [3, 1, 4, 4, 0, 2]);
    assert.deepEqual([cutToWidth("abc", 3), cutToWidth("abcd", 3), cutToWidth("张伟", 3)], ["abc", "ab…", "张…"]);
  });
});

describe("foreign text", () => {
  it("is shown on one line and cut between characters", () => {
    assert.equal(shown("a\r\nb\u009b"), "a\ufffd\ufffdb\ufffd");
    assert.equal(shown("😀😀😀", 4), "😀\ufffd…");
  });

  it("comes back from JSON as it was", () => {
    const value = { text: "\u001b[31m\u007f\u0085\u2028\u202e💩" };
    const text = jsonText(value);
    assert.doesNotMatch(text, /[\u007f-\u009f\u2028-\u202e]/);
    assert.deepEqual(JSON.parse(text), value);
  });

  it("stands behind our own words in a reason, and nothing stands there twice", () => {
    assert.equal(
      reasonText({ words: "refused", status: 422, category: "VALIDATION_ERROR", message: "no\u0007" }),
      "refused (HTTP 422 VALIDATION_ERROR “no\ufffd”)",
    );
    assert.equal(reasonText({ words: "HTTP 422", status: 422, message: "HTTP 422" }), "HTTP 422");
    assert.equal(reasonText({ words: "no answer" }), "no answer");
  });
});

describe("progress", () => {
  function recorded(isTerminal: boolean) {
    const written: string[] = [];
    const time = { now: 0 };
    const output = { write: (text: string) => void written.push(text), isTerminal, columns: 12 };
    return { written, time, progress: openProgress(output, () => time.now) };
  }

  it("says nothing of what takes less than a second", () => {
    const { written, time, progress } = recorded(true);
    progress.show("1 of 2");
    time.now = 999;
    progress.show("2 of 2");
    progress.end();
    assert.deepEqual(written, []);
  });

  it("is one changing line on a terminal, gone at the end", () => {
    const { written, time, progress } = recorded(true);
    for (const now of [1_000, 1_050, 1_100]) {
      time.now = now;
      progress.show(`${now} of many thousands`);
    }
    progress.end();
    assert.deepEqual(written, ["\r\u001b[2K1000 of ma…", "\r\u001b[2K1100 of ma…", "\r\u001b[2K"]);
  });

  it("is a plain line every few seconds elsewhere", () => {
    const { written, time, progress } = recorded(false);
    for (const now of [1_000, 3_000, 6_000]) {
      time.now = now;
      progress.show(`at ${now}`);
    }
    progress.end();
    assert.deepEqual(written, ["at 1000\n", "at 6000\n"]);
  });
});
