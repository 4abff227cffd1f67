/** Which dead letters `replay` and `discard` mean. */
import { resolve } from "node:path";
import { shown } from "../../basics/text.ts";
import { type LineFault, readDeadLetterIds } from "../../dead-letters/read.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { PlanFilter } from "../../storage/contract/plans.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT } from "../io.ts";
import { filterOf, type SelectionOptions } from "../selecting.ts";
import type { ConfirmOptions } from "../terminal/confirm.ts";

export interface RepairOptions extends SelectionOptions, ConfirmOptions {
  readonly id?: readonly string[];
  readonly file?: string;
  readonly all?: boolean;
  readonly plan?: string;
  readonly why?: string;
}

export type RepairChoice =
  | { readonly tag: "filter"; readonly filter: PlanFilter }
  | { readonly tag: "plan"; readonly id: string }
  /** `faults`: lines of a file that name none. */
  | { readonly tag: "ids"; readonly ids: readonly string[]; readonly faults: readonly LineFault[] };

/** Ends the command when nobody said which, or said it twice. */
export async function repairChoice(cli: Cli, options: RepairOptions): Promise<RepairChoice> {
  const filter = filterOf(options);
  const { id: ids, file, plan, all } = options;
  const isFiltered = Object.keys(filter).length > 0 || all === true;
  const chosen = [isFiltered, ids !== undefined, file !== undefined, plan !== undefined].filter((way) => way).length;
  if (chosen === 0) {
    const words = "Say which: --connector, --class, --user, --since, --id, --file, --plan, or --all.";
    throw new CommandEnd(words, EXIT.usage);
  }
  if (chosen > 1) {
    throw new CommandEnd("--id, --file and --plan choose alone: leave the other conditions out.", EXIT.usage);
  }
  if (ids !== undefined) return { tag: "ids", ids: [...new Set(ids)], faults: [] };
  if (plan !== undefined) return { tag: "plan", id: plan };
  if (file === undefined) return { tag: "filter", filter };
  const { letters, faults } = await readFile(cli, file);
  return { tag: "ids", ids: letters.map(({ id }) => id), faults };
}

async function readFile(cli: Cli, file: string): ReturnType<typeof readDeadLetterIds> {
  try {
    return await readDeadLetterIds(resolve(cli.io.cwd, file));
  } catch (error) {
    throw new CommandEnd(`${shown(file)} cannot be read: ${errorLine(error)}`, EXIT.usage);
  }
}
