/** `send`: posts signed sample callbacks to a running bridge, as Chat would. */

import { Option } from "commander";
import { count, number } from "../../basics/format.ts";
import { jsonLine, shown } from "../../basics/text.ts";
import type { Config } from "../../config/checked-config.ts";
import { shownUrl } from "../../connector.ts";
import { reachable } from "../../listener/serve.ts";
import { afterRefusal, postSample, postSamples, type SampleAnswer, type SentSamples } from "../../operations/sample.ts";
import { type Cli, defaultConfig } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { configArgument, traceArguments } from "../copied.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { collected, parseCount } from "../selecting.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { withProgress } from "../terminal/progress.ts";
import { WHEN_ABANDONED } from "../terminal/stopping.ts";
import { bodyFrom } from "../typed-body.ts";
import { showSent } from "./send-show.ts";

interface Options extends JsonOption {
  readonly user?: readonly string[];
  readonly count?: number;
  readonly url?: string;
  readonly officialAccount: string;
  readonly operator?: string;
  readonly subscribed?: boolean;
  readonly app?: string;
  readonly show?: boolean;
  readonly body?: string;
}

const MOST_USERS = 1_000_000;

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
    .option("--show", "follow what becomes of it: each request and answer, until every connector has done what it can")
    .option(
      "--body <file>",
      "a body of your own instead, - for standard input: what nobody understands goes into the quarantine",
    )
    .addOption(new Option("--app <id>", "the SDKAppID, when several are configured"));
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["send --user jared", "jared has unsubscribed"],
      ["send --user jared --show", "and what each destination is asked and answers"],
      ["send --user jared --user leckie --count 1000", "two users, and a thousand more"],
      ["send --body broken.json", "what Chat might send that nobody understands"],
      ["send --user jared --subscribed --url https://bridge.example/callback", "jared is back, at another address"],
    ],
    exits: {
      1: "the bridge refused the callback; with --show, it did not arrive everywhere",
      3: "the bridge could not be reached; with --show, nor could the store",
      ...WHEN_ABANDONED,
    },
    act: (options: Options) => send(cli, options),
  });
}

async function send(cli: Cli, options: Options): Promise<ExitCode> {
  if (options.body !== undefined) return sendBody(cli, options, options.body);
  const users = usersOf(options);
  if (users.length === 0) throw new CommandEnd("Say who: --user ID, or --count N for made-up users.", EXIT.usage);
  if (options.show === true) return sendAndShow(cli, options, users);
  const config = await cli.config();
  const target = { ...appOf(config, options.app), url: urlOf(config, options.url) };
  const sample = sampleOf(options);
  const sent = await withProgress(cli, (show) =>
    postSamples(target, users, sample, (taken) => show(`${taken} of ${count(users.length, "user")} sent`)),
  );
  cli.show(
    options,
    () => ({ url: shownUrl(target.url), users: users.length, ...sent }),
    () => saySent(cli, users, target.url, sent),
  );
  return sent.ok ? EXIT.ok : EXIT.notWell;
}

/** Signed as any other, and as it stands in the file. */
async function sendBody(cli: Cli, options: Options, file: string): Promise<ExitCode> {
  if (options.user !== undefined || options.count !== undefined || options.show === true)
    throw new CommandEnd("--body says all that is sent: give no --user, --count or --show beside it.", EXIT.usage);
  const config = await cli.config();
  const body = await bodyFrom(cli, file);
  const target = { ...appOf(config, options.app), url: urlOf(config, options.url) };
  const callback = { ...sampleOf(options), operator: options.operator ?? "", users: [], platform: "RESTAPI", body };
  const sent = await postSample(target, { ...callback, eventTime: Date.now() });
  cli.show(
    options,
    () => ({ url: shownUrl(target.url), ...sent }),
    () => sayBodySent(cli, target.url, sent),
  );
  return sent.ok ? EXIT.ok : EXIT.notWell;
}

function sayBodySent(cli: Cli, url: URL, { ok, status, answer }: SampleAnswer): void {
  cli.say(`${ok ? cli.paint.green("OK") : cli.paint.red("refused")}  ${shownUrl(url)}`);
  cli.say(`${status} ${shown(typeof answer === "string" ? answer : jsonLine(answer).trimEnd())}`);
  const hint = ok ? undefined : afterRefusal(status);
  if (hint !== undefined) cli.say(hint);
  // to 400 what was signed has been kept
  if (status !== 400) return;
  const config = configArgument(cli.configFile(), defaultConfig(cli.io));
  cli.sayExactly(`What nobody understands is kept: ${cli.io.name} quarantine list${config}`);
}

function sampleOf({ officialAccount, operator, subscribed }: Options) {
  const kind = subscribed ? "subscribed" : "unsubscribed";
  return { kind, officialAccount, ...(operator !== undefined && { operator }) } as const;
}

async function sendAndShow(cli: Cli, options: Options, users: readonly string[]): Promise<ExitCode> {
  const [user, another] = users;
  if (user === undefined || another !== undefined) {
    throw new CommandEnd("--show follows one person: give one --user, and no --count.", EXIT.usage);
  }
  return cli.withConfiguredStore((operations, config) => {
    const target = { ...appOf(config, options.app), url: urlOf(config, options.url) };
    return showSent(cli, options, { user, target, sample: sampleOf(options), config, operations });
  });
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
    return new URL(server.path, `http://${reachable(server.host)}:${server.port}`);
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CommandEnd(`--url is no address; write http://127.0.0.1:8080/callback`, EXIT.usage);
  }
  return url;
}

function saySent(cli: Cli, users: readonly string[], url: URL, { ok, status, answer, taken, ms }: SentSamples): void {
  const mark = ok ? cli.paint.green("OK") : cli.paint.red("refused");
  const amount = ok ? count(taken, "user") : `${number(taken)} of ${count(users.length, "user")} taken`;
  cli.say(`${mark}  ${amount}, ${shownUrl(url)}, ${number(ms)} ms`);
  cli.say(`${status} ${shown(typeof answer === "string" ? answer : jsonLine(answer).trimEnd())}`);
  const hint = ok ? undefined : afterRefusal(status);
  if (hint !== undefined) cli.say(hint);
  const [first = ""] = users;
  if (ok)
    cli.sayExactly(
      `What became of it: ${cli.io.name} ${traceArguments(first, cli.configFile(), defaultConfig(cli.io))}`,
    );
}
