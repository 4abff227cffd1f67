/** `send`: posts signed sample callbacks to a running bridge, as Chat would. */

import { Option } from "commander";
import { count, number } from "../basics/format.ts";
import { inPlainWords } from "../basics/network-words.ts";
import { jsonLine, shown } from "../basics/text.ts";
import { commandOf } from "../callback.ts";
import type { Config } from "../config/checked-config.ts";
import { shownUrl } from "../connector.ts";
import { signOf } from "../intake/admission/authenticity.ts";
import { errorLine } from "../operations/error-line.ts";
import { type Cli, DEFAULT_CONFIG, defaultConfig } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode } from "./io.ts";
import { openProgress } from "./progress.ts";
import { collected, parseCount } from "./selecting.ts";

interface Options {
  readonly user?: readonly string[];
  readonly count?: number;
  readonly url?: string;
  readonly officialAccount: string;
  readonly operator?: string;
  readonly subscribed?: boolean;
  readonly app?: string;
  readonly json?: boolean;
}

/** Users in one callback. */
const LARGEST_LIST = 100;
const MOST_USERS = 1_000_000;
/** Milliseconds. Chat itself waits for two seconds. */
const TIMEOUT_MS = 10_000;

export function addSend(cli: Cli): void {
  const command = cli.program
    .command("send")
    .description("Post a signed sample callback to a running bridge. Its connectors will really carry it on.")
    .option("--user <id>", "who unsubscribed; may be given several times", collected)
    .option("--count <n>", "so many users more, called sample-1, sample-2 …", parseCount)
    .option("--url <url>", "where the bridge takes callbacks; as configured unless given")
    .option("--official-account <id>", "what they unsubscribed from", "@TOA#_sample")
    .option("--operator <id>", "who did it; the user, or `administrator` for several users")
    .option("--subscribed", "they subscribed instead")
    .addOption(new Option("--app <id>", "the SDKAppID, when several are configured"))
    .option("--json", "for scripts");
  explain(command, cli.io, {
    examples: [
      ["send --user jared", "jared has unsubscribed"],
      ["send --user jared --user leckie --count 1000", "two users, and a thousand more"],
      ["send --user jared --subscribed --url https://bridge.example/callback", "jared is back, at another address"],
    ],
    exits: { 1: "the bridge refused the callback", 3: "the bridge could not be reached" },
  }).action(cli.action((options: Options) => send(cli, options)));
}

async function send(cli: Cli, options: Options): Promise<ExitCode> {
  const users = usersOf(options);
  if (users.length === 0) throw new CommandEnd("Say who: --user ID, or --count N for made-up users.", EXIT.usage);
  const config = await cli.config();
  const callback = { ...appOf(config, options.app), url: urlOf(config, options.url), options };
  const sent = await postAll(cli, callback, users);
  if (options.json) cli.sayJson({ url: shownUrl(callback.url), users: users.length, ...sent });
  else saySent(cli, users, callback.url, sent);
  return sent.ok ? EXIT.ok : EXIT.notWell;
}

/** What all callbacks together came to: the last answer, which is the first that was not OK. */
interface Sent extends Answer {
  /** Users whose callback was answered OK. */
  readonly taken: number;
  readonly ms: number;
}

async function postAll(cli: Cli, sample: Sample, users: readonly string[]): Promise<Sent> {
  const progress = openProgress(cli.io.err);
  const began = performance.now();
  let taken = 0;
  try {
    for (;;) {
      const some = users.slice(taken, taken + LARGEST_LIST);
      const answer = await post(sample, some);
      if (answer.ok) taken += some.length;
      const ms = Math.round(performance.now() - began);
      if (!answer.ok || taken === users.length) return { ...answer, taken, ms };
      progress.show(`${taken} of ${count(users.length, "user")} sent`);
    }
  } finally {
    progress.end();
  }
}

function usersOf({ user = [], count: more = 0 }: Options): string[] {
  if (more > MOST_USERS) throw new CommandEnd(`--count takes at most ${number(MOST_USERS)}.`, EXIT.usage);
  return [...new Set([...user, ...Array.from({ length: more }, (_, index) => `sample-${index + 1}`)])];
}

/** The app to send as, and its first token; none when it takes unsigned callbacks. */
function appOf({ chat }: Config, wanted: string | undefined): { app: string; token: string | undefined } {
  const found = wanted === undefined ? chat.apps[0] : chat.apps.find((app) => String(app.sdk_app_id) === wanted);
  if (found === undefined) {
    const known = chat.apps.map((app) => app.sdk_app_id).join(", ");
    throw new CommandEnd(`The configuration has no app ${shown(wanted ?? "")}; there is ${known}.`, EXIT.usage);
  }
  return { app: String(found.sdk_app_id), token: [found.token ?? []].flat()[0] };
}

function urlOf({ server }: Config, given: string | undefined): URL {
  if (given === undefined) {
    if (server.port === 0) {
      const words =
        "The configured port is 0, which means any: say --url, as the bridge's log names it (bridge.ready).";
      throw new CommandEnd(words, EXIT.usage);
    }
    const anywhere: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
    const host = anywhere[server.host] ?? server.host;
    return new URL(server.path, `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`);
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CommandEnd(`--url is no address; write http://127.0.0.1:8080/callback`, EXIT.usage);
  }
  return url;
}

interface Sample {
  readonly app: string;
  readonly token: string | undefined;
  readonly url: URL;
  readonly options: Options;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** Parsed JSON where it is JSON, else text. */
  readonly answer: unknown;
}

async function post({ app, token, url, options }: Sample, users: readonly string[]): Promise<Answer> {
  const command = commandOf(options.subscribed ? "subscribed" : "unsubscribed");
  const body = {
    CallbackCommand: command,
    Official_Account: options.officialAccount,
    Operator_Account: options.operator ?? (users.length === 1 ? users[0] : "administrator"),
    SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
    EventTime: Date.now(),
  };
  const target = new URL(url);
  const query = {
    SdkAppid: app,
    CallbackCommand: command,
    contenttype: "json",
    OptPlatform: "RESTAPI",
    ...signed(token),
  };
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  try {
    const response = await fetch(target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return judge(response.status, await response.text());
  } catch (error) {
    const todo = "is it running (`serve`), and is the address right (--url)?";
    throw new CommandEnd(
      `The bridge at ${shownUrl(url)} cannot be reached: ${whyUnreachable(error, target)}; ${todo}`,
      EXIT.unreachable,
    );
  }
}

/** `Sign = sha256(Token + RequestTime)` (Chat's callback authentication); RequestTime in seconds. */
function signed(token: string | undefined): Record<string, string> {
  if (token === undefined) return {};
  const requestTime = String(Math.floor(Date.now() / 1_000));
  return { RequestTime: requestTime, Sign: signOf(token, requestTime) };
}

function judge(status: number, text: string): Answer {
  const answer = parsed(text);
  const verdict = typeof answer === "object" && answer !== null ? Reflect.get(answer, "ActionStatus") : undefined;
  return { ok: status === 200 && verdict === "OK", status, answer };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Without the query that was asked with: some runtimes put the whole address into their message, its sign included. */
function whyUnreachable(error: unknown, { search }: URL): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} s`;
  return errorLine(inPlainWords(error)).replaceAll(search, "");
}

function saySent(cli: Cli, users: readonly string[], url: URL, { ok, status, answer, taken, ms }: Sent): void {
  const mark = ok ? cli.paint.green("OK") : cli.paint.red("refused");
  const amount = ok ? count(taken, "user") : `${number(taken)} of ${count(users.length, "user")} taken`;
  cli.say(`${mark}  ${amount}, ${shownUrl(url)}, ${number(ms)} ms`);
  cli.say(`${status} ${shown(typeof answer === "string" ? answer : jsonLine(answer).trimEnd())}`);
  const [first = ""] = users;
  if (ok)
    cli.say(`What became of it: ${cli.io.name} ${traceArguments(first, cli.configFile(), defaultConfig(cli.io))}`);
}

/** As it can be copied into a shell. */
export function traceArguments(user: string, configFile: string, byDefault: string = DEFAULT_CONFIG): string {
  const config = configFile === byDefault ? "" : ` --config ${quoted(configFile)}`;
  return `trace${config} ${user.startsWith("-") ? "-- " : ""}${quoted(user)}`;
}

function quoted(foreign: string): string {
  const text = shown(foreign);
  return /^[\w@./-][\w@#./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
