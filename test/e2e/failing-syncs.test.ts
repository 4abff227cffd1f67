/**
 * A disk that hangs, or fails, under load, in the middle of what the bridge asks of it: strace makes the calls of the running process
 * wait, or come to nothing. What was acknowledged meanwhile is delivered, and everything goes on by itself.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { commandOf, eventId } from "../../src/callback.ts";
import { APP, callbackBody, callbackUrl } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { guarded } from "../support/guard.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

const attaches = spawnSync("strace", ["-D", "true"]).status === 0;
if (!attaches) console.error("NOT TESTED: a disk that hangs or fails under load. Install strace.");

const CONNECTIONS = 8;
/** What is answered, well or not, while the disk is in trouble. */
const IN_TROUBLE = 24;

/** What happens to the calls of which files: `store` by its log, which each commit syncs. */
const TROUBLES: readonly (readonly [what: string, calls: string, injected: string, files: readonly string[]])[] = [
  ["a store whose syncs hang", "fsync,fdatasync", "delay_enter=2000000", ["store"]],
  ["a store whose syncs fail", "fsync,fdatasync", "error=EIO", ["store"]],
  ["a store whose disk is full", "write,pwrite64,pwritev,fallocate,ftruncate", "error=ENOSPC", ["store"]],
  ["a store and a spool whose syncs hang", "fsync,fdatasync", "delay_enter=2000000", ["store", "spool"]],
  ["a store and a spool whose syncs fail", "fsync,fdatasync", "error=EIO", ["store", "spool"]],
  [
    "a store and a spool whose disk is full",
    "write,pwrite64,pwritev,fallocate,ftruncate",
    "error=ENOSPC",
    ["store", "spool"],
  ],
];

describe("under load,", { skip: !attaches }, () => {
  let world: World;
  let bridge: BridgeProcess;
  const acknowledged: { readonly user: string; readonly delivery: string }[] = [];
  let next = 0;
  before(async () => {
    world = await openWorld({ more: "storage: { spool: ./elsewhere/spool.jsonl }" });
    bridge = await world.start();
  });
  after(() => world.close());

  /** Returns the answer's status. */
  async function post(): Promise<number> {
    next += 1;
    const user = `person-${next}`;
    const request = { users: [user], officialAccount: "@TOA#_news", eventTime: Date.now() };
    const command = commandOf("unsubscribed");
    const id = eventId(String(APP), command, request.officialAccount, user, request.eventTime);
    const response = await fetch(callbackUrl(bridge.url, request), { method: "POST", body: callbackBody(request) });
    const { ActionStatus } = (await response.json()) as { ActionStatus: string };
    if (response.status === 200 && ActionStatus === "OK") acknowledged.push({ user, delivery: `${id}:partner` });
    return response.status;
  }

  async function postMany(count: number): Promise<readonly number[]> {
    const statuses: number[] = [];
    const connection = async () => {
      while (statuses.length < count) statuses.push(await post());
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    return statuses;
  }

  const owed = () => acknowledged.filter(({ delivery }) => !world.webhook.received.payloads.has(delivery));

  /** What there is to say of those that should have been delivered. */
  async function allOf(some: ReturnType<typeof owed>): Promise<string> {
    const status = await world.command("status");
    const traces = await Promise.all(some.slice(0, 3).map(({ user }) => world.command("trace", user)));
    const told = [status, ...traces].map(({ out, err }) => out + err);
    const count = `${some.length} of ${acknowledged.length} were not delivered`;
    return [count, ...told, ...bridge.lines.slice(-60)].join("\n");
  }

  const takenOver = () => bridge.lines.filter((line) => line.includes('"spool.taken"')).length;

  async function keeping(): Promise<string> {
    const response = await fetch(new URL("/readyz", bridge.url));
    return ((await response.json()) as { keeping: string }).keeping;
  }

  /** Resolves when the calls of all threads are in its hands. */
  async function inject(calls: string, injected: string, files: readonly string[]): Promise<ChildProcess> {
    const paths = files.flatMap((of) =>
      of === "store"
        ? [world.path("data/bridge.db-wal"), world.path("data/bridge.db")]
        : [world.path("elsewhere/spool.jsonl")],
    );
    const filters = paths.flatMap((path) => ["-P", path]);
    const injection = ["-e", `trace=${calls}`, "-e", `inject=${calls}:${injected}`];
    const args = ["-f", "-o", "/dev/null", ...filters, ...injection, "-p", String(bridge.child.pid)];
    const strace = guarded(spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] }));
    await once(strace.stderr, "data");
    return strace;
  }

  for (const [what, calls, injected, files] of TROUBLES) {
    it(`${what} loses nothing that was acknowledged, answers everybody, and goes on by itself`, async () => {
      await postMany(CONNECTIONS);
      const takenBefore = takenOver();
      const strace = await inject(calls, injected, files);
      const statuses = await postMany(IN_TROUBLE);
      strace.kill("SIGINT");
      await once(strace, "close");
      // what the spool takes as well is answered as ever
      const expected = files.includes("spool") ? 503 : 200;
      assert.ok(statuses.includes(expected), String(statuses));
      assert.deepEqual(
        statuses.filter((status) => status !== 200 && status !== 503),
        [],
      );
      await eventually(async () => (await keeping()) === "store" && (await post()) === 200);
      // else nothing was in trouble
      if (!files.includes("spool")) await eventually(() => takenOver() > takenBefore);
      await eventually(() => owed().length === 0).catch(async () => assert.fail(await allOf(owed())));
    });
  }
});
