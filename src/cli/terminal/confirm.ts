/** The step between saying what would be done and doing it. */
import type { Io } from "../io.ts";
import type { JsonOption, Printer } from "./printer.ts";

interface Asking extends Pick<Printer, "say"> {
  readonly io: Pick<Io, "ask">;
}

export interface ConfirmOptions extends JsonOption {
  readonly yes?: boolean;
}

/**
 * True with `--yes`, or when a person at a terminal agrees; else says that nothing was changed. A script that does not say
 * `--yes` wants to know what would be done, and is not asked.
 */
export async function confirmed(cli: Asking, { yes, json }: ConfirmOptions, question: string): Promise<boolean> {
  if (yes) return true;
  if (json) return false;
  if (cli.io.ask === undefined) {
    cli.say("Nothing was changed; --yes does it.");
    return false;
  }
  const answer = await cli.io.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer)) return true;
  cli.say("Nothing was changed.");
  return false;
}
