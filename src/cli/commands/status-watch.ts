/** `status --watch`: looks again and again, through the reader alone, and holds nothing between two looks. */

import { time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { restAfter, sleep, within } from "../../basics/waiting.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Known } from "../../operations/known.ts";
import type { Operations } from "../../operations/operations.ts";
import { statusAsJson } from "../../operations/status/status.ts";
import type { Cli } from "../cli.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { openDrawing } from "../terminal/drawing.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { stoppable } from "../terminal/stopping.ts";
import { fittedLines } from "../terminal/wrap.ts";
import { type StatusShown, statusLine, statusText } from "./status-text.ts";

/** Milliseconds between two looks; more where an answer takes long. */
const EVERY_MS = 2_000;
/** A store that has not answered after so long is said to be silent; it is asked once, however long it takes. */
const PATIENCE_MS = 5_000;

/** Where it is shown. */
interface Display {
  seen(telling: StatusShown): void;
  /** @param why in words; what was seen last is as old as it is */
  unanswered(why: string, now: number): void;
  end(): void;
}

export async function watchStatus(
  cli: Cli,
  { json = false }: JsonOption,
  operations: Operations,
  known: Known,
): Promise<ExitCode> {
  const display = displayFor(cli, json);
  const watch = (signal: AbortSignal) => watching(display, lookingBy(cli, operations, known), signal);
  try {
    await stoppable(cli, watch, { lingers: true });
    return EXIT.ok;
  } finally {
    display.end();
  }
}

async function watching(display: Display, look: () => Promise<StatusShown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    try {
      const telling = await unlessStopped(within(PATIENCE_MS, "the store", look()), signal);
      if (telling !== undefined) display.seen(telling);
    } catch (error) {
      display.unanswered(errorLine(error), Date.now());
    }
    await sleep(restAfter(performance.now() - began, EVERY_MS), signal).catch(() => undefined);
  }
}

/** Undefined as soon as `signal` says so; `work` then goes unheard. */
function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener("abort", stop, { once: true });
  return Promise.race([work, stopped]).finally(() => signal.removeEventListener("abort", stop));
}

/** One question at a time: one that has found no answer yet is waited for, and not asked again. */
function lookingBy(cli: Cli, operations: Operations, atFirst: Known): () => Promise<StatusShown> {
  let known = atFirst;
  let underWay: Promise<StatusShown> | undefined;
  async function ask(): Promise<StatusShown> {
    // a bridge takes a changed file over, and must not be said to have missed it
    known = await cli.knownNow(known);
    return { report: await operations.status(known), known, now: Date.now() };
  }
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

function displayFor(cli: Cli, isJson: boolean): Display {
  if (isJson) return jsonLines(cli);
  return cli.io.out.isTerminal ? drawn(cli) : plainLines(cli);
}

function jsonLines(cli: Cli): Display {
  return {
    seen: ({ report, now }) => cli.sayJsonLine({ at: time(now), trouble: null, ...statusAsJson(report) }),
    unanswered: (why, now) => cli.sayJsonLine({ at: time(now), trouble: why }),
    end: () => undefined,
  };
}

function plainLines(cli: Cli): Display {
  return {
    seen: (telling) => cli.say(statusLine(telling)),
    unanswered: (why, now) => cli.say(`${time(now)}  the store does not answer: ${shown(why)}`),
    end: () => undefined,
  };
}

function drawn(cli: Cli): Display {
  const { paint } = cli;
  const drawing = openDrawing(cli.io.out);
  let last: StatusShown | undefined;
  const draw = (head: string) => {
    const rest = last === undefined ? "" : `\n\n${statusText(last, cli)}`;
    drawing.draw(fittedLines(cli.hidden(`${head}${rest}`), cli.width()));
  };
  return {
    seen(telling) {
      last = telling;
      draw(paint.dim(`as of ${time(telling.now)}, every ${EVERY_MS / 1_000} s until Ctrl-C`));
    },
    unanswered(why, now) {
      const before = last === undefined ? "" : `; this is how it was at ${time(last.now)}`;
      draw(paint.red(`${time(now)}: the store does not answer: ${shown(why)}${before}`));
    },
    end: drawing.end,
  };
}
