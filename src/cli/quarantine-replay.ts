/** `quarantine replay`: after a fix, or with a corrected clock, what is understood now is taken in. */
import { type Command, InvalidArgumentError } from "commander";
import { count, duration } from "../basics/format.ts";
import { shown } from "../basics/text.ts";
import { parseDuration } from "../config/settings/units.ts";
import { reread } from "../operations/quarantine/reread.ts";
import { distanceNeeded, type Head, type LeftOut, leftOut } from "../operations/quarantine/stale-selection.ts";
import { GONE, takeIn, type Verdict } from "../operations/quarantine/take-in.ts";
import { isServed, NOBODY_SERVES } from "../operations/status/bridges.ts";
import type { Storage } from "../storage/contract.ts";
import type { Cli } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { confirmed } from "./confirm.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode } from "./io.ts";
import { openProgress } from "./progress.ts";
import { collected } from "./selecting.ts";

interface ReplayOptions {
  readonly id?: readonly string[];
  readonly all?: boolean;
  /** Milliseconds. */
  readonly staleWithin?: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addQuarantineReplay(group: Command, cli: Cli): void {
  const command = group
    .command("replay")
    .description("Read entries again; those that are understood now are taken in, as if they had just arrived.")
    .option("--id <id>", "this entry; may be given several times", collected)
    .option("--all", "every entry; of those that came stale only what --stale-within says")
    .option(
      "--stale-within <duration>",
      "with --all: also those whose RequestTime was at most so far off",
      parseDistance,
    )
    .option("--yes", "do it; without, it is shown, and asked on a terminal")
    .option("--json", "for scripts");
  explain(command, cli.io, {
    examples: [
      ["quarantine replay --all", "which are understood by now?"],
      ["quarantine replay --all --yes", "take them in"],
      ["quarantine replay --all --stale-within 5m --yes", "also what came while our clock was two minutes off"],
    ],
    exits: { 1: "none of them is understood yet, or there is none" },
  }).action(cli.action((options: ReplayOptions) => replay(cli, options)));
}

function parseDistance(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Write how far off it may have been (90s, 5m, 1h).");
  return ms;
}

/** What would be done. */
interface Plan {
  readonly heads: readonly Head[];
  readonly verdicts: readonly Verdict[];
  readonly left: ReadonlyMap<string, LeftOut>;
}

async function replay(cli: Cli, options: ReplayOptions): Promise<ExitCode> {
  if ((options.id !== undefined) === (options.all === true)) {
    throw new CommandEnd("Say which: --id ID, or --all for every entry.", EXIT.usage);
  }
  if (options.staleWithin !== undefined && options.id !== undefined) {
    throw new CommandEnd("--stale-within chooses among --all; what --id names is taken as it is.", EXIT.usage);
  }
  return cli.withStore(async (storage) => {
    const plan = await planOf(cli, storage, options);
    const understood = plan.verdicts.filter(({ fault }) => fault === undefined);
    if (!options.json) sayPlan(cli, plan, understood);
    const mayDo = understood.length > 0 && (options.json ? options.yes === true : true);
    const isAgreed = mayDo && (await confirmed(cli, options.yes, "Take them in?"));
    const ids = understood.map(({ id }) => id);
    const done = isAgreed ? await withProgress(cli, "taken in", (show) => takeIn(storage, ids, show)) : undefined;
    if (options.json) cli.sayJson({ done: done !== undefined, entries: merged(plan.verdicts, done ?? []) });
    else if (done !== undefined) sayDone(cli, done, await isServed(storage));
    const isWell = done === undefined ? understood.length > 0 : done.every(({ fault }) => fault === undefined);
    return isWell ? EXIT.ok : EXIT.notWell;
  });
}

/** Everything is read before anything is removed: a page begins behind an entry that must still be there. */
function planOf(cli: Cli, storage: Storage, { id: ids, staleWithin }: ReplayOptions): Promise<Plan> {
  return withProgress(cli, "read", async (show) => {
    if (ids !== undefined) return { heads: [], verdicts: await readEach(storage, ids), left: new Map() };
    const { heads, verdicts } = await readAll(storage, show);
    const left = leftOut(heads, staleWithin);
    return { heads, left, verdicts: verdicts.map((verdict) => judged(verdict, left.get(verdict.id))) };
  });
}

/** Bodies may be large. */
const PAGE = 20;

async function readAll(storage: Storage, show: (count: number) => void) {
  const heads: Head[] = [];
  const verdicts: Verdict[] = [];
  for (;;) {
    const after = heads.at(-1)?.id;
    const page = await storage.quarantined({ limit: PAGE, ...(after !== undefined && { after }) });
    if (page.length === 0) return { heads, verdicts };
    for (const entry of page) {
      const { id, app, fault, receivedAt, stale } = entry;
      heads.push({ id, app, fault, receivedAt, ...(stale !== undefined && { stale }) });
      verdicts.push(verdictOf(id, reread(entry, Date.now())));
    }
    show(verdicts.length);
  }
}

async function readEach(storage: Storage, ids: readonly string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const id of ids) {
    const entry = await storage.quarantineEntry(id);
    verdicts.push(entry === null ? { id, users: 0, fault: GONE } : verdictOf(id, reread(entry, Date.now())));
  }
  return verdicts;
}

function verdictOf(id: string, reading: ReturnType<typeof reread>): Verdict {
  return reading.tag === "faulty" ? { id, users: 0, fault: reading.fault } : { id, users: reading.users };
}

async function withProgress<T>(cli: Cli, done: string, work: (show: (entries: number) => void) => Promise<T>) {
  const progress = openProgress(cli.io.err);
  try {
    return await work((entries) => progress.show(`${count(entries, "entry", "entries")} ${done}`));
  } finally {
    progress.end();
  }
}

const WHY_LEFT: Readonly<Record<LeftOut, string>> = {
  unstated: "it came stale: say with --stale-within how far off it may have been",
  "further off": "it came stale, and was further off than --stale-within",
  "far behind":
    "it lay more than ten minutes behind the newest of its app, as an old URL in wrong hands does: by --id alone",
  unknown: "it came stale, and how far off it was is not known: by --id alone",
};

function judged(verdict: Verdict, left: LeftOut | undefined): Verdict {
  return left === undefined || verdict.fault !== undefined
    ? verdict
    : { id: verdict.id, users: 0, fault: WHY_LEFT[left] };
}

function sayPlan(cli: Cli, { heads, verdicts, left }: Plan, understood: readonly Verdict[]): void {
  if (verdicts.length === 0) cli.say("The quarantine is empty.");
  for (const { id, fault } of verdicts) {
    if (fault !== undefined && !left.has(id)) cli.say(`${shown(id)} stays: ${shown(fault)}`);
  }
  for (const [why, words] of Object.entries(WHY_LEFT)) {
    const entries = [...left.values()].filter((one) => one === why).length;
    if (entries > 0)
      cli.say(`${count(entries, "entry", "entries")} ${entries === 1 ? "stays" : "stay"}, each for this: ${words}`);
  }
  const needed = distanceNeeded(heads, left);
  if (needed !== undefined) cli.say(`they were at most ${duration(needed)} off`);
  if (understood.length === 0) return;
  const users = understood.reduce((sum, verdict) => sum + verdict.users, 0);
  cli.say(`To take in: ${cli.paint.bold(count(understood.length, "callback"))} of ${count(users, "user")}`);
}

function sayDone(cli: Cli, done: readonly Verdict[], served: boolean): void {
  const others = done.filter(({ fault }) => fault !== undefined);
  for (const { id, fault = "" } of others) cli.complain(`${shown(id)} stays: ${shown(fault)}`);
  const taken = done.length - others.length;
  const isIdle = taken > 0 && !served;
  cli.say(`Taken in: ${count(taken, "callback")}${isIdle ? `: read and sent ${NOBODY_SERVES}` : ""}.`);
}

function merged(plan: readonly Verdict[], done: readonly Verdict[]): Verdict[] {
  const byId = new Map(done.map((verdict) => [verdict.id, verdict]));
  return plan.map((verdict) => byId.get(verdict.id) ?? verdict);
}
