/**
 * Any JSON API and the first-class types as a user meets them: in one YAML, run by the real program, seen through the commands. What
 * happens to one destination happens to all five at once.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EVERY_TIME, type Fault, type FaultOptions } from "../../connectors/kit/faults.ts";
import { APP, postCallback, TOKEN } from "../support/callbacks.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { type BridgeProcess, startBridgeProcess } from "../support/process.ts";
import { type Reached, SET_BACK, startFive } from "./five-types.ts";

const TYPES = ["http", "salesforce", "braze", "customerio", "mixpanel"] as const;
const PEOPLE = ["outage", "expired", "revoked", "half-1", "half-2", "lied-to"];

interface Delivery {
  readonly connector: string;
  readonly state: string;
  readonly attempts: number;
}

let five: readonly Reached[] = [];
let folder = "";
let bridge: BridgeProcess | undefined;

before(async () => {
  five = await startFive(PEOPLE);
  folder = await mkdtemp(join(tmpdir(), "unsub-bridge-five-"));
  const blocks = five.map(({ name, yaml }) => `  ${name}:\n${yaml.replace(/^/gm, "    ")}\n`);
  const yaml = `chat: { apps: [{ sdk_app_id: ${APP}, token: "\${CHAT_TOKEN}" }] }
server: { host: 127.0.0.1, port: 0, drain: 1ms }
admin: { port: 0 }
connectors:
${blocks.join("")}`;
  await writeFile(join(folder, "bridge.yaml"), yaml);
  bridge = await startBridgeProcess(join(folder, "bridge.yaml"), { env: { CHAT_TOKEN: TOKEN } });
});
after(async () => {
  await bridge?.kill();
  await Promise.all(five.map(({ sandbox }) => sandbox.close()));
  await rm(folder, { recursive: true, force: true });
});

const reached = (type: string): Reached => five.find(({ name }) => name === type) ?? assert.fail(type);

async function command(...args: string[]): Promise<string> {
  const config = join(folder, "bridge.yaml");
  return (await runCommand([...args, "--config", config], { env: { CHAT_TOKEN: TOKEN } })).out;
}

/** Chat tells that they have left, in one callback. */
async function leave(...users: string[]): Promise<void> {
  assert.ok(await postCallback(bridge?.url ?? "", { users }));
}

/** Resolves with the delivery to this connector once it says so in `trace`. */
function traced(user: string, { name }: Reached, words: RegExp, state?: string): Promise<Delivery> {
  return eventually(async () => {
    const { events = [] } = JSON.parse((await command("trace", user, "--json")) || "{}");
    const all: readonly Delivery[] = events[0]?.deliveries ?? [];
    const own = all.find(({ connector }) => connector === name);
    return own !== undefined && words.test(JSON.stringify(own)) && own.state === (state ?? own.state) && own;
  });
}

/** Resolves once `status` says so of this connector, in this condition. */
function toldBy({ name }: Reached, condition: RegExp, words: RegExp): Promise<boolean> {
  return eventually(async () => {
    const { connectors = [] } = JSON.parse((await command("status", "--json")) || "{}");
    const own = connectors.find((one: { readonly name: string }) => one.name === name);
    return own !== undefined && condition.test(own.condition) && words.test(own.words ?? "");
  });
}

/** What went wrong over there is over, and nobody waits any longer: they are delivered, and known over there. */
async function goesOn(user: string, one: Reached): Promise<Delivery> {
  one.sandbox.heal();
  await command("retry", "--now", "--connector", one.name);
  const delivery = await traced(user, one, one.done, "delivered");
  assert.ok(one.left(user), `${one.name} does not know that ${user} has left`);
  return delivery;
}

function happens(to: Reached, fault: Fault, when: FaultOptions["when"]): void {
  to.sandbox.fail(fault, { ...EVERY_TIME, ...(when && { when }) });
}

const DOWN = { status: 503, headers: { "retry-after": "1" } };

describe("from YAML, through the real program, an outage", () => {
  before(() => {
    for (const one of five) happens(one, DOWN, undefined);
    return leave("outage");
  });
  for (const type of TYPES) {
    it(`of ${type} keeps whoever leaves, is told, and they are written when it is over`, async () => {
      await toldBy(reached(type), /backing off/, /HTTP 503/);
      assert.equal(reached(type).left("outage"), false);
      await goesOn("outage", reached(type));
    });
  }
});

const TOKENS = ["http", "salesforce"] as const;

describe("from YAML, through the real program, a token that has ended", () => {
  before(() => {
    for (const type of TOKENS) reached(type).endToken?.();
    return leave("expired");
  });
  for (const type of TOKENS) {
    it(`at ${type} is renewed, without a failed attempt of anybody`, async () => {
      const { attempts } = await traced("expired", reached(type), reached(type).done, "delivered");
      assert.equal(attempts, 1);
    });
  }
});

describe("from YAML, through the real program, a credential that is refused", () => {
  before(() => {
    for (const one of five) {
      one.endToken?.();
      happens(one, one.revoked.fault, one.revoked.when);
    }
    return leave("revoked");
  });
  for (const type of TYPES) {
    it(`by ${type} pauses it with its queue, and says where to look; they are written when it is taken again`, async () => {
      await toldBy(reached(type), /paused/, reached(type).revoked.words);
      await goesOn("revoked", reached(type));
    });
  }
});

describe("from YAML, through the real program, a partial failure", () => {
  before(() => {
    for (const one of five) {
      const { fault, when } = one.partial("half-1");
      happens(one, fault, when);
    }
    return leave("half-1", "half-2");
  });
  after(() => {
    for (const { sandbox } of five) sandbox.heal();
  });
  for (const type of TYPES) {
    it(`at ${type} gives up the one whom it refuses, in its words, and delivers the other`, async () => {
      const one = reached(type);
      await traced("half-2", one, one.done, "delivered");
      await traced("half-1", one, one.partial("half-1").words, "dead");
    });
  }
});

describe("from YAML, through the real program, a success that is none", () => {
  before(() => {
    for (const one of five) happens(one, one.lie.fault, one.lie.when);
    return leave("lied-to");
  });
  for (const type of TYPES) {
    it(`of ${type} delivers nobody, and they are written when it tells the truth`, async () => {
      const one = reached(type);
      await traced("lied-to", one, one.lie.words, "waiting");
      assert.equal(one.left("lied-to"), false);
      await goesOn("lied-to", one);
    });
  }

  it("of Salesforce that it believes itself is told where it is read back", async () => {
    await traced(
      "lied-to",
      reached("salesforce"),
      new RegExp(`Salesforce holds other values: .*${SET_BACK}.* is empty`),
    );
  });
});

describe("from YAML, through the real program, a person who is unknown", () => {
  before(() => leave("newcomer"));
  for (const type of TYPES) {
    it(`to ${type} ${type === "mixpanel" ? "is known by the event" : "waits, is not made, and is written once they are known"}`, async () => {
      const one = reached(type);
      if (one.unknown !== undefined) {
        await traced("newcomer", one, one.unknown.words, "waiting");
        assert.equal(one.left("newcomer"), false);
        one.unknown.meet("newcomer");
      }
      await goesOn("newcomer", one);
    });
  }
});
