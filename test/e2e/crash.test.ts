/**
 * SIGKILL, many times over: what the client was told OK is compared by id with what the destinations have received.
 * (A killed process leaves the page cache behind; that the disk has it too is shown by durability.test.ts.)
 */
import assert from "node:assert/strict";
import { mkdir, readFile, rmdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type Acknowledged, startLoad } from "../support/load.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

const ROUNDS = 8;
const CONNECTIONS = 6;
/** Kills come anywhere between the first answer of a round and so many more. */
const MOST_USERS_A_ROUND = 150;
const REFUSED = "refused-";

/** Every twentieth user is one whom the webhook's receiver refuses. */
const userNumber = (n: number): string => (n % 20 === 7 ? `${REFUSED}${n}` : `user-${n}`);

function openCrashWorld(): Promise<World> {
  return openWorld({
    properties: [{ name: "chat_event_id" }],
    connectors: { crm: ['  chat_event_id: "{{ event_id }}"', "when_missing: create"] },
  });
}

/** The webhook's receiver refuses those who are called so. */
function refuseSome({ webhook }: World): void {
  webhook.fail({ status: 422 }, { times: Number.POSITIVE_INFINITY, when: ({ body }) => body.includes(`"${REFUSED}`) });
}

const lettersOf = async ({ path }: World): Promise<string[]> =>
  (await readFile(path("data/dead-letters.jsonl"), "utf8").catch(() => "")).split("\n").filter((line) => line !== "");

interface LetterId {
  readonly id: string;
  readonly generation: number;
}

/** Which letters the file holds; what a crash has cut off is none. */
function idsIn(lines: readonly string[]): LetterId[] {
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as LetterId];
    } catch {
      return [];
    }
  });
}

describe("killed under load, again and again", () => {
  let world: World;
  let last: BridgeProcess;
  let acknowledged: readonly Acknowledged[] = [];
  before(async () => {
    world = await openCrashWorld();
    refuseSome(world);
    const load = startLoad({ connections: CONNECTIONS, user: userNumber });
    for (let round = 0; round < ROUNDS; round += 1) {
      const bridge = await world.start();
      load.use(bridge.url);
      await load.more(1 + Math.floor(Math.random() * MOST_USERS_A_ROUND));
      await bridge.kill();
    }
    last = await world.start();
    load.use(last.url);
    await load.more(1);
    await load.stop();
    ({ acknowledged } = load);
  });
  after(() => world.close());

  it("loses nobody on the way to the analytics", async () => {
    const { events } = world.segment.received;
    await eventually(() => acknowledged.every(({ id }) => events.has(`${id}:analytics`)));
    assert.ok(acknowledged.length > ROUNDS);
    assert.equal(world.segment.received.dropped, 0);
  });

  it("loses nobody on the way to the webhook but those who are dead letters, each with a line in the file", async () => {
    const { payloads } = world.webhook.received;
    const wanted = acknowledged.filter(({ user }) => !user.startsWith(REFUSED));
    const refused = acknowledged.filter(({ user }) => user.startsWith(REFUSED));
    await eventually(() => wanted.every(({ id }) => payloads.has(`${id}:partner`)));
    let proofs = 0;
    await eventually(async () => {
      proofs += 1;
      // a rejection is a dead letter once another delivery has shown that the destination takes some
      if (!(await postCallback(last.url, { users: [`proof-${proofs}`] }))) return false;
      const dead = new Set(idsIn(await lettersOf(world)).map(({ id }) => id));
      return refused.every(({ id }) => dead.has(`${id}:partner`));
    });
    assert.equal(world.webhook.received.unverified, 0);
  });

  it("loses nobody on the way to the CRM", async () => {
    await eventually(() => acknowledged.every(({ user, id }) => world.hubspot.contactOf(user)?.chat_event_id === id));
  });

  it("gives what is sent twice the same id both times", () => {
    // each user unsubscribed once: two ids of one user would be one delivery under two names
    const analytics = [...world.segment.received.events.values()].map(({ userId }) => userId);
    assert.equal(new Set(analytics).size, analytics.length);
    const partner = [...world.webhook.received.payloads.values()].map(userIn);
    assert.equal(new Set(partner).size, partner.length);
    const contacts = [...world.hubspot.contacts.values()].map(({ properties }) => properties.chat_user_id);
    assert.equal(new Set(contacts).size, contacts.length);
  });

  it("repeats a dead letter's line under the same generation, and in no other way", async () => {
    const generations = new Map<string, Set<number>>();
    for (const { id, generation } of idsIn(await lettersOf(world))) {
      generations.set(id, (generations.get(id) ?? new Set()).add(generation));
    }
    assert.ok(generations.size > 0);
    for (const [id, seen] of generations) assert.equal(seen.size, 1, id);
  });
});

describe("killed between the verdict and its line in the dead-letter file", () => {
  let world: World;
  before(async () => {
    world = await openCrashWorld();
    refuseSome(world);
  });
  after(() => world.close());

  it("writes the line after the next start", async () => {
    // no line can be written while a folder has the file's name
    await mkdir(world.path("data/dead-letters.jsonl"), { recursive: true });
    const bridge = await world.start();
    await postCallback(bridge.url, { users: [`${REFUSED}one`] });
    await bridge.logged("connector.ready", ({ held }) => held === 1);
    await postCallback(bridge.url, { users: ["proof that others are taken"] });
    await bridge.logged("delivery.settled", ({ state, connector }) => state === "dead" && connector === "partner");
    await bridge.logged("dead_letters.unwritten");
    await bridge.kill();
    await rmdir(world.path("data/dead-letters.jsonl"));
    await world.start();
    const [line = "", ...others] = await eventually(async () => {
      const lines = await lettersOf(world);
      return lines.length > 0 && lines;
    });
    assert.deepEqual(others, []);
    assert.equal(JSON.parse(line).event.user, `${REFUSED}one`);
  });
});

function userIn(payload: unknown): unknown {
  return (payload as { data: { user_id: unknown } }).data.user_id;
}
