/** The step between saying what would be done and doing it. */
import type { Cli } from "./cli.ts";

/** True with `--yes`, or when a person at a terminal agrees; else says that nothing was changed. */
export async function confirmed(cli: Cli, yes: boolean | undefined, question: string): Promise<boolean> {
  if (yes) return true;
  if (cli.io.ask === undefined) {
    cli.say("Nothing was changed; --yes does it.");
    return false;
  }
  const answer = await cli.io.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer)) return true;
  cli.say("Nothing was changed.");
  return false;
}
