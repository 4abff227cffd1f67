/** `sandbox`: stand-ins of every destination on this machine, and what they get. */

import { time } from "../../basics/format.ts";
import { displayWidth } from "../../basics/width.ts";
import { builtInTypes } from "../../config/connector-types/built-in.ts";
import { arrivalJson, exchangeText, toldText } from "../../operations/sandbox/arrival-text.ts";
import { fragmentOf } from "../../operations/sandbox/fragment.ts";
import {
  type Arrival,
  FIRST_PORT,
  offeredStandIns,
  type RunningStandIns,
  STRANGERS,
  startStandIns,
} from "../../operations/sandbox/stand-ins.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { parsePort } from "../selecting.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { stopRequested, WHEN_ABANDONED } from "../terminal/stopping.ts";

interface Options extends JsonOption {
  readonly port: number;
}

export function addSandbox(cli: Cli): void {
  const command = cli.program
    .command("sandbox")
    .description(`Run stand-ins of ${builtInTypes().join(", ")} on this machine, and show what they get.`)
    .option("--port <port>", "of the first one; the others have those behind it", parsePort, FIRST_PORT);
  define(command, cli, {
    goesBy: "configuration",
    json: "one line of JSON for each request",
    examples: [
      ["sandbox", "start them; Ctrl-C ends them"],
      ["init --sandbox", "write a configuration that sends to them"],
    ],
    exits: { 3: "a port is taken, or may not be used by this user", ...WHEN_ABANDONED },
    act: (options: Options) => sandbox(cli, options),
  });
}

async function sandbox(cli: Cli, options: Options): Promise<ExitCode> {
  const stopped = stopRequested(cli.io);
  const offered = await offeredStandIns(options.port);
  const width = Math.max(...offered.map(({ type }) => type.type.length));
  const standIns = await startStandIns(offered, (arrival) =>
    options.json === true ? cli.sayJsonLine(arrivalJson(arrival)) : cli.say(arrivalLine(cli, arrival, width)),
  );
  try {
    if (options.json === true) cli.sayJsonLine({ standIns: listed(standIns) });
    else sayHead(cli, standIns);
    await stopped;
  } finally {
    await standIns.close();
  }
  return EXIT.ok;
}

function listed({ all }: RunningStandIns) {
  return all.map(({ type, standIn, sandbox: { url } }) => ({ type: type.type, url, yaml: standIn.yaml(url) }));
}

function sayHead({ say, sayExactly, paint, io }: Cli, { all }: RunningStandIns): void {
  say(paint.bold("Stand-ins on this machine, until Ctrl-C. Paste what you want to try into your configuration:"));
  say(paint.dim(`# or let \`${io.name} init --sandbox\` write a whole one`));
  say();
  sayExactly(fragmentOf(all.map(({ type, standIn, sandbox: { url } }) => ({ type, yaml: standIn.yaml(url) }))));
  say(
    paint.dim(
      `They take any credential, have what you name, and know everybody whose id does not begin with "${STRANGERS}".`,
    ),
  );
  say(paint.bold("What they get:"));
}

/** On one line where there is room, else with whom it was about on the next. */
function arrivalLine({ paint, width: columns }: Cli, arrival: Arrival, width: number): string {
  const colour = arrival.status < 400 ? paint.green : paint.red;
  const exchange = exchangeText(arrival);
  const told = toldText(arrival);
  const head = `${time(arrival.at).slice(11, 19)}  ${arrival.type.padEnd(width)}  `;
  const isShort = displayWidth(`${head}${exchange}  ${told}`) <= columns();
  const behind = told === "" ? "" : `${isShort ? "  " : `\n${" ".repeat(head.length)}`}${told}`;
  return `${head}${colour(exchange)}${behind}`;
}
