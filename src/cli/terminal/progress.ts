/** Progress of what takes longer than a second: one line that changes on a terminal, else a plain line now and then. */

import { printableLines } from "../../basics/text.ts";
import { cutToWidth } from "../../basics/width.ts";
import type { Io, Output } from "../io.ts";

export interface Progress {
  /** What is under way, in words; may be called as often as one likes. */
  show(words: string): void;
  /** Nothing is under way any more; removes the line. */
  end(): void;
}

/** Shows the progress of `work` on standard error while it lasts. */
export async function withProgress<T>(
  { io }: { readonly io: Pick<Io, "err"> },
  work: (show: Progress["show"]) => Promise<T>,
): Promise<T> {
  const progress = openProgress(io.err);
  try {
    return await work(progress.show);
  } finally {
    progress.end();
  }
}

/** Milliseconds before anything is said. */
const PATIENCE_MS = 1_000;
const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;

const CLEAR_LINE = "\r\u001b[2K";

/** @param clock milliseconds that only grow */
export function openProgress(output: Output, clock: () => number = () => performance.now()): Progress {
  const { isTerminal } = output;
  let next = clock() + PATIENCE_MS;
  let isShown = false;
  return {
    show(words) {
      const now = clock();
      if (now < next) return;
      next = now + (isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS);
      const line = printableLines(words).replaceAll("\n", " ");
      output.write(isTerminal ? CLEAR_LINE + cutToWidth(line, output.columns - 1) : `${line}\n`);
      isShown = true;
    },
    end() {
      if (isShown && isTerminal) output.write(CLEAR_LINE);
      isShown = false;
    },
  };
}
