/**
 * `init`: the few questions there are, and a first configuration from the answers. No operation: it asks on a terminal and writes
 * files beside the command line, before there is a store.
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { readAsset } from "../../basics/assets.ts";
import { straightened } from "../../basics/look-alikes.ts";
import { shown } from "../../basics/text.ts";
import { builtInTypes, loadBuiltIn } from "../../config/connector-types/built-in.ts";
import { type InitFiles, renderInit } from "../../config/derived/init.ts";
import { fileErrorLine } from "../../config/files/error-line.ts";
import { replaceText } from "../../config/files/replace.ts";
import { FIRST_PORT, offeredStandIns, urlOf } from "../../operations/sandbox/stand-ins.ts";
import { type Cli, defaultConfig } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { FileFailed, isThere, makeFile } from "../new-file.ts";
import { parsePort } from "../selecting.ts";
import { readTypes, type TypedAnswer } from "../type-words.ts";

interface InitOptions {
  readonly app?: string;
  readonly connectors?: string;
  readonly force?: true;
  /** The first port of the stand-ins, where it was given. */
  readonly sandbox?: true | number;
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
    .option("--sandbox [port]", "send to the stand-ins of `sandbox`: needs no account, and asks nothing", parsePort)
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
  if (options.force !== true) await refuseExisting(options.sandbox === undefined ? [yaml, env] : [yaml], cli);
  const files = options.sandbox === undefined ? await askedFiles(cli, options) : await sandboxFiles(cli, options);
  try {
    await mkdir(dirname(yaml), { recursive: true });
    await writeText(yaml, files.yaml);
    if (files.env !== undefined) await writeText(env, files.env);
    await provideSchema(dirname(yaml));
  } catch (error) {
    const cause = error instanceof FileFailed ? error.cause : error;
    throw new CommandEnd(`The files cannot be written: ${fileErrorLine(cause)}`, EXIT.usage);
  }
  if (options.sandbox === undefined) sayNext(cli, cli.configFile(), shortest(cli, env));
  else sayNextSteps(cli, `${cli.configFile()} is`, sandboxSteps(cli, options.sandbox));
  return EXIT.ok;
}

/** As a whole or not at all: a full disk leaves neither half a file nor nothing of one that was there. */
async function writeText(path: string, text: string): Promise<void> {
  if (await isThere(path)) await replaceText(path, text);
  else await makeFile(path, READABLE, (append) => append(text));
}

/** Less what the umask takes away. */
const READABLE = 0o666;

async function askedFiles(cli: Cli, options: InitOptions): Promise<InitFiles> {
  const known = builtInTypes();
  const sdkAppId = await answer(cli, options.app, "--app", "SDKAppID (from the Chat console): ", readApp);
  const question = `Where shall unsubscribes go? Any of ${known.join(", ")}, with commas between them: `;
  const types = await answer(cli, options.connectors, "--connectors", question, (text) => readTypes(text, known));
  return renderInit({ sdkAppId, connectors: await Promise.all(types.map(loadBuiltIn)), program: cli.io.name });
}

/** As in Chat's documentation. */
const SAMPLE_APP = "1400000000";

/** Asks nothing: of all types that have a stand-in, unless some are named. */
async function sandboxFiles(cli: Cli, { app = SAMPLE_APP, connectors, sandbox }: InitOptions): Promise<InitFiles> {
  const offered = await offeredStandIns(firstPortOf(sandbox));
  const known = offered.map(({ type }) => type.type);
  const sdkAppId = await answer(cli, app, "--app", "", readApp);
  const wanted = await answer(cli, connectors ?? known.join(","), "--connectors", "", (text) => readTypes(text, known));
  const yamls = new Map(offered.map(({ type, standIn, port }) => [type.type, standIn.yaml(urlOf(port))]));
  return renderInit({
    sdkAppId,
    connectors: offered.map(({ type }) => type).filter(({ type }) => wanted.includes(type)),
    program: cli.io.name,
    sandbox: { chatToken: "${CHAT_CALLBACK_TOKEN:-sandbox-chat-token}", yamlOf: (type) => yamls.get(type) ?? "" },
  });
}

function firstPortOf(sandbox: InitOptions["sandbox"]): number {
  return typeof sandbox === "number" ? sandbox : FIRST_PORT;
}

async function refuseExisting(files: readonly string[], cli: Cli): Promise<void> {
  for (const file of files) {
    if (!(await isThere(file))) continue;
    throw new CommandEnd(
      `${shortest(cli, file)} is there already and was left as it is; --force overwrites it, --config names another file`,
      EXIT.usage,
    );
  }
}

/** From the flag, else from the terminal until it is right. */
async function answer<T>(
  { io, complain }: Cli,
  given: string | undefined,
  flag: string,
  question: string,
  read: (text: string) => TypedAnswer<T>,
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

function readApp(text: string): TypedAnswer<number> {
  const digits = straightened(text).trim();
  if (/^[1-9]\d{0,14}$/.test(digits)) return { ok: true, value: Number(digits) };
  return { ok: false, why: `"${shown(text, 64)}" is no SDKAppID; it is a number such as 1400000000` };
}

/** Editors find it beside the configuration; in the checkout's own folder it is there already. */
async function provideSchema(folder: string): Promise<void> {
  const schema = await readAsset("config/bridge.schema.json");
  const target = join(folder, SCHEMA);
  if ((await readFile(target, "utf8").catch(() => "")) !== schema) await writeFile(target, schema);
}

type Step = readonly [line: string, what: string];

function sayNext(cli: Cli, yaml: string, env: string): void {
  const { name } = cli.io;
  const named = namedConfig(cli);
  sayNextSteps(cli, `${yaml} and ${env} are`, [
    [`cp ${env} .env`, "then fill in the credentials"],
    [`${name} check${named}`, "every fault at once, with what to do"],
    [`${name} check --live${named}`, "does what you named exist over there?"],
    [`${name} preview --user jared${named}`, "what would be sent; sends nothing"],
    [`${name} serve${named}`, "run it"],
  ]);
}

function sandboxSteps(cli: Cli, sandbox: InitOptions["sandbox"]): readonly Step[] {
  const { name } = cli.io;
  const named = namedConfig(cli);
  const port = typeof sandbox === "number" ? ` --port ${sandbox}` : "";
  return [
    [`${name} sandbox${port}`, "starts the stand-ins, and shows what they get"],
    [`${name} serve${named}`, "in another terminal: runs the bridge"],
    [`${name} send --user jared --show${named}`, "in a third one: jared unsubscribes, and you see each request"],
  ];
}

function namedConfig(cli: Cli): string {
  const yaml = cli.configFile();
  return yaml === defaultConfig(cli.io) ? "" : ` --config ${yaml}`;
}

function sayNextSteps({ say, paint }: Cli, what: string, steps: readonly Step[]): void {
  say(`${paint.green("✓")} ${what} written. Next:`);
  for (const [line, why] of steps) say(`${paint.dim(`  # ${why}`)}\n  ${line}`);
}

function shortest({ io }: Cli, file: string): string {
  const path = relative(io.cwd, file);
  return path.startsWith("..") ? file : path;
}
