/** Whatever stands in a store, what commands print fits the terminal that they print it on, and can be understood there. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "../../src/basics/width.ts";
import { fitColumns } from "../../src/cli/terminal/columns.ts";
import { cutId, cutTime } from "../../src/cli/terminal/ids.ts";
import { fittedHelp } from "../../src/cli/terminal/shell-lines.ts";
import { renderTable } from "../../src/cli/terminal/table.ts";
import { fitted, fittedLines } from "../../src/cli/terminal/wrap.ts";
import type { Settlement } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { ENV, faultyCallback, openSeeded, type Seeded, seedEvents, settleSeeded, WEBHOOK_SECRET } from "./seed.ts";
import { onTerminal, type Shown } from "./terminal.ts";

/** 60 characters, and another that begins alike. */
const LONG = `crm_${"of_the_northern_hemisphere_".repeat(2)}a1`;
const LONGER = `${LONG}_b`;
/** 255 bytes, 170 columns of a terminal. */
const CHINESE = `${"张伟王芳".repeat(21)}李`;
const SENTENCE = `the destination says ${"that nobody of this name was ever seen there, ".repeat(6)}and ${WEBHOOK_SECRET}`;
const WIDTHS = [40, 80, 120];

const YAML = `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${CHAT_CALLBACK_TOKEN}" }] }
connectors:
${[LONG, LONGER].map((name) => `  ${name}: { type: webhook, url: "https://crm.example/${"a-long-path/".repeat(12)}", secret: "\${WEBHOOK_SECRET}" }`).join("\n")}
`;

const reason = { words: SENTENCE, status: 422, category: "VALIDATION_ERROR", message: SENTENCE };

function fate(user: string, event: number): Settlement | undefined {
  if (user.startsWith("dead")) return { event, to: "dead", class: "rejected", reason };
  if (!user.startsWith("again")) return { event, to: "delivered", note: SENTENCE };
  return { event, to: "waiting", reason, delayMs: 600_000, lane: "normal", attempted: true };
}

async function fill(storage: Storage): Promise<void> {
  await seedEvents(
    storage,
    ["dead-1", CHINESE, `dead-${CHINESE.slice(0, 80)}`, "again-1", "ann", "anna"],
    [LONG, LONGER],
  );
  await settleSeeded(storage, LONG, fate);
  await storage.pause(LONGER, act({ operation: "pause" }));
  await storage.noteLookUp({
    actor: act().actor,
    operation: "search",
    person: CHINESE,
    filter: { why: SENTENCE },
    count: 1,
  });
  const receivedAt = Date.now();
  const faulty = faultyCallback(`{"long": "${CHINESE}"}`, `EventTime: ${SENTENCE}`, receivedAt);
  const stale = {
    ...faultyCallback("{}", "RequestTime is too far from our clock", receivedAt),
    stale: { requestTime: receivedAt - 3_700_000, behindMs: 3_700_000 },
  };
  await storage.accept({ callbacks: [], quarantine: [faulty, stale] });
}

describe("on a terminal", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(fill);
    await writeFile(seeded.config, YAML);
  });
  after(() => seeded.close());

  const run = (args: readonly string[], columns: number, more: Parameters<typeof onTerminal>[1] = {}) =>
    onTerminal([...args, "--config", seeded.config], { env: ENV, columns, ...more });

  /** What is to be copied is never broken, and a body is shown as it came. */
  const EXACTLY =
    /^(There are more: --after |Exactly this, until |What became of it: |https?:)|^\{"long"|^ {2}dead-letters /;

  function assertFits({ out, err }: Shown, columns: number, what: string): void {
    for (const line of stripVTControlCharacters(out + err).split("\n")) {
      const isWider = displayWidth(line) > columns && !EXACTLY.test(line);
      assert.ok(!isWider, `${what} in ${columns} columns: ${displayWidth(line)}: ${line}`);
      assert.ok(!line.includes(WEBHOOK_SECRET.slice(0, 12)), `${what} shows a part of a secret: ${line}`);
    }
  }

  for (const columns of WIDTHS) {
    it(`every command fits ${columns} columns, whatever it has to tell`, async () => {
      const id = await seeded.id("dead-1", LONG);
      const [entry] =
        (await onTerminal(["quarantine", "list", "--json", "--config", seeded.config], { env: ENV })).out.match(
          /[0-9a-f]{64}/,
        ) ?? [];
      const commands = [
        ["status"],
        ["trace", "dead-1"],
        ["trace", CHINESE],
        ["trace", "an"],
        ["trace", "nobody"],
        ["deliveries", "list"],
        ["deliveries", "list", "--limit", "2"],
        ["deliveries", "list", "--user", CHINESE],
        ["deliveries", "show", id],
        ["dead-letters", "list"],
        ["dead-letters", "list", "--user", "nobody"],
        ["dead-letters", "show", id.slice(0, 70)],
        ["dead-letters", "show", "nothing-of-the-kind"],
        ["dead-letters", "replay", "--all"],
        ["dead-letters", "discard", "--id", id],
        ["quarantine", "list"],
        ["quarantine", "show", entry ?? ""],
        ["quarantine", "replay", "--all"],
        ["audit", "list"],
        ["reconcile", "status"],
        ["reconcile", "show"],
        ["check"],
        ["check", "--against", "1d"],
        ["alerts", "list"],
        ["quarantine", "edit", entry ?? "", "--body", seeded.config],
        ["preview", "--user", CHINESE],
        ["send", "--user", CHINESE, "--url", "http://127.0.0.1:9/callback"],
        ["retry", "--now", LONG],
        ["pause", "--all"],
        ["callbacks", "reread", "--since", "1d", "--dry-run"],
        ["status", "--help"],
        ["dead-letters", "--help"],
        ["quarantine", "replay", "--help"],
        ["nothing-of-the-kind"],
      ];
      for (const args of commands) assertFits(await run(args, columns), columns, args.join(" "));
    });
  }

  it("rows stay one line each, with their user, their state and an id that can be typed", async () => {
    for (const columns of WIDTHS) {
      const { out } = await run(["dead-letters", "list"], columns);
      const row =
        stripVTControlCharacters(out)
          .split("\n")
          .find((line) => line.includes("dead-1 ")) ?? "";
      assert.match(row, /dead \(rej/);
      const [shown = ""] = /[0-9a-f]{8,}…\S*/.exec(row) ?? [];
      const { code, out: told } = await run(["dead-letters", "show", shown], columns);
      assert.equal(code, 0, `${shown} in ${columns}`);
      assert.match(stripVTControlCharacters(told), /user +dead-1/);
    }
  });

  it("tells connectors apart that begin alike", async () => {
    const { out } = await run(["status"], 80);
    const names = stripVTControlCharacters(out).match(/^crm\S*…\S+/gm) ?? [];
    assert.equal(new Set(names).size, 2, out);
  });

  it("says what there is no room for", async () => {
    assert.match((await run(["deliveries", "list"], 40)).out, /No room here for: .*WHY/s);
    assert.doesNotMatch((await run(["status"], 400)).out, /No room/);
  });

  it("COLUMNS decides where it is set, also where there is no terminal; without either nothing is cut", async () => {
    const env = { ...ENV, COLUMNS: "60" };
    assertFits(await run(["deliveries", "list"], 300, { env }), 60, "COLUMNS");
    assertFits(await run(["deliveries", "list"], 300, { env, isTerminal: false }), 60, "COLUMNS in a pipe");
    const { out } = await run(["deliveries", "list", "--user", CHINESE], 80, { isTerminal: false });
    assert.ok(out.includes(CHINESE));
    assert.match(out, new RegExp(`[0-9a-f]{64}:${LONG}`));
  });
});

describe("lines", () => {
  it("go on below what stands behind a gap, else a little further right", () => {
    assert.equal(fitted("  name    one two three", 21), "  name    one two\n          three");
    assert.equal(fitted("  name    one two three", 18), "  name    one two\n      three");
    assert.equal(fitted("one two three", 9), "one two\n    three");
    assert.equal(fitted("short", 9), "short");
  });

  it("keep their colour where it begins before the blanks", () => {
    assert.equal(fitted("\u001b[2m  # one two three\u001b[22m", 13), "  \u001b[2m# one two\n      three\u001b[22m");
  });

  it("of a help can be copied: commands go on behind a backslash, comments behind a hash sign, what is quoted stays whole", () => {
    const help = (line: string) => fittedHelp(line, 40, "unsub-bridge");
    assert.equal(
      help('  unsub-bridge alerts silence clock_off_by 2h --why "we move"'),
      '  unsub-bridge alerts silence \\\n      clock_off_by 2h --why "we move"',
    );
    assert.equal(
      help("  # what would have been done? sends nothing"),
      "  # what would have been done? sends\n  # nothing",
    );
    assert.equal(help("  unsub-bridge status"), "  unsub-bridge status");
    assert.equal(help(`  unsub-bridge trace ${"x".repeat(50)}`).includes("\\"), false);
  });

  it("are broken in a word that is longer than a line, between what is seen as characters", () => {
    assert.equal(fittedLines("张伟张伟张", 5), "张伟\n  张\n  伟\n  张");
    assert.equal(fittedLines("\u001b[31mabcdefgh\u001b[39m", 6), "\u001b[31mabcdef\n   gh\u001b[39m");
    const id = "0123456789".repeat(3);
    assert.equal(fittedLines(`name    ${id}`, 24), "name    0123456789012345\n        67890123456789");
  });
});

describe("columns of a table", () => {
  const wish = (natural: number, least = natural, rank = 0, yields = false) => ({ natural, least, rank, yields });

  it("have what they want where there is room, and share what is left where there is not", () => {
    assert.deepEqual(fitColumns([wish(5), wish(30, 8)], 40, 2), [5, 30]);
    assert.deepEqual(fitColumns([wish(5), wish(30, 8), wish(30, 8)], 41, 2), [5, 16, 16]);
    assert.deepEqual(fitColumns([wish(60, 10, 0, true), wish(30, 8)], 50, 2), [18, 30]);
  });

  it("are left out by their rank, those without one never", () => {
    assert.deepEqual(fitColumns([wish(10), wish(10, 10, 1), wish(10, 10, 2)], 25, 2), [10, 10, 0]);
    assert.deepEqual(fitColumns([wish(10), wish(10, 10, 1), wish(10, 10, 2)], 12, 2), [10, 0, 0]);
    assert.deepEqual(fitColumns([wish(10)], 5, 2), [10]);
  });

  it("go first where they are empty", () => {
    const columns = [{ title: "A" }, { title: "EMPTY", rank: 1 }, { title: "FULL", rank: 2 }];
    assert.equal(renderTable(columns, [["a", "", "full"]], { width: 10 }), "A  FULL\na  full\nNo room here for: EMPTY");
  });

  it("cut ids so that they can be typed, and times at what is smallest", () => {
    const id = `${"0123456789abcdef".repeat(4)}:crm`;
    assert.deepEqual(
      [cutId(id, 80), cutId(id, 20), cutId(id, 14), cutId(id, 13)],
      [id, "0123456789abcde…:crm", "012345678…:crm", "01234567…:crm"],
    );
    assert.deepEqual([cutId(id, 12), cutId(id.slice(0, 64), 12)], ["0123456789a…", "0123456789a…"]);
    assert.equal(cutId(`${id}_of_the_north`, 18), "01234567…the_north");
    const at = "2026-11-26T08:15:30.123Z";
    assert.deepEqual(
      [24, 20, 16, 11, 5].map((width) => cutTime(at, width)),
      [at, "2026-11-26 08:15", "2026-11-26 08:15", "11-26 08:15", "2026…"],
    );
  });
});
