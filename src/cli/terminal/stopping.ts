/** Stop signals (SIGINT, SIGTERM) as commands obey them. */
import type { Io } from "../io.ts";

/** Exit code of a process that was told twice to stop: 128 and the number of SIGINT. */
export const ABANDONED = 130;
/** The same, as `--help` lists it. */
export const WHEN_ABANDONED = { [ABANDONED]: "a second SIGTERM or SIGINT ended it at once" } as const;
/** Whatever is still open once a command was told to stop (half a request, a question that nobody answers) holds the process so long; milliseconds. */
export const LINGER_MS = 300;

export interface Stopping {
  /** What is still open holds the process for a moment only. */
  readonly lingers?: boolean;
  /** A second signal ends the process at once. */
  readonly abandons?: boolean;
}

/**
 * What is under way ends behind its present step.
 * @param work gets a signal that aborts at the first SIGINT or SIGTERM
 */
export async function stoppable<T>(
  { io }: { readonly io: Pick<Io, "onStopSignal" | "abandon" | "lingerAtMost"> },
  work: (signal: AbortSignal) => Promise<T>,
  { lingers = false, abandons = false }: Stopping = {},
): Promise<T> {
  const stopping = new AbortController();
  const letGo = io.onStopSignal((count) => {
    if (abandons && count > 1) io.abandon(ABANDONED);
    stopping.abort();
    if (lingers) io.lingerAtMost(LINGER_MS);
  });
  try {
    return await work(stopping.signal);
  } finally {
    letGo();
  }
}

/** Resolves at the first signal; the second ends the process. */
export function stopRequested(io: Pick<Io, "onStopSignal" | "abandon">): Promise<void> {
  return new Promise((resolve) => {
    io.onStopSignal((count) => (count === 1 ? resolve() : io.abandon(ABANDONED)));
  });
}
