/** The demo as a new user has it: one command, no account. What it says is read as a person would read it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { LIMITABLE, limitFiles, NO_FULL_DISK } from "../support/full-disk.ts";
import { guarded } from "../support/guard.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { type CommandResult, commandLine, runProcess } from "../support/process.ts";
import { answersTheDashboard, hasPrometheus, startPrometheus } from "../support/prometheus.ts";
import { signalChild } from "../support/signal.ts";

/** The configuration that the demo has left in this temporary folder. */
async function configIn(temporary: string): Promise<string> {
  const [folder = "", ...others] = await readdir(temporary);
  assert.deepEqual(others, []);
  return join(temporary, folder, "bridge.yaml");
}

describe("the demo, to its end", () => {
  let temporary: string;
  let demo: CommandResult;
  let config: string;
  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), "unsub-test-"));
    // a folder of the user's own must not be touched
    const env = { TMPDIR: temporary, UNSUB_BRIDGE_DATA: join(temporary, "of-the-user") };
    demo = await runProcess(["demo", "--with", "salesforce,braze,http,customerio,mixpanel"], { env });
    assert.deepEqual([demo.code, demo.err], [0, ""], demo.out);
    config = await configIn(temporary);
  });
  after(() => rm(temporary, { recursive: true, force: true }));

  it("accounts for every event at every connector", () => {
    assert.match(demo.out, /OK for 356 callbacks: 1,002 unsubscriptions and 20 re-subscriptions/);
    assert.match(demo.out, /3 unsubscriptions more were found without one\./);
    assert.match(demo.out, /crm +1,025 events = 1,005 delivered \+ 20 superseded\n/);
    assert.match(demo.out, /analytics +1,025 events = 1,005 delivered \+ 20 skipped\n/);
    assert.match(demo.out, /partner +1,025 events = 924 delivered \+ 100 skipped \+ 1 dead\n/);
    for (const fact of ["loyalty", "mixpanel"]) {
      assert.match(demo.out, new RegExp(`${fact} +1,025 events = 1,005 delivered \\+ 20 skipped\\n`));
    }
    // who came back before it was told of their leaving
    for (const state of ["salesforce", "engagement", "journeys"]) {
      assert.match(
        demo.out,
        new RegExp(`${state} +1,025 events = [\\d,]+ delivered (\\+ \\d+ superseded )?\\+ 20 skipped\\n`),
      );
    }
    assert.match(demo.out, /✓ Yes\./);
  });

  it("shows what each destination got", () => {
    assert.match(demo.out, /HubSpot: 1,005 contacts changed/);
    assert.match(demo.out, /Segment: 1,005 events in .* 0 came twice, 0 thrown away/);
    assert.match(demo.out, /Loyalty: 1,005 people told of in/);
    for (const name of ["Salesforce", "Engagement", "Journeys", "Mixpanel"]) {
      assert.match(demo.out, new RegExp(`${name}: [\\d,]+ people told of in`));
    }
    assert.match(demo.out, /The partner: 924 webhooks in .* 0 came twice, 0 with a wrong signature/);
  });

  it("tells of the trouble, and how it ended", () => {
    const story = [
      /jared and leckie have unsubscribed/,
      /Segment is in trouble: HTTP 503 .* backing off/,
      /Segment is well again/,
      /Loyalty is in trouble: HTTP 503 .* backing off/,
      /Loyalty is well again/,
      /The team's chat was told while Segment was away: “(WARNING|URGENT|OVERDUE) · analytics: [\d,]+ people wait/,
      /And when that had ended: “OVER · analytics: nobody waits for long any more/,
      /The partner refuses noah and olivia: HTTP 422/,
      /HubSpot does not know mia/,
      /mia's unsubscription has reached HubSpot/,
      /noah's unsubscription has reached the partner/,
      /The bridge is down for a moment\. Meanwhile paul, quinn, ruby leave/,
      /asked Chat about the 3 who are missing, and told everybody/,
    ];
    for (const line of story) assert.match(demo.out, line);
  });

  it("shows the ledger of one person, and the dead letters", () => {
    assert.match(demo.out, /noah: 1 event\n/);
    assert.match(demo.out, /partner +delivered .*\n +HTTP 204\n.*failed: HTTP 422 .*\n +replayed 1 time\n/);
    assert.match(demo.out, /olivia +the partner: dead \(rejected\)/);
    assert.match(demo.out, /noah +the partner: replayed, then delivered/);
  });

  it("draws nothing again where there is no terminal, and colours nothing", () => {
    assert.ok(!demo.out.includes("\u001b"));
  });

  it("leaves a store that the other commands can be asked about", async () => {
    const status = await runCommand(["status", "--config", config]);
    assert.match(status.out, /^no bridge runs on this store since .* ended\n/, status.err);
    const trace = await runCommand(["trace", "mia", "--config", config]);
    assert.match(trace.out, /crm +delivered .*\n.*contact.*\n.*failed: no contact carries this value/);
    const letters = await runCommand(["dead-letters", "list", "--json", "--config", config]);
    const { deliveries } = JSON.parse(letters.out) as { deliveries: { event: { user: string } }[] };
    assert.deepEqual(
      deliveries.map(({ event }) => event.user),
      ["olivia"],
    );
  });
});

describe("the demo that cannot go on", () => {
  let temporary: string;
  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), "unsub-test-"));
  });
  after(() => rm(temporary, { recursive: true, force: true }));

  it("says what could not be started, with exit code 3", async () => {
    const { code, err } = await runProcess(["demo"], { env: { TMPDIR: join(temporary, "nowhere") } });
    assert.equal(code, 3);
    assert.match(err, /^The demo cannot be started: ENOENT: .*nowhere/);
  });

  it("tells what failed when its disk is full, and ends with exit code 1", { skip: NO_FULL_DISK }, async () => {
    const { file, args } = commandLine(["demo"]);
    const [shell = "", ...words] = [...LIMITABLE, file, ...args];
    const env = { ...process.env, TMPDIR: temporary };
    const child = guarded(spawn(shell, words, { env, stdio: ["ignore", "pipe", "pipe"] }));
    const exited = once(child, "close");
    const err: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => err.push(line));
    createInterface({ input: child.stdout }).on("line", (line) => {
      // neither store, spool nor log takes anything from then on
      if (line.includes("1,000 more people")) limitFiles(child.pid, 1);
    });
    const [code] = await exited;
    assert.equal(code, 1, err.join("\n"));
    assert.match(err.join("\n"), /^The demo has failed: [^\n]*503[^\n]*\nThe bridge's log tells more: \S+bridge\.log$/);
  });
});

const isPrometheusAtIt =
  !ON_BUN_ALONE && hasPrometheus("the demo's metrics are not scraped, and no rule is tried on them");

/** As README says: Debian's Prometheus at the demo, where all that a bridge can tell of has happened. */
async function isAnsweredToPrometheus(metrics: string, folder: string): Promise<void> {
  const prometheus = await startPrometheus(folder, new URL(metrics).host);
  try {
    const rules = await prometheus.rules();
    assert.ok(rules.size > 20);
    assert.deepEqual([...new Set(rules.values())], ["ok"]);
    await answersTheDashboard(prometheus);
  } finally {
    await prometheus.stop();
  }
}

describe("the demo that stays", () => {
  it("runs by the file that it has written, takes `send`, repairs and changes of the file until it is told to stop, and ends with exit code 0", async () => {
    const temporary = await mkdtemp(join(tmpdir(), "unsub-test-"));
    const { file, args } = commandLine(["demo", "--stay"]);
    const env = { ...process.env, TMPDIR: temporary };
    const child = guarded(spawn(file, args, { env, stdio: ["ignore", "pipe", "inherit"] }));
    const exited = once(child, "close");
    try {
      const ready = Promise.withResolvers<void>();
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line);
        if (line.includes("remove it at will")) ready.resolve();
      });
      void exited.then(([code]) => ready.reject(new Error(`it ended with ${code}`)));
      await ready.promise;
      const metrics = lines.flatMap((line) => /^ +(http:\S+\/metrics)$/.exec(line)?.[1] ?? [])[0] ?? "it tells none";
      assert.match(
        await (await fetch(metrics)).text(),
        /^unsub_bridge_connector_dead_letters\{connector="partner".*\} 1$/m,
      );
      const config = await configIn(temporary);
      const sent = await runCommand(["send", "--user", "sample-1", "--config", config]);
      assert.equal(sent.code, 0, sent.err);
      // how far clocks are apart is told for a minute or two after a callback
      if (isPrometheusAtIt) await isAnsweredToPrometheus(metrics, dirname(config));
      const status = await runCommand(["status", "--config", config]);
      assert.match(status.out, /^(?!no bridge).*as of/, status.out);
      assert.doesNotMatch(status.out, /has changed since/);
      const address = lines.find((line) => /\/login\?once=/.test(line))?.trim() ?? "it tells none";
      const entered = await fetch(address);
      const [cookie = ""] = (entered.headers.get("set-cookie") ?? "").split(";");
      assert.match(await (await fetch(new URL("/", address), { headers: { cookie } })).text(), /partner/);
      assert.ok(lines.some((line) => line.endsWith(` console -c ${config}`)));
      const invited = await runCommand(["console", "--config", config]);
      assert.match(invited.out, /^http:\/\/127\.0\.0\.1:\d+\/login\?/, invited.err);
      // as the bridge itself does
      await writeFile(
        config,
        (await readFile(config, "utf8")).replace(/^ {2}partner:/m, "  friend:\n    was: partner"),
      );
      const renamed = async () => (await runCommand(["status", "--config", config])).out;
      await eventually(async () => /friend/.test(await renamed()) && !/has changed since/.test(await renamed()));
      const replayed = await runCommand(["dead-letters", "replay", "--user", "olivia", "--yes", "--config", config]);
      assert.match(replayed.out, /Replayed 1 dead letter/);
      // one press of Ctrl-C may arrive twice: from the terminal, and passed on by `bun run` or npx
      for (const _ of [1, 2]) signalChild(child, "SIGINT");
      assert.equal((await exited)[0], 0);
    } finally {
      signalChild(child, "SIGKILL");
      await exited;
      await rm(temporary, { recursive: true, force: true });
    }
  });
});
