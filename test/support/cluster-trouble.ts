/** What goes wrong in a chaos test: machines, the database, the destinations. All of it ends by itself. */
import { setTimeout as pause } from "node:timers/promises";
import type { Fault, Sandbox } from "../../connectors/kit/sandbox.ts";
import type { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";

export interface TroubleOptions {
  readonly cluster: Cluster;
  readonly chance: Chance;
  /** Longer than a lease, in milliseconds. */
  readonly freezeMs: number;
  /** How long the database is away, at least and at most. */
  readonly outageMs: readonly [number, number];
  /** Told in words, for whoever has to find out what happened. */
  readonly tell: (what: string) => void;
}

/** Kills, freezes and outages, one after another, each a few times, in an order that chance decides. */
export async function trouble(options: TroubleOptions): Promise<void> {
  const { chance } = options;
  const plan = [kill, kill, kill, freeze, freezeAndKillAnother, outage, outage];
  for (const happen of chance.shuffled(plan)) {
    await happen(options);
    await pause(chance.between(300, 1_500));
  }
}

async function kill({ cluster, chance, tell }: TroubleOptions): Promise<void> {
  const machine = chance.of(cluster.machines);
  tell(`${machine.name} is killed`);
  await machine.kill();
  await pause(chance.between(0, 1_000));
  await machine.start();
  tell(`${machine.name} is back`);
}

async function freeze({ cluster, chance, tell, freezeMs }: TroubleOptions): Promise<void> {
  const machine = chance.of(cluster.machines);
  tell(`${machine.name} freezes`);
  machine.freeze();
  await pause(freezeMs);
  machine.thaw();
  tell(`${machine.name} thaws`);
}

async function freezeAndKillAnother({ cluster, chance, tell, freezeMs }: TroubleOptions): Promise<void> {
  const [frozen, killed] = chance.shuffled(cluster.machines);
  if (frozen === undefined || killed === undefined) throw new Error("this takes two machines");
  tell(`${frozen.name} freezes, ${killed.name} is killed`);
  frozen.freeze();
  await killed.kill();
  await killed.start();
  tell(`${killed.name} is back`);
  await pause(freezeMs);
  frozen.thaw();
  tell(`${frozen.name} thaws`);
}

async function outage({ cluster, chance, tell, outageMs }: TroubleOptions): Promise<void> {
  tell("the database crashes");
  await cluster.database.crash();
  await pause(chance.between(...outageMs));
  await cluster.database.start();
  tell("the database is back");
}

const SLOW_DOWN: Fault = { status: 429, headers: { "retry-after": "1" } };
/** A webhook's receiver says by any 2xx that it has got it; only the other two can lie by a page with 200, or by a part of it. */
const FAULTS: readonly Fault[] = ["hang", "reset", SLOW_DOWN, { status: 503 }, { status: 500, body: "oops" }];
const FAULTS_OF_BODIES: readonly Fault[] = [...FAULTS, "cut", "html"];

/** Destinations that are slow, down or lie, until `signal` aborts; then they are well. */
export async function badDestinations({ world }: Cluster, chance: Chance, signal: AbortSignal): Promise<void> {
  const kinds: readonly (readonly [Sandbox, readonly Fault[]])[] = [
    [world.webhook, FAULTS],
    [world.segment, FAULTS_OF_BODIES],
    [world.hubspot, FAULTS_OF_BODIES],
  ];
  while (!signal.aborted) {
    const [sandbox, faults] = chance.of(kinds);
    sandbox.fail(chance.of(faults), { times: chance.between(1, 3), applied: chance.next() < 0.3 });
    await pause(chance.between(100, 700), undefined, { signal }).catch(() => undefined);
  }
  for (const [sandbox] of kinds) sandbox.heal();
}
