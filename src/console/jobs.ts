/** What takes longer than anybody waits for a page: begun by one, and shown to all with its time. Kept in memory, the latest of each. */
import { errorWords } from "../basics/error-words.ts";
import type { InBackground } from "../operations/deliveries/plan-runs.ts";

export interface Job<Result> {
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  readonly end:
    | { readonly tag: "running" }
    | { readonly tag: "done"; readonly at: number; readonly result: Result }
    | { readonly tag: "failed"; readonly at: number; readonly words: string };
}

export interface JobOf<Result> {
  latest(): Job<Result> | undefined;
  /** Does nothing while one is under way. */
  begin(by: string, work: (signal: AbortSignal) => Promise<Result>): void;
}

export function openJob<Result>(what: string, inBackground: InBackground, clock: () => number): JobOf<Result> {
  let latest: Job<Result> | undefined;
  return {
    latest: () => latest,
    begin(by, work) {
      if (latest?.end.tag === "running") return;
      const begunAt = clock();
      latest = { by, begunAt, end: { tag: "running" } };
      inBackground(what, async (signal) => {
        try {
          const result = await work(signal);
          latest = { by, begunAt, end: { tag: "done", at: clock(), result } };
        } catch (error) {
          latest = { by, begunAt, end: { tag: "failed", at: clock(), words: errorWords(error) } };
        }
      });
    },
  };
}
