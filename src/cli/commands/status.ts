/** `status`: which bridges run, how each connector is, what waits since when, and what could not be understood. */

import type { Known } from "../../operations/known.ts";
import type { Operations } from "../../operations/operations.ts";
import { statusAsJson } from "../../operations/status/status.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { statusText } from "./status-text.ts";
import { watchStatus } from "./status-watch.ts";

interface Options extends JsonOption {
  readonly watch?: boolean;
}

export function addStatus(cli: Cli): void {
  const command = cli.program
    .command("status")
    .description("Show which bridges run, and each connector's state and queue.")
    .option(
      "--watch",
      "again every two seconds (less often where that takes long), until Ctrl-C: in its place on a terminal, else on a line each",
    );
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["status", "how is everything?"],
      ["status --watch", "the same, again and again"],
      ["status --json", "the same for a script"],
    ],
    exits: {
      0: "all is well; with --watch: it was told to stop",
      1: "no bridge runs, a connector is paused, deliveries wait for one that is not configured any more, callbacks go to the spool, people are held or Chat does not reach us (`reconcile`), an app's callbacks are all refused, our clock is off, or the database may lose what it holds",
    },
    act: ({ watch, ...options }: Options) =>
      cli.withStore((...open) => (watch ? watchStatus(cli, options, ...open) : status(cli, options, ...open))),
  });
}

async function status(cli: Cli, options: JsonOption, operations: Operations, known: Known): Promise<ExitCode> {
  const report = await operations.status();
  cli.show(
    options,
    () => statusAsJson(report),
    () => cli.say(statusText({ report, known, now: Date.now() }, cli)),
  );
  return report.isWell ? EXIT.ok : EXIT.notWell;
}
