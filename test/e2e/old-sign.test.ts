/**
 * Our clock is 90 s off for an hour, twenty callbacks a second come, and whoever has old URLs attacks beside: every honest
 * callback can be replayed, no forged one is. The hour's clock is turned; requests, store and commands are real.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { intakeApp } from "../../src/intake/app.ts";
import { openCounters } from "../../src/intake/counters.ts";
import { groupCommit } from "../../src/intake/keeping/group-commit.ts";
import { openSenderClocks } from "../../src/intake/stale/sender-clocks.ts";
import { serve } from "../../src/listener/serve.ts";
import { staleAllowance } from "../../src/spool/stale-allowance.ts";
import { boundedIntake } from "../../src/storage/quarantine-limit.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { APP, body, CONFIG, memoryLog, query, TOKEN } from "../intake/harness.ts";
import { openWire, type Wire } from "../intake/wire.ts";
import { runCommand } from "../support/command.ts";
import { type HttpLine, openLine } from "../support/http-line.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

const SECONDS = 3_600;
const A_SECOND = 20;
/** So many seconds' callbacks come together, to spend less of our time. */
const STEP = 6;
const MIB = 1_024 * 1_024;
/** When it begins, by the senders' clocks: whole seconds, and lately, since the commands ask the real clock. */
const START = Math.floor(Date.now() / 1000) * 1000 - 2 * SECONDS * 1000;
const OFF_MS = 90_000;

const YAML = `chat:
  apps: [{ sdk_app_id: ${APP}, token: ${TOKEN} }]
storage: { url: "sqlite:./data/bridge.db" }
connectors:
  partner:
    type: webhook
    url: https://partner.example/unsubscribes
    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
`;

const urlAt = (requestTime: number) => `/callback?${query({ RequestTime: String(requestTime / 1000) })}`;
const bodyOf = (user: string, eventTime: number) =>
  body({ SubscribeAccountList: [{ Subscriber_Account: user }], Operator_Account: user, EventTime: eventTime });

/** The intake of a bridge over a real store, by a clock that the test turns. */
async function openIntake(path: string) {
  const clock = { sent: START };
  const log = memoryLog();
  const storage = openSqlite({ path });
  const bounded = boundedIntake(storage, log, () => 64 * MIB);
  const now = () => clock.sent + OFF_MS;
  const spool = { append: () => Promise.reject(new Error("there is no spool")) };
  // a busy disk is not what this is about
  const commit = groupCommit({ storage: bounded, spool, log, answerWithin: () => 60_000 });
  const counters = openCounters(storage, { log });
  const senders = await openSenderClocks({ storage, log, host: "here", steady: () => clock.sent });
  const { admits } = staleAllowance(
    () => false,
    () => 64 * MIB,
  );
  const parts = {
    commit,
    counters,
    senders,
    admits,
    log,
    clock: now,
    phase: () => "ready" as const,
    isGone: () => false,
  };
  const server = await serve((peer) => intakeApp({ ...parts, config: () => CONFIG, peer }), CONFIG.server);
  return {
    port: server.port,
    clock,
    log,
    async stop() {
      await server.stop();
      await commit.stop();
      await counters.stop();
      await senders.stop();
      await storage.close();
    },
  };
}

/** Old URLs of yesterday, of twenty minutes before the start, and of twenty minutes ago at any time. */
const oldUrls = (second: number): readonly number[] => [
  START - 24 * 3_600_000,
  START - 20 * 60_000,
  START + (second - 20 * 60) * 1000,
];

/** So many forged bodies with each old URL, each over some connections of its own. */
async function flood(lines: readonly HttpLine[], second: number, count: number, filler = ""): Promise<void> {
  const urls = oldUrls(second);
  await Promise.all(
    lines.map(async (line, place) => {
      const requestTime = urls[place % urls.length] ?? START;
      for (let n = Math.floor(place / urls.length); n < count; n += lines.length / urls.length) {
        const forged = `${bodyOf(`forged-${requestTime}-${second}-${n}`, START)}${filler}`;
        assert.equal(await line.post(urlAt(requestTime), forged), 403);
      }
    }),
  );
}

async function unfinished(port: number, wires: Wire[]): Promise<void> {
  for (let n = 0; n < 64; n += 1) {
    const wire = await openWire(port);
    wire.send(`POST ${urlAt(START - 3_600_000 - n * 1000)} HTTP/1.1\r\nHost: c\r\nContent-Length: 250000\r\n\r\n`, "x");
    wires.push(wire);
  }
}

/** The callbacks of some seconds, side by side; no more of one second at once than there are lines to a second. */
async function honest(lines: readonly HttpLine[], from: number): Promise<void> {
  await Promise.all(
    lines.map(async (line, place) => {
      const second = from + (place % STEP);
      const sentAt = START + second * 1000;
      for (let n = Math.floor(place / STEP); n < A_SECOND; n += lines.length / STEP) {
        assert.equal(await line.post(urlAt(sentAt), bodyOf(`honest-${second}-${n}`, sentAt)), 403);
      }
    }),
  );
}

test("with a clock that is off, every honest callback can be replayed, and no forged one is", {
  skip: ON_BUN_ALONE,
}, async () => {
  // whether a disk syncs quickly is not what this is about
  const folder = await mkdtemp(join(inMemory(), "unsub-bridge-"));
  const path = join(folder, "data/bridge.db");
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "bridge.yaml"), YAML);
  const intake = await openIntake(path);
  const lines = Array.from({ length: 7 * STEP }, () => openLine(intake.port));
  const attackers = Array.from({ length: 12 }, () => openLine(intake.port));
  const wires: Wire[] = [];
  try {
    // before anybody has shown a newer time
    await flood(attackers, 0, 5);
    for (let second = 0; second < SECONDS; second += STEP) {
      intake.clock.sent = START + (second + STEP - 1) * 1000;
      if (second % 900 === 0) {
        for (const wire of wires.splice(0)) wire.destroy();
        await unfinished(intake.port, wires);
        await flood(attackers, second, 4, " ".repeat(1_000_000));
      }
      const attack = flood(attackers, second, second % 600 === 0 ? 500 : 4);
      await Promise.all([attack, honest(lines, second)]);
    }
  } finally {
    for (const line of [...lines, ...attackers]) line.close();
    for (const wire of wires) wire.destroy();
    await intake.stop();
  }
  const off = intake.log.lines.filter(({ fact }) => fact === "intake.clock_off");
  assert.match(String(off[0]?.reason), /our clock is 9\d s off/);
  assert.ok(intake.log.lines.length < 200, `${intake.log.lines.length} lines in the log`);
  const command = (...args: string[]) => runCommand([...args, "--config", join(folder, "bridge.yaml")]);
  assert.match((await command("status")).out, /our clock is 9\d s off \(ahead\)/);
  const replayed = await command("quarantine", "replay", "--all", "--stale-within", "1h", "--yes");
  assert.equal(replayed.code, 0);
  assert.match(replayed.out, /Taken in: 72,000 callbacks/);
  const db = new DatabaseSync(path, { readOnly: true });
  const count = (sql: string) => Number(db.prepare(sql).get()?.n);
  assert.equal(count("SELECT count(*) AS n FROM callbacks WHERE body LIKE '%honest-%'"), SECONDS * A_SECOND);
  assert.equal(count("SELECT count(*) AS n FROM callbacks WHERE body NOT LIKE '%honest-%'"), 0);
  assert.equal(count("SELECT count(*) AS n FROM quarantine WHERE body LIKE '%honest-%'"), 0);
  assert.ok(count("SELECT count(*) AS n FROM quarantine") > 1_000);
  assert.ok(count("SELECT sum(length(body) + 256) AS n FROM quarantine") < 40 * MIB);
  db.close();
  await rm(folder, { recursive: true });
});

/** Where syncing costs nothing: the disk is not what is tested here. Deno without all permissions may not look there. */
function inMemory(): string {
  return !("Deno" in globalThis) && existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}
