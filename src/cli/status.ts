/** `status`: which bridges run, how each connector is, what waits since when, and what could not be understood. */

import { count, duration, number, size, time, timeOrNull } from "../basics/format.ts";
import { shown } from "../basics/text.ts";
import { reasonText } from "../operations/reason.ts";
import { bridgeLines, bridgesAsJson } from "../operations/status/bridges.ts";
import { clocksAsJson, clockText } from "../operations/status/clocks.ts";
import { type Condition, conditionOf, explanation, needsHelp } from "../operations/status/condition.ts";
import { type OtherValues, otherValueLines, otherValues } from "../operations/status/other-values.ts";
import { spoolStatus, spoolWords } from "../operations/status/spool.ts";
import type { ConnectorStatus, KnownBridge, Storage, StoreStatus } from "../storage/contract.ts";
import type { Cli } from "./cli.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode } from "./io.ts";
import { configured, type Known } from "./store-access.ts";
import { type Cell, renderTable } from "./table.ts";

export function addStatus(cli: Cli): void {
  const command = cli.program
    .command("status")
    .description("Show which bridges run, and each connector's state and queue.")
    .option("--json", "for scripts");
  explain(command, cli.io, {
    examples: [
      ["status", "how is everything?"],
      ["status --json", "the same for a script"],
    ],
    exits: {
      1: "no bridge runs, a connector is paused, deliveries wait for one that is not configured any more, callbacks go to the spool, or our clock is off",
    },
  }).action(cli.action(({ json }: { json?: boolean }) => cli.withStore((...open) => status(cli, json, ...open))));
}

interface Found extends StoreStatus {
  readonly bridges: readonly KnownBridge[];
  readonly others: OtherValues;
  readonly isServed: boolean;
}

interface Line {
  readonly status: ConnectorStatus;
  readonly condition: Condition;
}

async function status(cli: Cli, json: boolean | undefined, storage: Storage, config: Known): Promise<ExitCode> {
  const [known, bridges] = [await storage.status(), await storage.bridges()];
  const others = await otherValues(bridges, config.secretsAt);
  const found = { ...known, bridges, others, isServed: bridges.some(({ serves }) => serves) };
  const lines = found.connectors.map((one) => ({
    status: one,
    condition: conditionOf(one, configured(config, one.name), found.isServed),
  }));
  const missing = config.connectors.filter(({ name }) => found.connectors.every((one) => one.name !== name));
  const notRun = missing.map(({ name }) => name);
  const spool = config.spool && (await spoolStatus(config.spool));
  if (json) cli.sayJson({ ...asJson(storage, found, lines, notRun), spool: spool ?? null });
  else {
    sayStatus(cli, storage, config, found, lines, notRun);
    for (const line of spoolWords(spool)) cli.say(shown(line, 800));
  }
  const isSpooling = (spool?.since ?? null) !== null;
  const isTrusted = found.isServed && !isSpooling && found.clocksOff.length === 0;
  const isWell = isTrusted && lines.every((line) => !needsHelp(line.status, line.condition));
  return isWell ? EXIT.ok : EXIT.notWell;
}

function sayStatus(
  cli: Cli,
  storage: Storage,
  config: Known,
  found: Found,
  lines: readonly Line[],
  notRun: readonly string[],
): void {
  const { paint } = cli;
  // ages are told by this machine's clock: a store's own may differ by a little
  const now = Date.now();
  for (const line of bridgeLines(found.bridges, config, now)) {
    cli.say(found.isServed ? shown(line, 800) : paint.red(shown(line, 800)));
  }
  for (const line of otherValueLines(found.bridges, found.others)) cli.say(`  ${paint.yellow(shown(line, 800))}`);
  cli.say(`store  ${shown(storage.description)}`);
  cli.say();
  if (lines.length > 0) cli.say(connectorTable(lines, now, cli));
  for (const { status: one, condition } of lines) {
    const [head, ...more] = explanation(one, condition, now, found.isServed);
    if (head === undefined) continue;
    cli.say();
    cli.say((condition === "paused" ? paint.red : paint.yellow)(shown(head)));
    for (const line of more) cli.say(`  ${shown(line, 800)}`);
  }
  if (notRun.length > 0) cli.say(`\nThe bridge has not run yet with: ${notRun.join(", ")}`);
  for (const one of found.clocksOff) cli.say(`\n${paint.red(shown(clockText(one, now)))}`);
  const { entries, bytes } = found.quarantined;
  cli.say();
  cli.say(`callbacks not read yet  ${number(found.unread)}`);
  cli.say(`quarantine              ${count(entries, "entry", "entries")}, ${size(bytes)}`);
  const counters = Object.entries(found.counters);
  if (counters.length === 0) return;
  cli.say("counted since the store was made");
  for (const [name, value] of counters) cli.say(`  ${shown(name).replaceAll("_", " ")}  ${number(value)}`);
}

function connectorTable(lines: readonly Line[], now: number, { paint }: Cli): string {
  const columns = [
    { title: "CONNECTOR" },
    { title: "TYPE" },
    { title: "STATE" },
    { title: "WAITING", align: "right" },
    { title: "OLDEST", align: "right" },
    { title: "DELIVERED 1 h", align: "right" },
    { title: "24 h", align: "right" },
    { title: "DEAD 1 h", align: "right" },
    { title: "24 h", align: "right" },
    { title: "ALL", align: "right" },
  ] as const;
  const colours: Readonly<Record<Condition, (text: string) => string>> = {
    ready: paint.green,
    "backing off": paint.yellow,
    "not served": paint.red,
    paused: paint.red,
    "switched off": paint.dim,
    "not configured": paint.yellow,
  };
  const rows = lines.map(({ status: one, condition }): Cell[] => [
    one.name,
    one.type,
    { text: condition, paint: colours[condition] },
    number(one.waiting),
    one.oldestWaitingAt === null ? "" : duration(now - one.oldestWaitingAt),
    number(one.deliveredLastHour),
    number(one.deliveredLastDay),
    number(one.deadLastHour),
    number(one.deadLastDay),
    number(one.dead),
  ]);
  return renderTable(columns, rows, paint.bold);
}

function asJson(storage: Storage, found: Found, lines: readonly Line[], notRun: readonly string[]): object {
  return {
    store: storage.description,
    served: found.isServed,
    bridges: bridgesAsJson(found.bridges, found.others),
    connectors: lines.map(({ status: one, condition }) => ({
      name: one.name,
      type: one.type,
      destination: one.destination,
      configured: condition !== "not configured",
      condition,
      cause: one.state.cause ?? null,
      reason: one.state.reason ?? null,
      words: one.state.reason === undefined ? null : reasonText(one.state.reason),
      since: time(one.since),
      nextProbeAt: timeOrNull(one.probeAt),
      waiting: one.waiting,
      oldestWaitingAt: timeOrNull(one.oldestWaitingAt),
      delivered: { lastHour: one.deliveredLastHour, lastDay: one.deliveredLastDay },
      dead: { lastHour: one.deadLastHour, lastDay: one.deadLastDay, all: one.dead },
    })),
    notRunYet: notRun,
    unreadCallbacks: found.unread,
    quarantine: found.quarantined,
    clocksOff: found.clocksOff.map(clocksAsJson),
    counters: found.counters,
  };
}
