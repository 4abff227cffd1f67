/** `demo`: the whole job against stand-ins on this machine, to watch. */
import type { Cli } from "../cli/cli.ts";
import { CommandEnd } from "../cli/command-end.ts";
import { define } from "../cli/define.ts";
import { EXIT } from "../cli/io.ts";
import { WHEN_ABANDONED } from "../cli/terminal/stopping.ts";
import { readTypes } from "../cli/type-words.ts";
import { builtInTypes } from "../config/connector-types/built-in.ts";
import { type OfferedStandIn, offeredStandIns } from "../operations/sandbox/stand-ins.ts";
import { USUAL_TYPES } from "./scenario.ts";

interface Options {
  readonly stay?: boolean;
  readonly with?: string;
}

export function addDemo(cli: Cli): void {
  const { io, paint } = cli;
  const command = cli.program
    .command("demo")
    .description(
      "Watch the whole job against stand-ins of the destinations. Needs no account; nothing leaves this machine.",
    )
    .option("--with <types>", `further destinations: ${builtInTypes().join(", ")}, with commas between them`)
    .option("--stay", "keep it running at the end, to play with");
  define(command, cli, {
    goesBy: "configuration",
    examples: [
      ["demo", "half a minute to watch"],
      ["demo --stay", "and then play with it"],
      [`demo --with ${builtInTypes()[0]}`, "and see the same arrive there as well"],
    ],
    exits: {
      1: "something did not arrive, or the numbers do not add up",
      3: "a part of it could not be started",
      ...WHEN_ABANDONED,
    },
    act: async ({ stay, with: further }: Options) => {
      const guests = further === undefined ? [] : await standInsOf(further);
      // on demand: only the demo pays for its stand-ins
      const { playDemo } = await import("./demo.ts");
      return await playDemo({ io, paint, stay: stay === true, with: guests });
    },
  });
}

/** Of the types that are named, less those that the demo has anyway. Throws `CommandEnd` for one that there is not. */
async function standInsOf(text: string): Promise<readonly OfferedStandIn[]> {
  const offered = await offeredStandIns(0);
  const reading = readTypes(
    text,
    offered.map(({ type }) => type.type),
  );
  if (!reading.ok) throw new CommandEnd(`--with: ${reading.why}`, EXIT.usage);
  return offered.filter(({ type: { type } }) => reading.value.includes(type) && !USUAL_TYPES.includes(type));
}
