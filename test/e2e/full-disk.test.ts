/** A disk that takes nothing more: of the store, of the spool as well, of the dead-letter file. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, stat } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { linesOf } from "../../src/basics/lines.ts";
import { commandOf, eventId, readCallback } from "../../src/callback.ts";
import { readSpoolLine } from "../../src/spool/line.ts";
import { APP, callbackBody, callbackUrl } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { LIMITABLE, limitedTo, limitFiles, NO_FULL_DISK } from "../support/full-disk.ts";
import type { BridgeProcess } from "../support/process.ts";
import { step } from "../support/step.ts";
import { openWorld, type World } from "../support/world.ts";

/** Bytes. Less than SQLite must write for any transaction, and for opening a store; enough for a few dozen spooled callbacks. */
const TOO_LITTLE_FOR_THE_STORE = 24 * 1024;
const TOO_LITTLE_FOR_ANYTHING = 0;
/** More than one file of the spool can hold then. */
const MORE_THAN_FITS = 90;
/** Where the spool refuses nothing although it has no room, a test must come to its end. */
const FAR_TOO_MANY = 1_000;
const CONNECTIONS = 3;

const ELSEWHERE = `storage: { spool: ./elsewhere/spool.jsonl }
dead_letters: { file: ./elsewhere/dead-letters.jsonl }`;

interface Posted {
  readonly user: string;
  /** The event's id, computed as the bridge does. */
  readonly id: string;
  /** The answer's HTTP status and `ActionStatus`. */
  readonly answer: string;
}

/** Posts a callback, again when it came to nothing because the machine stood still: that is not what this is about. */
async function post(bridge: BridgeProcess, user: string): Promise<Posted> {
  const request = { users: [user], officialAccount: "@TOA#_news", eventTime: Date.now() };
  const id = eventId(String(APP), commandOf("unsubscribed"), request.officialAccount, user, request.eventTime);
  for (let refusals = 0; ; ) {
    const response = await fetch(callbackUrl(bridge.url, request), { method: "POST", body: callbackBody(request) });
    const { ActionStatus } = (await response.json()) as { ActionStatus: string };
    if (response.status === 503) refusals += 1;
    if (response.status !== 503 || !(await lossOf(bridge, user, refusals)).includes("server.answer_within")) {
      return { user, id, answer: `${response.status} ${ActionStatus}` };
    }
  }
}

/** The line of the log about the user's callback that was refused for the so manieth time. */
const lossOf = ({ lines }: BridgeProcess, user: string, time: number): Promise<string> =>
  eventually(() => lines.filter((line) => line.includes('"intake.lost"') && line.includes(`\\"${user}\\"`))[time - 1]);

/** Several connections, each with one callback after the other, until it is enough. */
async function postUntil(
  bridge: BridgeProcess,
  name: string,
  isEnough: (posted: readonly Posted[]) => boolean,
): Promise<Posted[]> {
  const posted: Posted[] = [];
  let next = 0;
  const connection = async () => {
    while (next < FAR_TOO_MANY && !isEnough(posted)) posted.push(await post(bridge, `${name}-${next++}`));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return posted;
}

const postMany = (bridge: BridgeProcess, count: number, name: string): Promise<Posted[]> =>
  postUntil(bridge, name, ({ length }) => length >= count);

const isAcknowledged = ({ answer }: Posted): boolean => answer === "200 OK";

async function readiness({ url }: BridgeProcess): Promise<unknown> {
  const response = await fetch(new URL("/readyz", url));
  return { ready: response.status, keeping: ((await response.json()) as { keeping: string }).keeping };
}

/** The events of every whole line in the spool's files. */
async function spooledIds({ path }: World): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const name of await readdir(path("elsewhere"))) {
    for await (const { bytes } of linesOf(createReadStream(path(`elsewhere/${name}`)))) {
      const line = readSpoolLine(bytes);
      if (line?.kind !== "callback") continue;
      const read = readCallback(line.callback);
      if (read.ok) for (const { id } of read.events) ids.add(id);
    }
  }
  return ids;
}

async function assertSpooled(world: World, acknowledged: readonly Posted[]): Promise<void> {
  await eventually(async () => {
    // files are set aside under other names, at times just while they are looked for
    const spooled = await spooledIds(world).catch(() => new Set<string>());
    return acknowledged.every(({ id }) => spooled.has(id));
  });
}

/** Each has a line in the log that holds the whole callback. */
async function assertInLog(bridge: BridgeProcess, refused: readonly Posted[]): Promise<void> {
  for (const { user, answer } of refused) {
    assert.equal(answer, "503 FAIL");
    const { body, app, command } = await bridge.logged("intake.lost", ({ body }) => String(body).includes(`"${user}"`));
    assert.deepEqual([app, command], [String(APP), commandOf("unsubscribed")]);
    assert.deepEqual(JSON.parse(String(body)).SubscribeAccountList, [{ Subscriber_Account: user }]);
  }
}

async function assertDelivered({ webhook }: World, acknowledged: readonly Posted[]): Promise<void> {
  const { payloads } = webhook.received;
  await eventually(() => acknowledged.every(({ id }) => payloads.has(`${id}:partner`)));
}

describe("a disk that fills up under the bridge", { skip: NO_FULL_DISK }, () => {
  let world: World;
  let bridge: BridgeProcess;
  const acknowledged: Posted[] = [];
  before(async () => {
    world = await openWorld({ more: ELSEWHERE });
    bridge = await world.start({ through: LIMITABLE });
    acknowledged.push(await post(bridge, "before"));
    await assertDelivered(world, acknowledged);
  });
  after(() => world.close());

  const remember = (posted: readonly Posted[]): readonly Posted[] => {
    acknowledged.push(...posted.filter(isAcknowledged));
    return posted;
  };
  const onlySpool = step(async () => {
    limitFiles(bridge.child.pid, TOO_LITTLE_FOR_THE_STORE);
    return remember(await postMany(bridge, 10, "spooled"));
  });
  const spoolOverfull = step(async () => {
    await onlySpool();
    const posted = await postUntil(bridge, "too-many", (some) => !some.every(isAcknowledged));
    return remember([...posted, ...(await postMany(bridge, 10, "next-file"))]);
  });
  const nowhere = step(async () => {
    await spoolOverfull();
    limitFiles(bridge.child.pid, TOO_LITTLE_FOR_ANYTHING);
    return postMany(bridge, 10, "nowhere");
  });

  it("answers OK what the spool has, stays ready, and says in the log that the store fails", async () => {
    const posted = await onlySpool();
    assert.deepEqual(
      posted.filter((one) => !isAcknowledged(one)),
      [],
    );
    assert.match(String((await bridge.logged("intake.store_fails")).reason), /disk/);
    await bridge.logged("intake.store_fails", ({ reason }) =>
      /the store .*bridge\.db cannot be used/.test(String(reason)),
    );
    assert.deepEqual(await readiness(bridge), { ready: 200, keeping: "spool" });
    await assertSpooled(world, posted);
  });

  it("answers 503 to each callback that the spool could not take whole, and goes on in a new file", async () => {
    const posted = await spoolOverfull();
    const refused = posted.filter((one) => !isAcknowledged(one));
    assert.ok(refused.length > 0 && refused.length <= CONNECTIONS, `${refused.length} refused`);
    await assertInLog(bridge, refused);
    await assertSpooled(world, posted.filter(isAcknowledged));
  });

  it("answers 503 where neither takes anything, is not ready, and has each whole callback in the log", async () => {
    const posted = await nowhere();
    assert.deepEqual(posted.filter(isAcknowledged), []);
    await assertInLog(bridge, posted);
    assert.match(
      String((await bridge.logged("intake.spool_fails")).reason),
      /the spool .* cannot be used .*storage\.spool/,
    );
    assert.deepEqual(await readiness(bridge), { ready: 503, keeping: "nowhere" });
    assert.equal((await fetch(new URL("/healthz", bridge.url))).status, 200);
  });

  it("delivers all that it has acknowledged once there is room, and takes callbacks into the store again", async () => {
    const unpromised = await nowhere();
    limitFiles(bridge.child.pid, "unlimited");
    await bridge.logged("intake.store_back");
    await bridge.logged("spool.taken");
    assert.deepEqual(await readiness(bridge), { ready: 200, keeping: "store" });
    remember([await post(bridge, "afterwards")]);
    await assertDelivered(world, acknowledged);
    const { payloads } = world.webhook.received;
    assert.deepEqual(
      unpromised.filter(({ id }) => payloads.has(`${id}:partner`)),
      [],
    );
    assert.equal(await bridge.stop(), 0);
  });
});

describe("a bridge that is killed while the disk is full", { skip: NO_FULL_DISK }, () => {
  let world: World;
  before(async () => {
    world = await openWorld({ more: ELSEWHERE });
  });
  after(() => world.close());

  it("delivers after the next start all that it had acknowledged", async () => {
    const first = await world.start({ through: LIMITABLE });
    limitFiles(first.child.pid, TOO_LITTLE_FOR_THE_STORE);
    const posted = await postMany(first, MORE_THAN_FITS, "spooled");
    await assertInLog(
      first,
      posted.filter((one) => !isAcknowledged(one)),
    );
    await first.kill();
    assert.equal(world.webhook.received.payloads.size, 0);
    const next = await world.start();
    await assertDelivered(world, posted.filter(isAcknowledged));
    assert.equal(await next.stop(), 0);
  });
});

describe("a bridge that starts while the disk is full", { skip: NO_FULL_DISK }, () => {
  let world: World;
  before(async () => {
    world = await openWorld({ more: ELSEWHERE });
    const earlier = await world.start();
    assert.equal(await earlier.stop(), 0);
  });
  after(() => world.close());

  it("keeps callbacks in the spool, and opens the store and delivers them once there is room", async () => {
    const bridge = await world.start({ through: limitedTo(TOO_LITTLE_FOR_THE_STORE) });
    const { reason } = await bridge.logged("store.unavailable", ({ store }) => store !== undefined);
    assert.match(String(reason), /disk/);
    const posted = await postMany(bridge, 10, "early");
    assert.deepEqual(
      posted.filter((one) => !isAcknowledged(one)),
      [],
    );
    assert.deepEqual(await readiness(bridge), { ready: 200, keeping: "spool" });
    await assertSpooled(world, posted);
    limitFiles(bridge.child.pid, "unlimited");
    await bridge.logged("store.opened");
    posted.push(await post(bridge, "late"));
    await assertDelivered(world, posted);
    assert.equal(await bridge.stop(), 0);
  });

  it("ends when it is told to, though the store was never opened, and delivers after the next start", async () => {
    const bridge = await world.start({ through: limitedTo(TOO_LITTLE_FOR_THE_STORE) });
    const posted = [await post(bridge, "patient")];
    assert.equal(await bridge.stop(), 0);
    await world.start();
    await assertDelivered(world, posted);
  });
});

describe("a dead-letter file that cannot be written", { skip: NO_FULL_DISK }, () => {
  const LARGE = 64 * 1024 * 1024;
  const REFUSED = "refused";
  let world: World;
  let bridge: BridgeProcess;
  let file: string;
  before(async () => {
    world = await openWorld({ more: ELSEWHERE });
    file = world.path("elsewhere/dead-letters.jsonl");
    // as long as no other file of the bridge will be, so that a limit stops this one only
    await mkdir(world.path("elsewhere"));
    const sparse = await open(file, "w");
    await sparse.write("\n", LARGE - 1);
    await sparse.close();
    bridge = await world.start({ through: limitedTo(LARGE) });
  });
  after(() => world.close());

  const refusals = () => world.webhook.requests.filter(({ body }) => body.includes(`"${REFUSED}"`)).length;

  const held = step(async () => {
    world.webhook.fail({ status: 422 }, { when: ({ body }) => body.includes(`"${REFUSED}"`) });
    const refused = await post(bridge, REFUSED);
    await bridge.logged("connector.ready", (line) => line.held === 1);
    await assertDelivered(world, [await post(bridge, "proof that others are taken")]);
    await bridge.logged("dead_letters.unwritten");
    return refused;
  });

  it("holds up nothing else, and the log says how many letters wait, and why", async () => {
    const refused = await held();
    const unwritten = await bridge.logged("dead_letters.unwritten");
    assert.deepEqual([unwritten.file, unwritten.letters, unwritten.level], [file, 1, "error"]);
    assert.match(String(unwritten.reason), /the dead-letter file .* cannot be used .*dead_letters\.file/);
    const later = await postMany(bridge, 10, "later");
    assert.deepEqual(
      [refused, ...later].filter((one) => !isAcknowledged(one)),
      [],
    );
    await assertDelivered(world, later);
    assert.deepEqual(await readiness(bridge), { ready: 200, keeping: "store" });
    assert.equal((await stat(file)).size, LARGE, "nothing was written");
  });

  it("is all that is tried again, and has the line once when it can be written", async () => {
    await held();
    limitFiles(bridge.child.pid, "unlimited");
    await bridge.logged("dead_letters.written_again");
    const [letter = "", ...others] = (await readFile(file)).subarray(LARGE).toString("utf8").trim().split("\n");
    assert.deepEqual(others, []);
    assert.equal(JSON.parse(letter).event.user, REFUSED);
    assert.equal(refusals(), 1, "the destination was not asked again");
    assert.equal(world.webhook.received.duplicates, 0);
    assert.equal(await bridge.stop(), 0);
  });
});
