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

/** Looks at what was last shown before it is asked for anew: one look tells of all five. */
const shown = new Map<string, string>();

async function found<T>(words: readonly string[], look: (json: string) => T | false | undefined): Promise<T> {
  const before = look(shown.get(words.join(" ")) ?? "{}");
  if (before !== false && before !== undefined) return before;
  return await eventually(async () => {
    const json = (await command(...words, "--json")) || "{}";
    shown.set(words.join(" "), json);
    return look(json);
  });
}

/** Resolves with the delivery to this connector once `trace` has it in this state, with such words. */
function traced(user: string, { name }: Reached, state: string, words: RegExp): Promise<Delivery> {
  return found(["trace", user], (json) => {
    const { events = [] } = JSON.parse(json);
    const all: readonly Delivery[] = events[0]?.deliveries ?? [];
    const own = all.find(({ connector }) => connector === name);
    return own?.state === state && words.test(JSON.stringify(own)) && own;
  });
}

/** Resolves once `status` has this connector in this condition, with such words. */
function toldBy({ name }: Reached, condition: string, words: RegExp): Promise<boolean> {
  return found(["status"], (json) => {
    const { connectors = [] } = JSON.parse(json);
    const own = connectors.find((one: { readonly name: string }) => one.name === name);
    return own !== undefined && own.condition === condition && words.test(own.words ?? "");
  });
}

function happens(to: Reached, fault: Fault, when: FaultOptions["when"]): void {
  to.sandbox.fail(fault, { ...EVERY_TIME, ...(when && { when }) });
}

/** What went wrong over there is over, and nobody waits any longer. */
async function recover(): Promise<void> {
  for (const { sandbox } of five) sandbox.heal();
  await command("retry", "--now", "--all");
}

/** They are delivered, and over there it is known that they have left. */
async function assertWritten(user: string, one: Reached): Promise<Delivery> {
  const delivery = await traced(user, one, "delivered", one.done);
  assert.ok(one.left(user), `${one.name} does not know that ${user} has left`);
  return delivery;
}

function itIsWrittenBy(types: readonly string[], user: string, when = "when it is over"): void {
  describe(when, () => {
    before(recover);
    for (const type of types) {
      it(`they are written to ${type}`, async () => {
        await assertWritten(user, reached(type));
      });
    }
  });
}

const DOWN = { status: 503, headers: { "retry-after": "1" } };
const PROGRAM = "from YAML, through the real program:";

describe(`${PROGRAM} an outage`, () => {
  before(() => {
    for (const one of five) happens(one, DOWN, undefined);
    return leave("outage");
  });
  for (const type of TYPES) {
    it(`of ${type} keeps whoever leaves, and is told`, async () => {
      await toldBy(reached(type), "backing off", /HTTP 503/);
      assert.equal(reached(type).left("outage"), false);
    });
  }
  itIsWrittenBy(TYPES, "outage");
});

describe(`${PROGRAM} a token that has ended`, () => {
  const types = ["http", "salesforce"];
  before(() => {
    for (const type of types) reached(type).endToken?.();
    return leave("expired");
  });
  for (const type of types) {
    it(`at ${type} is renewed, without a failed attempt of anybody`, async () => {
      const { attempts } = await assertWritten("expired", reached(type));
      assert.equal(attempts, 1);
    });
  }
});

describe(`${PROGRAM} a credential that is refused`, () => {
  before(() => {
    for (const one of five) {
      one.endToken?.();
      happens(one, one.revoked.fault, one.revoked.when);
    }
    return leave("revoked");
  });
  for (const type of TYPES) {
    it(`by ${type} pauses it with its queue, and says where to look`, async () => {
      await toldBy(reached(type), "paused", reached(type).revoked.words);
      assert.equal(reached(type).left("revoked"), false);
    });
  }
  itIsWrittenBy(TYPES, "revoked");
});

describe(`${PROGRAM} a partial failure`, () => {
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
      await traced("half-2", one, "delivered", one.done);
      await traced("half-1", one, "dead", one.partial("half-1").words);
    });
  }
});

describe(`${PROGRAM} a success that is none`, () => {
  before(() => {
    for (const one of five) happens(one, one.lie.fault, one.lie.when);
    return leave("lied-to");
  });
  for (const type of TYPES) {
    it(`of ${type} delivers nobody`, async () => {
      await traced("lied-to", reached(type), "waiting", reached(type).lie.words);
      assert.equal(reached(type).left("lied-to"), false);
    });
  }
  itIsWrittenBy(TYPES, "lied-to", "when it tells the truth");

  it("of Salesforce that it believes itself is told where it is read back", async () => {
    const words = new RegExp(`Salesforce holds other values: .*${SET_BACK}.* is empty`);
    await traced("lied-to", reached("salesforce"), "delivered", words);
  });
});

describe(`${PROGRAM} a person who is unknown`, () => {
  const types = TYPES.filter((type) => type !== "mixpanel");
  before(() => leave("newcomer"));
  for (const type of types) {
    it(`to ${type} waits, and is not made`, async () => {
      const { left, unknown } = reached(type);
      await traced("newcomer", reached(type), "waiting", unknown?.words ?? /^$/);
      assert.equal(left("newcomer"), false);
    });
  }

  it("to Mixpanel is made known by the event", async () => {
    await assertWritten("newcomer", reached("mixpanel"));
  });

  describe("and is known over there", () => {
    before(() => {
      for (const type of types) reached(type).unknown?.meet("newcomer");
    });
    itIsWrittenBy(types, "newcomer", "after that");
  });
});
