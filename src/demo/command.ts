/** `demo`: the whole job against stand-ins on this machine, to watch. */
import type { Cli } from "../cli/cli.ts";
import { define } from "../cli/define.ts";

export function addDemo(cli: Cli): void {
  const { io, paint } = cli;
  const command = cli.program
    .command("demo")
    .description(
      "Watch the whole job against stand-ins of the destinations. Needs no account; nothing leaves this machine.",
    )
    .option("--stay", "keep it running at the end, to play with");
  define(command, cli, {
    goesBy: "configuration",
    examples: [
      ["demo", "half a minute to watch"],
      ["demo --stay", "and then play with it"],
    ],
    exits: { 1: "something did not arrive, or the numbers do not add up" },
    act: async ({ stay }: { stay?: boolean }) => {
      // on demand: only the demo pays for its stand-ins
      const { playDemo } = await import("./demo.ts");
      return await playDemo({ io, paint, stay: stay === true });
    },
  });
}
