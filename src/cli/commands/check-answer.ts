/** `check --answer 200 '{…}'`: which rule of a connector such an answer would meet. Sends nothing. */
import type { Command } from "commander";
import { printableLines } from "../../basics/text.ts";
import type { Config } from "../../config/checked-config.ts";
import { type JudgedAnswer, judgeAnswer, MEANINGS } from "../../operations/judge-answer.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";

export interface AnswerChoice extends JsonOption {
  /** Status, and body where there is one. */
  readonly answer?: readonly string[];
  readonly connector?: string;
  readonly user?: string;
}

export function addAnswerOptions(command: Command): Command {
  return command
    .option(
      "--answer <status and body...>",
      "instead: what such an answer would mean to --connector, by the rules in its settings",
    )
    .option("--connector <name>", "with --answer: whose rules are asked")
    .option("--user <id>", "with --answer: whom the request was about; jared unless given");
}

/** Ends a command line that says whose answer it is, and not which. */
export function insistOnAnswer({ answer, connector, user }: AnswerChoice): void {
  const lone = connector !== undefined ? "--connector" : user !== undefined ? "--user" : undefined;
  if (answer !== undefined || lone === undefined) return;
  throw new CommandEnd(`${lone} is for --answer: say which answer, such as --answer 200 '{"ok":true}'`, EXIT.usage);
}

export async function checkAnswer(
  cli: Cli,
  config: Config,
  { answer: [status = "", ...body] = [], connector, user = "jared", ...options }: AnswerChoice,
): Promise<ExitCode> {
  if (connector === undefined)
    throw new CommandEnd("--answer asks one connector: name it with --connector", EXIT.usage);
  if (!/^[2-5]\d\d$/.test(status)) {
    throw new CommandEnd(`--answer begins with an HTTP status, such as --answer 200 '{"ok":true}'`, EXIT.usage);
  }
  const question = { connector, user, status: Number(status), text: body.join(" ") };
  const judged = await judgeAnswer(config, question);
  cli.show(
    options,
    () => asJson(judged),
    () => cli.say(render(cli, judged)),
  );
  return EXIT.ok;
}

function asJson({ connector: { name, type }, about, means, why }: JudgedAnswer): Record<string, unknown> {
  return { connector: name, type: type.type, about, means, why };
}

function render({ paint }: Cli, { connector: { name, type }, means, why }: JudgedAnswer): string {
  const colour = means === "delivered" || means === "accepted" ? paint.green : paint.yellow;
  return `${paint.bold(name)} (${type.type}): ${colour(MEANINGS[means])}\n  ${printableLines(why)}`;
}
