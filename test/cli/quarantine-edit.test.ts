/** `quarantine edit`: another body for what nobody understood, through the real command line. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { STALE_FAULT, staleEntry } from "../../src/callback.ts";
import { whyNotWaiting } from "../../src/cli/terminal/editor.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { callbackBody } from "../support/callbacks.ts";
import { guarded } from "../support/guard.ts";
import { commandLine, OWN_ENV } from "../support/process.ts";
import { ENV, faultyCallback, openSeeded, type Seeded, seedEvents } from "./seed.ts";
import { onTerminal, type TerminalOptions } from "./terminal.ts";

const HOUR = 3_600_000;
const received = Date.now() - HOUR;
/** Chat has written seconds. */
const body = callbackBody({ users: ["jared", "leckie"], eventTime: Math.floor((received - 1_000) / 1_000) });
const mended = body.replace(/"EventTime":\d+/, `"EventTime":${received - 1_000}`);
const entry = faultyCallback(
  body,
  "EventTime: expected milliseconds since 1970, got what seems to be seconds",
  received,
);
const stale = staleEntry(
  { ...faultyCallback(body, "", received), receivedAt: received },
  STALE_FAULT,
  { requestTime: received - 2 * HOUR, behindMs: 2 * HOUR },
  Buffer.byteLength(body),
);

describe("quarantine edit", () => {
  let seeded: Seeded;
  beforeEach(async () => {
    seeded = await openSeeded(async (storage) => {
      await seedEvents(storage, ["ann"], ["crm"]);
      await storage.accept({ callbacks: [], quarantine: [entry, stale] });
    });
    await writeFile(seeded.path("mended.json"), mended);
  });
  afterEach(() => seeded.close());

  const run = (args: readonly string[], options: TerminalOptions = {}) =>
    onTerminal([...args, "--config", seeded.config], { env: { ...ENV, NO_COLOR: "1" }, isTerminal: false, ...options });
  const edit = (args: readonly string[], options: TerminalOptions = {}) =>
    run(["quarantine", "edit", ...args], options);
  const bodyNow = (id = entry.id) =>
    seeded.inStore(async (storage) => new TextDecoder().decode((await storage.quarantineEntry(id))?.body));
  /** As the router of a running bridge does. */
  const routed = (storage: Storage) => seedEvents(storage, [], ["crm"]);

  it("shows the difference and how it would be read, and changes nothing without --yes", async () => {
    const { code, out } = await edit([entry.id.slice(0, 10), "--body", seeded.path("mended.json")]);
    assert.equal(code, 0);
    assert.match(out, /\n- {3}"EventTime": \d{10}\n\+ {3}"EventTime": \d{13}\n/);
    assert.match(out, /\nUnderstood: 2 users\.\nNothing was changed; --yes does it\.\n$/);
    assert.equal(await bodyNow(), body);
    assert.deepEqual(JSON.parse((await run(["audit", "list", "--json"])).out).audit, []);
  });

  it("puts it in its place, is in the audit, is replayed as if it had come so, and trace says who edited it", async () => {
    const { code, out } = await edit([entry.id, "--body", seeded.path("mended.json"), "--yes", "--as", "ops"]);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`quarantine replay --id ${entry.id.slice(0, 12)} --yes`));
    assert.equal(await bodyNow(), mended);
    const [row] = JSON.parse((await run(["audit", "list", "--json"])).out).audit;
    assert.deepEqual(
      [row.operation, row.actor.name, row.count, row.filter.ids],
      ["quarantine_edit", "ops", 1, [entry.id]],
    );
    const listed = await run(["quarantine", "list"]);
    assert.match(listed.out, /edited by ops, to be replayed; it was: EventTime/);
    const shown = await run(["quarantine", "show", entry.id]);
    assert.match(shown.out, /edited {4}by ops \(unproven\) at 2/);
    assert.ok(shown.out.includes(`As it came\n${body}\n`));
    assert.equal(JSON.parse((await run(["quarantine", "show", entry.id, "--json"])).out).original.body, body);

    assert.equal((await run(["quarantine", "replay", "--id", entry.id.slice(0, 12), "--yes"])).code, 0);
    await seeded.inStore(routed);
    const told = await run(["trace", "leckie"]);
    assert.match(told.out, new RegExp(`received {6}${new Date(received).toISOString()}`));
    assert.match(told.out, /edited {8}by ops \(unproven\) at 2.*: it came otherwise, and nobody understood it\n/);
    const [event] = JSON.parse((await run(["trace", "leckie", "--json"])).out).events;
    assert.deepEqual([event.edited.by.name, event.edited.entry], ["ops", entry.id]);
    assert.equal(JSON.parse((await run(["trace", "ann", "--json"])).out).events[0].edited, null);
  });

  it("refuses what is still not understood, with its place; how it came stays", async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [body, /the body that is there: nothing was changed/],
      [
        mended.replace('"EventTime":', '\n"EventTime"：'),
        /:2:12 body: expected `:` behind the name, and found `：` \(U\+FF1A\)/,
      ],
      [
        mended.replace(/"EventTime":\d+/, '"EventTime":"soon"'),
        /mended\.json:1:\d+ EventTime: expected milliseconds since 1970 as an integer/,
      ],
      [
        mended.replace('"leckie"', "7"),
        /mended\.json:1:\d+ SubscribeAccountList\[1\]\.Subscriber_Account: expected a string/,
      ],
      [
        mended.replace("AfterDelete", "AfterAdd"),
        /:1:20 CallbackCommand: expected OfficialAccount\.CallbackAfterDeleteSubscriber as in the URL/,
      ],
      ["", /:1:1 body: expected a value, and found the end of the text/],
    ];
    for (const [text, words] of wrong) {
      await writeFile(seeded.path("mended.json"), text);
      const { code, out, err } = await edit([entry.id, "--body", seeded.path("mended.json"), "--yes"]);
      assert.equal(code, 1, text);
      assert.match(out + err, words);
    }
    assert.equal(await bodyNow(), body);
    const said = JSON.parse((await edit([entry.id, "--body", seeded.path("mended.json"), "--json", "--yes"])).out);
    assert.deepEqual([said.done, said.line, said.column], [false, 1, 1]);
  });

  it("takes the body from standard input, and says what of it cannot be used", async () => {
    const input = mended.replace('"leckie"', '"\\u0007"');
    const { out } = await edit([entry.id, "--body", "-", "--yes"], { input });
    assert.match(
      out,
      /Understood: 1 user\.\n {2}one cannot be used, and stays in the quarantine: Subscriber_Account: expected no control/,
    );
    assert.equal(await bodyNow(), input);
  });

  it("takes it from the standard input of a real process, whose lines are as wide as COLUMNS says", async () => {
    const { file, args } = commandLine(["quarantine", "edit", entry.id.slice(0, 12), "--body", "-", "--yes"]);
    const env = { ...OWN_ENV, ...ENV, COLUMNS: "50" };
    const child = guarded(
      spawn(file, [...args, "--config", seeded.config], { env, stdio: ["pipe", "pipe", "inherit"] }),
    );
    child.stdin.end(mended);
    const out = await text(child.stdout);
    assert.match(out, /Understood: 2 users\./);
    const wide = out.split("\n").filter((line) => line.length > 50 && !line.includes("quarantine replay --id"));
    assert.deepEqual(wide, []);
    assert.equal(await bodyNow(), mended);
  });

  it("opens the person's editor with a value a line, asks, and leaves no file behind", async () => {
    const seen: string[] = [];
    const edits = [
      (text: string) => {
        seen.push(text);
        return text.replace(/("EventTime": )\d+/, `$1${received - 1_000}`);
      },
    ];
    const { code, out, err } = await edit([entry.id], { isTerminal: true, edits, answers: ["y"] });
    assert.equal(code, 0, err);
    assert.match(seen[0] ?? "", /^\{\n {2}"CallbackCommand": "Official/);
    assert.doesNotMatch(out, /What you wrote is kept/);
    assert.deepEqual(JSON.parse(await bodyNow()), JSON.parse(mended));
  });

  it("keeps what was written in the editor where it is not taken, lets a person go on, and tells what is unchanged", async () => {
    const slip = (text: string) => text.replace('"Official_Account":', '"Official_Account"');
    const again = await edit([entry.id], {
      isTerminal: true,
      edits: [slip, (text) => `${text} `],
      answers: ["y", "n"],
    });
    assert.equal(again.code, 1);
    assert.match(
      again.err,
      /the body:3:\d+ body: expected `:` behind the name[\s\S]*Go on editing it\?[\s\S]*the body:3:/,
    );
    const file = / {2}(\/\S+body\.json)\n/.exec(again.out)?.[1] ?? "";
    assert.match(await readFile(file, "utf8"), /"Official_Account" "@TOA#_news"/);
    await rm(dirname(file), { recursive: true });
    const same = await edit([entry.id], { isTerminal: true, edits: [(text) => text] });
    assert.deepEqual([same.code, same.out], [1, "It is the body that is there: nothing was changed.\n"]);
    assert.equal(await bodyNow(), body);
    const none = await edit([entry.id], { isTerminal: true });
    assert.deepEqual([none.code, /VISUAL or EDITOR/.test(none.err)], [2, true]);
    const broken = await edit([entry.id], { isTerminal: true, edits: [] });
    assert.match(broken.err, /the editor ended with exit code 1; or give the body: --body FILE/);
  });

  it("keeps what an editor saved that failed then, and changes nothing where it took the file away", async () => {
    const failed = await edit([entry.id], { isTerminal: true, edits: [() => ({ saved: '{"mine": 1}' })] });
    assert.deepEqual([failed.code, /the editor ended with exit code 1/.test(failed.err)], [2, true]);
    const file = / {2}(\/\S+body\.json)\n/.exec(failed.out)?.[1] ?? "";
    assert.equal(await readFile(file, "utf8"), '{"mine": 1}');
    await rm(dirname(file), { recursive: true });
    const gone = await edit([entry.id], { isTerminal: true, edits: [() => null] });
    assert.deepEqual([gone.code, gone.out], [1, "It is the body that is there: nothing was changed.\n"]);
    const empty = await edit([entry.id], { isTerminal: true, edits: [() => ""], answers: ["n"] });
    assert.match(empty.err, /expected a value, and found the end of the text/);
    await rm(dirname(/ {2}(\/\S+body\.json)\n/.exec(empty.out)?.[1] ?? "/nowhere/x"), { recursive: true });
    assert.equal(await bodyNow(), body);
  });

  it("opens no editor that would not wait until the file is closed", () => {
    const told = (editor: string) => [editor, whyNotWaiting(editor)];
    for (const editor of ["vi", "nano", "emacs -nw", "code --wait", "/usr/bin/code -w", "subl -w", "open -W -n", ""])
      assert.deepEqual(told(editor), [editor, undefined]);
    for (const [editor, way] of [
      ["code", "code --wait"],
      ["/usr/local/bin/code", "/usr/local/bin/code --wait"],
      ["code --reuse-window", "code --reuse-window --wait"],
    ] as const)
      assert.deepEqual(told(editor), [editor, `${editor} does not wait until the file is closed: set EDITOR="${way}"`]);
  });

  it("leaves a stale entry stale: it is replayed by its id alone", async () => {
    const { code, out } = await edit([stale.id, "--body", seeded.path("mended.json"), "--yes"]);
    assert.equal(code, 0);
    assert.match(out, /It came stale, and stays so/);
    const all = JSON.parse((await run(["quarantine", "replay", "--all", "--json"])).out).entries;
    const left = all.find(({ id }: { id: string }) => id === stale.id);
    assert.match(left.fault, /by --id alone/);
    const [, listed] = JSON.parse((await run(["quarantine", "list", "--json"])).out).entries;
    assert.deepEqual([listed.id, listed.stale.by_id_only, listed.edited.by.proven], [stale.id, true, false]);
    assert.equal((await run(["quarantine", "replay", "--id", stale.id, "--yes"])).code, 0);
  });

  it("tells one that is not there", async () => {
    const { code, err } = await edit(["0123abcd", "--body", seeded.path("mended.json"), "--yes"]);
    assert.deepEqual([code, err], [1, 'There is no entry "0123abcd" in the quarantine.\n']);
    const file = await edit([entry.id, "--body", "nowhere.json"]);
    assert.deepEqual([file.code, /nowhere\.json cannot be read/.test(file.err)], [2, true]);
  });
});
