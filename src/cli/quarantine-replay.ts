/** `quarantine replay`: after a fix, or with a corrected clock, what is understood now is taken in. */
import type { Command } from "commander";
import type { Storage } from "../storage/contract.ts";
import { isServed, NOBODY_SERVES } from "./bridges.ts";
import { type Cli, CommandEnd } from "./cli.ts";
import { confirmed } from "./confirm.ts";
import { count } from "./format.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode } from "./io.ts";
import { openProgress } from "./progress.ts";
import { reread } from "./reread.ts";
import { collected } from "./selecting.ts";
import { shown } from "./text.ts";

interface ReplayOptions {
  readonly id?: readonly string[];
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addQuarantineReplay(group: Command, cli: Cli): void {
  const command = group
    .command("replay")
    .description("Read entries again; those that are understood now are taken in, as if they had just arrived.")
    .option("--id <id>", "this entry; may be given several times", collected)
    .option("--all", "every entry")
    .option("--yes", "do it; without, it is shown, and asked on a terminal")
    .option("--json", "for scripts");
  explain(command, cli.io, {
    examples: [
      ["quarantine replay --all", "which are understood by now?"],
      ["quarantine replay --all --yes", "take them in"],
    ],
    exits: { 1: "none of them is understood yet, or there is none" },
  }).action(cli.action((options: ReplayOptions) => replay(cli, options)));
}

/** What became of an entry, or would. */
interface Verdict {
  readonly id: string;
  /** Absent: it is understood. */
  readonly fault?: string;
  readonly users: number;
}

async function replay(cli: Cli, options: ReplayOptions): Promise<ExitCode> {
  if ((options.id !== undefined) === (options.all === true)) {
    throw new CommandEnd("Say which: --id ID, or --all for every entry.", EXIT.usage);
  }
  return cli.withStore(async (storage) => {
    const ids = options.id ?? (await allIds(storage));
    const plan = await readAll(cli, storage, ids, false);
    const understood = plan.filter(({ fault }) => fault === undefined);
    if (!options.json) sayPlan(cli, plan, understood);
    const mayDo = understood.length > 0 && (options.json ? options.yes === true : true);
    const isAgreed = mayDo && (await confirmed(cli, options.yes, "Take them in?"));
    const done = isAgreed
      ? await readAll(
          cli,
          storage,
          understood.map(({ id }) => id),
          true,
        )
      : undefined;
    const taken = (done ?? []).filter(({ fault }) => fault === undefined);
    const others = (done ?? []).filter(({ fault }) => fault !== undefined);
    if (options.json)
      cli.sayJson({ done: done !== undefined, entries: done === undefined ? plan : merged(plan, done) });
    else if (done !== undefined) {
      for (const { id, fault = "" } of others) cli.complain(`${shown(id)} stays: ${shown(fault)}`);
      const isIdle = taken.length > 0 && !(await isServed(storage));
      cli.say(`Taken in: ${count(taken.length, "callback")}${isIdle ? `: read and sent ${NOBODY_SERVES}` : ""}.`);
    }
    const isWell = done === undefined ? understood.length > 0 : others.length === 0;
    return isWell ? EXIT.ok : EXIT.notWell;
  });
}

/** Collected before anything is removed: a page begins behind an entry that must still be there. */
async function allIds(storage: Storage): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const page = await storage.quarantined({ limit: PAGE, ...(after !== undefined && { after }) });
    if (page.length === 0) return ids;
    ids.push(...page.map(({ id }) => id));
  }
}

/** Bodies may be large. */
const PAGE = 20;

async function readAll(cli: Cli, storage: Storage, ids: readonly string[], take: boolean): Promise<Verdict[]> {
  const progress = openProgress(cli.io.err);
  const verdicts: Verdict[] = [];
  try {
    for (const id of ids) {
      verdicts.push(await readOne(storage, id, take));
      progress.show(`${verdicts.length} of ${count(ids.length, "entry", "entries")} ${take ? "taken in" : "read"}`);
    }
  } finally {
    progress.end();
  }
  return verdicts;
}

async function readOne(storage: Storage, id: string, take: boolean): Promise<Verdict> {
  const entry = await storage.quarantineEntry(id);
  if (entry === null) return { id, users: 0, fault: "there is no entry with this id (any more)" };
  const reading = reread(entry, Date.now());
  if (reading.tag === "faulty") return { id, users: 0, fault: reading.fault };
  if (take) {
    const { refused } = await storage.accept(reading.intake);
    const [first] = refused;
    if (first !== undefined) return { id, users: 0, fault: first.why };
    await storage.quarantineRemove([id]);
  }
  return { id, users: reading.users };
}

function sayPlan(cli: Cli, plan: readonly Verdict[], understood: readonly Verdict[]): void {
  if (plan.length === 0) cli.say("The quarantine is empty.");
  for (const { id, fault } of plan) if (fault !== undefined) cli.say(`${shown(id)} stays: ${shown(fault)}`);
  if (understood.length === 0) return;
  const users = understood.reduce((sum, verdict) => sum + verdict.users, 0);
  cli.say(`To take in: ${cli.paint.bold(count(understood.length, "callback"))} of ${count(users, "user")}`);
}

function merged(plan: readonly Verdict[], done: readonly Verdict[]): Verdict[] {
  const byId = new Map(done.map((verdict) => [verdict.id, verdict]));
  return plan.map((verdict) => byId.get(verdict.id) ?? verdict);
}
