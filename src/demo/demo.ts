/** The demo from beginning to end: start, tell the story, show what became of it, stay if asked to. */

import { invitationBy } from "../admin/invitation.ts";
import { duration } from "../basics/format.ts";
import { sleep } from "../basics/waiting.ts";
import { CommandEnd } from "../cli/command-end.ts";
import { EXIT, type ExitCode, type Io, type Output } from "../cli/io.ts";
import { run } from "../cli/program.ts";
import { columnsOf, type Paint } from "../cli/terminal/printer.ts";
import { stopRequested } from "../cli/terminal/stopping.ts";
import { fitted } from "../cli/terminal/wrap.ts";
import { errorLine } from "../operations/error-line.ts";
import type { OfferedStandIn } from "../operations/sandbox/stand-ins.ts";
import { openChat } from "./chat.ts";
import { tellEnding } from "./ending.ts";
import { type Numbers, readNumbers } from "./numbers.ts";
import { type DemoParts, startDemoParts } from "./parts.ts";
import { CAST, scenario } from "./scenario.ts";
import type { Note } from "./screen.ts";
import { type DemoStage, openStage, showLook } from "./stage.ts";
import { tellStory } from "./story.ts";
import { startWatch } from "./watch.ts";

export interface DemoOptions {
  readonly io: Io;
  readonly paint: Paint;
  /** Keep everything running at the end, until a stop signal. */
  readonly stay: boolean;
  /** Types of further destinations, each with a stand-in. */
  readonly with: readonly OfferedStandIn[];
}

/** Time to read a line of the story, in milliseconds. */
const READING_MS = 800;

export async function playDemo(options: DemoOptions): Promise<ExitCode> {
  const { io, paint } = options;
  const began = performance.now();
  const say = sayOn(io);
  const places = ["HubSpot", "Segment", "a webhook", ...options.with.map(({ type }) => type.type)];
  say(paint.bold(`From Chat's callback to ${enumerated(places)}, with nothing lost.`));
  say(paint.dim("All of them are stand-ins on this machine; nothing leaves it."));
  say();
  const script = scenario(Date.now());
  const parts = await startDemoParts(script, io, options.with).catch(notStarted);
  try {
    const stage = openStage(io.out, paint, () => performance.now() - began);
    stage.note({ tone: "act", text: `The bridge takes callbacks at ${parts.url}` });
    const isWell = await play(script, parts, stage, options);
    if (!isWell) {
      io.err.write(`The bridge's log tells more: ${parts.folder.log}\n`);
      return EXIT.notWell;
    }
    await sayNext(parts, options, say);
    if (options.stay) await stay(parts, stage, io);
    return EXIT.ok;
  } finally {
    await parts.close();
  }
}

const sayOn =
  (io: Io) =>
  (line = ""): void =>
    io.out.write(`${fitted(line, columnsOf(io, io.out))}\n`);

function notStarted(error: unknown): never {
  throw new CommandEnd(`The demo cannot be started: ${errorLine(error)}`, EXIT.unreachable);
}

/** `a, b and c`. */
function enumerated(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Returns whether all went well. */
async function play(
  script: ReturnType<typeof scenario>,
  parts: DemoParts,
  stage: DemoStage,
  options: DemoOptions,
): Promise<boolean> {
  const { io, paint } = options;
  const { folder } = parts;
  const chat = openChat(parts.url, parts.chatItself);
  const watch = watchOn(parts, stage);
  const command = async (...args: string[]) => {
    await commandOutput(args, folder.config, options);
  };
  const tell = async (note: Note) => {
    stage.note(note);
    if (io.out.isTerminal) await sleep(READING_MS);
  };
  const failure = await tellStory(script, { parts, chat, watch, command, tell }).then(
    () => undefined,
    (error: unknown) => errorLine(error),
  );
  await watch.stop();
  stage.end();
  if (failure !== undefined) {
    io.err.write(`The demo has failed: ${failure}\n`);
    return false;
  }
  const say = sayOn(io);
  say();
  return await tellEnding({
    parts,
    chat,
    paint,
    say,
    output: (...args) => commandOutput(args, folder.config, options),
    typed: (words) => `${io.name} ${words}`,
  });
}

function watchOn({ storage, config }: DemoParts, stage: DemoStage) {
  let before: Numbers | undefined;
  return startWatch(
    () => readNumbers(storage, config()),
    (now) => {
      showLook(stage, before, now);
      before = now;
    },
  );
}

/** Of what a command prints, in the story. */
const INDENT = 2;

/** `COLUMNS` goes before what the terminal says, for a command in the story as well. */
function narrowed(io: Io): Io["env"] {
  const columns = columnsOf(io, io.out);
  return io.env.COLUMNS === undefined || columns === Number.POSITIVE_INFINITY
    ? io.env
    : { ...io.env, COLUMNS: String(columns - INDENT) };
}

/** What a command of the bridge prints. Rejects with what it complained of when it fails. */
async function commandOutput(args: readonly string[], config: string, { io }: DemoOptions): Promise<string> {
  let out = "";
  let err = "";
  const collect = (output: Output, write: (text: string) => void): Output => ({
    write,
    isTerminal: output.isTerminal,
    // it is shown further right
    columns: output.columns - INDENT,
    ...(output.rows !== undefined && { rows: output.rows }),
  });
  const exitCode = await run([...args, "--config", config], {
    ...io,
    env: narrowed(io),
    ask: undefined,
    out: collect(io.out, (text) => {
      out += text;
    }),
    // progress is not drawn into the table
    err: {
      ...collect(io.err, (text) => {
        err += text;
      }),
      isTerminal: false,
    },
  });
  if (exitCode !== EXIT.ok) throw new Error(`${args.join(" ")}: ${err === "" ? out : err}`);
  return out;
}

async function sayNext(
  { folder, url, metrics, config }: DemoParts,
  { io, paint, stay }: DemoOptions,
  say: (line?: string) => void,
): Promise<void> {
  // what is to be copied is not broken
  const typed = (words: string) => io.out.write(`  ${io.name} ${words} -c ${folder.config}\n`);
  say(paint.bold(stay ? "Play with it, in another terminal; Ctrl-C here ends it" : "What to try next"));
  if (stay) {
    const invitation = await invitationBy(config(), undefined, Date.now());
    if (invitation.tag === "invited") {
      say(paint.dim(`  # in a browser: logs in once, within ${duration(invitation.until - Date.now())}`));
      io.out.write(`  ${invitation.url}\n`);
      say(paint.dim("  # prints another such address"));
      typed("console");
    }
    say(paint.dim(`  # the callback URL is ${url}`));
    typed("send --user sample-1 --user nobody-knows-me");
    typed("send --user sample-2 --show");
    typed("status --watch");
    typed("trace nobody-knows-me");
    say(paint.dim(`  # the partner knows ${CAST.refused} by now`));
    typed(`dead-letters replay --user ${CAST.refused} --yes`);
    say(paint.dim("  # for Prometheus: write its host and port into config/monitoring/prometheus.yaml"));
    say(`  ${metrics}`);
  } else {
    say(paint.dim("  # the bridge has ended, its store is still there: ask it"));
    typed("status");
    typed(`trace ${CAST.unknown}`);
    typed("dead-letters list");
    say(paint.dim("  # the same with everything kept running, to play with"));
    say(`  ${io.name} demo --stay`);
    say(paint.dim("  # your own: asks, and writes config/bridge.yaml; --sandbox sends to stand-ins"));
    say(`  ${io.name} init`);
  }
  say(paint.dim("  # configuration, store, dead letters and the bridge's log; remove it at will"));
  say(`  ${folder.path}`);
}

/** Until a stop signal; whatever a person does meanwhile is seen in the table. */
async function stay(parts: DemoParts, stage: DemoStage, io: Io): Promise<void> {
  parts.destinations.refused.delete(CAST.refused);
  const watch = watchOn(parts, stage);
  await stopRequested(io);
  await watch.stop();
  stage.end();
}
