/** `quarantine edit`: another body for an entry that nobody understands, shown before it is put in its place; a replay takes it in. */
import type { Command } from "commander";
import { count, size } from "../../basics/format.ts";
import { lookForJson } from "../../basics/json-places.ts";
import { spreadJson } from "../../basics/json-spread.ts";
import { shown } from "../../basics/text.ts";
import type { Operations } from "../../operations/operations.ts";
import { type EditPlan, planEdit } from "../../operations/quarantine/edit.ts";
import { bodyText } from "../../operations/quarantine/list.ts";
import { cameStale } from "../../operations/quarantine/stale-selection.ts";
import { exampleBody } from "../../operations/sample.ts";
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import { TAKEN_BY_ANOTHER } from "../../storage/rules/repairing.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { openDraft, type TextDraft } from "../draft.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { entryMeant } from "../naming.ts";
import { type ConfirmOptions, confirmed } from "../terminal/confirm.ts";
import { differenceText } from "../terminal/difference.ts";
import { bodyFrom } from "../typed-body.ts";

interface EditOptions extends ConfirmOptions {
  readonly body?: string;
}

export function addQuarantineEdit(group: Command, cli: Cli): void {
  const command = group
    .command("edit")
    .argument("<id>", "its id, as `list` shows it, or the beginning of it")
    .description(
      "Give an entry another body. App, command and the time when it came stay; how it came is kept beside it, and `trace` tells who edited it.",
    )
    .option(
      "--body <file>",
      "the other body, - for standard input; without it VISUAL or EDITOR opens the one that is there",
    )
    .option("--yes", "do it; without, it is shown, and asked on a terminal");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["quarantine edit 9b1d…", "put right what came, in your editor"],
      ["quarantine edit 9b1d… --body mended.json", "how would this body be read?"],
      ["quarantine edit 9b1d… --body mended.json --yes", "put it in its place"],
    ],
    exits: { 1: "there is no such entry, the other body is not understood, or it is the one that is there" },
    act: (id: string, options: EditOptions) => cli.withStore((operations) => edit({ cli, options, operations }, id)),
  });
}

interface Asked {
  readonly cli: Cli;
  readonly options: EditOptions;
  readonly operations: Operations;
}

/** What the command is at work with. */
interface Work extends Asked {
  readonly entry: QuarantineEntry;
}

async function edit(asked: Asked, id: string): Promise<ExitCode> {
  const { cli, options, operations } = asked;
  const entry = await operations.quarantineEntry(await entryMeant(operations, id));
  if (entry === null) throw new CommandEnd(`There is no entry "${shown(id)}" in the quarantine.`, EXIT.notWell);
  const work = { ...asked, entry };
  if (options.body === undefined) return editHere(work);
  const body = await bodyFrom(cli, options.body);
  const { code } = await offer(work, body, planEdit(entry, body, Date.now()));
  return code;
}

/** In the person's own editor, again as long as they want; what they wrote stays in its file unless it is kept elsewhere. */
async function editHere(work: Work): Promise<ExitCode> {
  const { cli, entry } = work;
  if (cli.io.edit === undefined) {
    const words =
      "Say where the other body is: --body FILE (- is standard input); at a terminal VISUAL or EDITOR names an editor.";
    throw new CommandEnd(words, EXIT.usage);
  }
  const draft = await openDraft("body.json", textToEdit(entry));
  for (;;) {
    const why = await cli.io.edit(draft.file);
    const body = why === undefined ? await draft.read() : undefined;
    if (body === undefined) {
      // one that failed may have saved before
      if (why !== undefined && (await draft.read()) !== undefined) await leave(cli, draft, false);
      else await draft.remove();
      if (why !== undefined) throw new CommandEnd(`${shown(why)}; or give the body: --body FILE`, EXIT.usage);
      return (await offer(work, entry.body, { tag: "same" })).code;
    }
    const plan = planEdit(entry, body, Date.now());
    const { code, isKept } = await offer(work, body, plan).catch(async (error: unknown) => {
      await leave(cli, draft, false);
      throw error;
    });
    if (!isKept && plan.tag === "faulty" && (await goesOn(cli))) continue;
    await leave(cli, draft, isKept);
    return code;
  }
}

function textToEdit(entry: QuarantineEntry): string {
  const { body, encoding } = bodyText(entry);
  if (encoding === "base64")
    throw new CommandEnd("Its body is no text: give the other one by --body FILE.", EXIT.usage);
  return !body.includes("\n") && lookForJson(body).ok ? `${spreadJson(body)}\n` : body;
}

async function goesOn({ io }: Cli): Promise<boolean> {
  return io.ask !== undefined && /^y(es)?$/i.test(await io.ask("Go on editing it? [y/N] "));
}

async function leave({ say, sayExactly }: Cli, draft: TextDraft, isKept: boolean): Promise<void> {
  if (isKept) return draft.remove();
  say("What you wrote is kept, for --body:");
  sayExactly(`  ${draft.file}`);
}

// --- what it would be, and putting it in its place ------------------------------------------------------------------

interface Offered {
  readonly code: ExitCode;
  /** The body is in the store now. */
  readonly isKept: boolean;
}

async function offer(work: Work, body: Uint8Array, plan: EditPlan): Promise<Offered> {
  const { cli, options, entry } = work;
  if (!options.json) sayPlan(work, body, plan);
  const isAgreed = plan.tag === "understood" && (await confirmed(cli, options, "Put it in the place of what came?"));
  if (isAgreed) await putInPlace(work, body);
  if (options.json) cli.sayJson({ id: entry.id, done: isAgreed, ...planAsJson(plan) });
  else if (isAgreed) sayDone(work);
  return { code: plan.tag === "understood" ? EXIT.ok : EXIT.notWell, isKept: isAgreed };
}

function sayPlan({ cli, options, entry }: Work, body: Uint8Array, plan: EditPlan): void {
  const { say, paint } = cli;
  if (plan.tag === "same") {
    say("It is the body that is there: nothing was changed.");
    return;
  }
  const [before, after] = [bodyText(entry), bodyText({ body })];
  const areTexts = before.encoding === "utf8" && after.encoding === "utf8";
  if (areTexts) say(differenceText(before.body, after.body, paint));
  else say(`${size(entry.body.length)} become ${size(body.length)}; not both are text.`);
  say();
  if (plan.tag === "understood") {
    say(`Understood: ${count(plan.users, "user")}.`);
    for (const fault of plan.left) say(`  one cannot be used, and stays in the quarantine: ${shown(fault)}`);
    return;
  }
  const { line, column } = plan.place;
  const where = options.body === undefined || options.body === "-" ? "the body" : options.body;
  cli.complain(`${shown(where)}:${line}:${column} ${shown(plan.fault)}`);
  cli.complain("Nothing was changed: what nobody understands is kept as it came. This would be understood:");
  cli.complain(exampleBody(entry.command, entry.receivedAt));
}

async function putInPlace({ operations, entry }: Work, body: Uint8Array): Promise<void> {
  const result = await operations.editEntry(entry, body);
  if (result === "gone") throw new CommandEnd(`Nothing was changed: ${TAKEN_BY_ANOTHER}.`, EXIT.notWell);
  if (result === "edited") return;
  throw new CommandEnd("Nothing was changed: somebody else has edited it meanwhile; look at it again.", EXIT.notWell);
}

function sayDone({ cli, entry }: Work): void {
  cli.say("It is in its place, and how it came is kept beside it. It is taken in by:");
  cli.sayExactly(`  ${cli.io.name} quarantine replay --id ${shown(entry.id.slice(0, 12))} --yes`);
  if (cameStale(entry))
    cli.say("It came stale, and stays so: `replay --all` leaves it unless --stale-within says how far off.");
}

function planAsJson(plan: EditPlan): object {
  switch (plan.tag) {
    case "understood":
      return { users: plan.users, left: plan.left };
    case "same":
      return { same: true };
    case "faulty":
      return { fault: plan.fault, ...plan.place };
  }
}
