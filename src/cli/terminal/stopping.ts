/** Ctrl-C as a signal: what is under way ends behind its present step. */
import type { Io } from "../io.ts";

/** @param work gets a signal that aborts at the first SIGINT or SIGTERM */
export async function stoppable<T>(
  { io }: { readonly io: Pick<Io, "onStopSignal"> },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  const letGo = io.onStopSignal(() => stopping.abort());
  try {
    return await work(stopping.signal);
  } finally {
    letGo();
  }
}
