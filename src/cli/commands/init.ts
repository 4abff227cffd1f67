/**
 * `init`: the few questions there are, and a first configuration from the answers. No operation: it asks on a terminal and writes
 * files beside the command line, before there is a store.
 */

import { access, copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest } from "../../basics/suggest.ts";
import { shown } from "../../basics/text.ts";
import { builtInTypes, loadBuiltIn } from "../../config/connector-types/built-in.ts";
import { renderInit } from "../../config/derived/init.ts";
import { errorLine } from "../../operations/error-line.ts";
import { type Cli, defaultConfig } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";

interface InitOptions {
  readonly app?: string;
  readonly connectors?: string;
  readonly force?: true;
}

const SCHEMA = "bridge.schema.json";

/** As in the examples of the help. */
function someTypes(): string {
  const [first = "", ...others] = builtInTypes();
  return [first, ...others.slice(-1)].join(",");
}

export function addInit(cli: Cli): void {
  const command = cli.program
    .command("init")
    .description("Write a first configuration; asks what it needs to know.")
    .option("--app <id>", "the SDKAppID, from the Chat console")
    .option("--connectors <types>", `where events go: ${builtInTypes().join(", ")}, with commas between them`)
    .option("--force", "overwrite the files that are there");
  define(command, cli, {
    goesBy: "configuration",
    examples: [
      ["init", "asks on a terminal"],
      [`init --app 1400000000 --connectors ${someTypes()}`, "asks nothing"],
    ],
    exits: { 2: "an answer is missing or cannot be, or there is a configuration already; nothing was written" },
    act: (options: InitOptions) => init(cli, options),
  });
}

async function init(cli: Cli, options: InitOptions): Promise<ExitCode> {
  const yaml = resolve(cli.io.cwd, cli.configFile());
  const env = join(dirname(yaml), ".env.example");
  if (options.force !== true) await refuseExisting([yaml, env], cli);
  const known = builtInTypes();
  const sdkAppId = await answer(cli, options.app, "--app", "SDKAppID (from the Chat console): ", readApp);
  const question = `Where shall unsubscribes go? Any of ${known.join(", ")}, with commas between them: `;
  const types = await answer(cli, options.connectors, "--connectors", question, (text) => readTypes(text, known));
  const files = renderInit({
    sdkAppId,
    connectors: await Promise.all(types.map(loadBuiltIn)),
    program: cli.io.name,
  });
  try {
    await mkdir(dirname(yaml), { recursive: true });
    await writeFile(yaml, files.yaml);
    await writeFile(env, files.env);
    await provideSchema(dirname(yaml));
  } catch (error) {
    throw new CommandEnd(`The files cannot be written: ${errorLine(error)}`, EXIT.usage);
  }
  sayNext(cli, cli.configFile(), shortest(cli, env));
  return EXIT.ok;
}

async function refuseExisting(files: readonly string[], cli: Cli): Promise<void> {
  for (const file of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    throw new CommandEnd(
      `${shortest(cli, file)} is there already and was left as it is; --force overwrites it, --config names another file`,
      EXIT.usage,
    );
  }
}

/** A right answer, or what is wrong with it. */
type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** From the flag, else from the terminal until it is right. */
async function answer<T>(
  { io, complain }: Cli,
  given: string | undefined,
  flag: string,
  question: string,
  read: (text: string) => Reading<T>,
): Promise<T> {
  if (given !== undefined) {
    const reading = read(given);
    if (reading.ok) return reading.value;
    throw new CommandEnd(`${flag}: ${reading.why}`, EXIT.usage);
  }
  if (io.ask === undefined) {
    const todo = `give --app and --connectors, as in: init --app 1400000000 --connectors ${someTypes()}`;
    throw new CommandEnd(`${flag} is missing, and there is no terminal to ask on; ${todo}`, EXIT.usage);
  }
  for (;;) {
    const reading = read(await io.ask(question));
    if (reading.ok) return reading.value;
    complain(reading.why);
  }
}

function readApp(text: string): Reading<number> {
  const isApp = /^[1-9]\d{0,14}$/.test(text.trim());
  if (isApp) return { ok: true, value: Number(text) };
  return { ok: false, why: `"${shown(text, 64)}" is no SDKAppID; it is a number such as 1400000000` };
}

function readTypes(text: string, known: readonly string[]): Reading<readonly string[]> {
  const words = [...new Set(text.toLowerCase().split(/[\s,]+/))].filter((word) => word !== "");
  if (words.length === 0) return { ok: false, why: `name at least one of ${known.join(", ")}` };
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return { ok: true, value: words };
  const near = nearest(unknown, known);
  const todo = near === undefined ? `possible: ${known.join(", ")}` : `did you mean "${near}"?`;
  return { ok: false, why: `"${shown(unknown, 64)}" is not known; ${todo}` };
}

/** Editors find it beside the configuration. */
async function provideSchema(folder: string): Promise<void> {
  const schema = fileURLToPath(new URL(`../../../config/${SCHEMA}`, import.meta.url));
  const target = join(folder, SCHEMA);
  if (target !== schema) await copyFile(schema, target);
}

function sayNext({ io, say, paint }: Cli, yaml: string, env: string): void {
  const named = yaml === defaultConfig(io) ? "" : ` --config ${yaml}`;
  const steps = [
    [`cp ${env} .env`, "then fill in the credentials"],
    [`${io.name} check${named}`, "every fault at once, with what to do"],
    [`${io.name} check --live${named}`, "does what you named exist over there?"],
    [`${io.name} preview --user jared${named}`, "what would be sent; sends nothing"],
    [`${io.name} serve${named}`, "run it"],
  ] as const;
  const width = Math.max(...steps.map(([line]) => line.length));
  say(`${paint.green("✓")} ${yaml} and ${env} are written. Next:`);
  for (const [line, what] of steps) say(`  ${line.padEnd(width)}  ${paint.dim(`# ${what}`)}`);
}

function shortest({ io }: Cli, file: string): string {
  const path = relative(io.cwd, file);
  return path.startsWith("..") ? file : path;
}
