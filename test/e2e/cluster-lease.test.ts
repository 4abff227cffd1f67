/** Machines that freeze, die or are cut off while they hold deliveries: others take over, and who comes late does no harm. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import postgres from "postgres";
import type { SandboxRequest } from "../../connectors/kit/sandbox.ts";
import { postCallback } from "../support/callbacks.ts";
import { type Cluster, MACHINE, type Machine, openCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { type Gate, startGate } from "../support/gate.ts";
import { type Relay, startRelay } from "../support/relay.ts";

/** One request, in milliseconds; a lease is 24 of them. */
const TIMEOUT_MS = 200;

describe("a machine that holds deliveries", () => {
  let cluster: Cluster;
  let partner: Gate;
  let crm: Gate;
  let relay: Relay;
  let one: Machine;
  let two: Machine;

  before(async () => {
    // on a busy machine a request may be too late now and then: that must not become a long wait
    const hasty = [`timeout: ${TIMEOUT_MS}ms`, "retry: { first_delay: 50ms, max_delay: 200ms }"];
    cluster = await openCluster({
      machines: ["one", "two"],
      connectors: {
        crm: [...hasty, "when_missing: create", "events: [unsubscribed, subscribed]"],
        analytics: hasty,
        // one at a time, and one more is claimed ahead
        partner: [...hasty, "concurrency: 1", `headers: { x-machine: ${MACHINE} }`],
      },
    });
    const { world, database } = cluster;
    partner = await startGate(world.webhook.url);
    crm = await startGate(world.hubspot.url);
    const { port } = new URL(database.url);
    relay = await startRelay(Number(port));
    const [first, second] = cluster.machines;
    assert.ok(first && second);
    [one, two] = [first, second];
    for (const machine of cluster.machines) {
      await machine.edit((yaml) =>
        yaml.replaceAll(world.webhook.url, partner.url).replaceAll(world.hubspot.url, crm.url),
      );
    }
    await one.edit((yaml) => yaml.replace(`:${port}/`, `:${relay.port}/`));
  });
  afterEach(() => Promise.all(cluster.machines.map((machine) => machine.kill())));
  after(async () => {
    await cluster.close();
    await Promise.all([partner.close(), crm.close(), relay.close()]);
  });

  const unsubscribe = async (machine: Machine, users: readonly string[]) =>
    assert.equal(await postCallback(machine.bridge.url, { users }), true);
  const usersBy = (machine: Machine, from = 0) =>
    partner.passages
      .slice(from)
      .filter(({ request }) => request.headers["x-machine"] === machine.name)
      .map(({ request }) => userOf(request));

  /**
   * Stops the first machine the moment it asks a destination for what it holds. If it waited in vain for an answer, on a busy
   * machine, it may have given it up and back before the destination saw the request: then it goes on, and asks again.
   */
  async function stopAsking(users: readonly string[], { gate, connector, asks, stop, goOn, when }: Stopping) {
    let held = gate.hold(when, stop);
    await unsubscribe(one, users);
    while (!(await isClaimed(connector, asks(await held.met)))) {
      held.release();
      held = gate.hold(when, stop);
      goOn();
    }
    return held;
  }

  /** Whether somebody holds a delivery of this user. A settlement that is under way is waited for. */
  async function isClaimed(connector: string, user: string): Promise<boolean> {
    const sql = postgres(cluster.storage.url, { max: 1, connection: { search_path: cluster.storage.schema } });
    try {
      return await sql.begin(async (transaction) => {
        const [row] = await transaction`SELECT id FROM connectors WHERE name = ${connector} FOR UPDATE`;
        const claims = await transaction`
          SELECT 1 FROM claims c JOIN events e ON e.seq = c.event WHERE c.connector = ${row?.id} AND e.user_id = ${user}`;
        return claims.length > 0;
      });
    } finally {
      await sql.end();
    }
  }

  it("and freezes: another delivers them, and it calls and settles nothing when it thaws", async () => {
    await one.start();
    const held = await stopAsking(["ann", "bob"], {
      gate: partner,
      connector: "partner",
      asks: userOf,
      stop: one.freeze,
      goOn: one.thaw,
    });
    await two.start();
    held.release();
    await eventually(() => ["ann", "bob"].every((user) => usersBy(two).includes(user)));

    const thawedAt = partner.passages.length;
    one.thaw();
    const { count } = await one.bridge.logged("claim.lost", ({ connector }) => connector === "partner");
    assert.equal(count, 1);
    // alone, it works again
    await two.kill();
    await unsubscribe(one, ["cho"]);
    await eventually(() => usersBy(one, thawedAt).includes("cho"));
    // each once more, should the first answer have been too late
    assert.deepEqual(new Set(usersBy(one, thawedAt)), new Set(["cho"]));
    assert.deepEqual(new Set(usersBy(two)), new Set(["ann", "bob"]));
  });

  it("and freezes between a look-up and its write: the write is left out, and a newer one stands", async () => {
    await one.start();
    const asCrm = { gate: crm, connector: "crm", asks: () => "dee", when: isLookUpOf("dee") };
    const held = await stopAsking(["dee"], { ...asCrm, stop: one.freeze, goOn: one.thaw });
    await two.start();
    await eventually(() => cluster.world.hubspot.contactOf("dee")?.chat_subscription === "unsubscribed");
    assert.equal(await postCallback(two.bridge.url, { users: ["dee"], subscribed: true }), true);
    await eventually(() => cluster.world.hubspot.contactOf("dee")?.chat_subscription === "subscribed");

    const writes = crm.passages.length;
    held.release();
    one.thaw();
    await one.bridge.logged("claim.lost", ({ connector }) => connector === "crm");
    assert.deepEqual(crm.passages.slice(writes), []);
    assert.equal(cluster.world.hubspot.contactOf("dee")?.chat_subscription, "subscribed");
  });

  it("and is killed: another delivers them", async () => {
    await one.start();
    const held = partner.hold();
    await unsubscribe(one, ["eve", "fay"]);
    await held.met;
    await one.kill();
    held.release();
    await two.start();
    await eventually(() => usersBy(two).includes("eve") && usersBy(two).includes("fay"));
  });

  it("and is cut off from the database: another delivers them; its callbacks wait in its spool", async () => {
    await one.start();
    const held = await stopAsking(["gus", "hal"], {
      gate: partner,
      connector: "partner",
      asks: userOf,
      stop: relay.cut,
      goOn: relay.mend,
    });
    await two.start();
    held.release();
    await unsubscribe(one, ["ida"]);
    await eventually(() => usersBy(two).includes("gus") && usersBy(two).includes("hal"));
    // whoever was sent twice was sent the same both times
    const { payloads } = cluster.world.webhook.received;
    await eventually(() => payloads.size >= users().size);
    assert.equal(payloads.size, users().size);
    assert.equal(users().has("ida"), false);

    relay.mend();
    await one.bridge.logged("claim.lost", ({ connector }) => connector === "partner");
    await one.bridge.logged("spool.taken");
    await eventually(() => users().has("ida"));
  });

  /** Who has reached the partner. */
  const users = () => new Set(partner.passages.map(({ request }) => userOf(request)));
});

interface Stopping {
  readonly gate: Gate;
  readonly connector: string;
  /** For whom a request is. */
  readonly asks: (request: SandboxRequest) => string;
  readonly stop: () => void;
  readonly goOn: () => void;
  /** Which request; the next one unless given. */
  readonly when?: (request: SandboxRequest) => boolean;
}

function userOf({ body }: SandboxRequest): string {
  return (JSON.parse(body) as { data: { user_id: string } }).data.user_id;
}

const isLookUpOf =
  (user: string) =>
  ({ path, body }: SandboxRequest): boolean =>
    path.endsWith("/batch/read") && body.includes(`"${user}"`);
