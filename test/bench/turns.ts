/** Two processes under the same load, in turns: each slice is compared with the one before it, for machines drift. */
import { postCallback } from "../support/callbacks.ts";
import { type LoadResult, load } from "./load.ts";
import type { Process } from "./processes.ts";
import { signedUrl } from "./setup.ts";
import { type BenchOptions, median } from "./table.ts";

export interface Turns {
  readonly ours: readonly LoadResult[];
  readonly theirs: readonly LoadResult[];
  /** Median of the shares of each turn. */
  readonly share: number;
}

export async function inTurns(
  ours: Process,
  theirs: Process,
  connections: number,
  { rounds, seconds }: Pick<BenchOptions, "rounds" | "seconds">,
): Promise<Turns> {
  // a service runs for long: what the first seconds cost to compile is not counted, on either side
  await loadAlone(theirs, [ours], connections, seconds);
  await loadAlone(ours, [theirs], connections, seconds);
  const turns: { ours: LoadResult; theirs: LoadResult }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await loadAlone(theirs, [ours], connections, seconds);
    turns.push({ theirs: before, ours: await loadAlone(ours, [theirs], connections, seconds) });
  }
  return {
    ours: turns.map((turn) => turn.ours),
    theirs: turns.map((turn) => turn.theirs),
    share: median(turns.map((turn) => turn.ours.requestsPerSecond / turn.theirs.requestsPerSecond)),
  };
}

/** Those that are not measured have work left from before, and must not do it now. */
export async function loadAlone(
  measured: Process,
  others: readonly Process[],
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  for (const other of others) {
    await answered(other);
    other.pause();
  }
  const result = await load({ url: signedUrl(measured), connections, seconds });
  for (const other of others) other.resume();
  return result;
}

/** Resolves when nothing waits for a commit: a bridge that stands still in the midst of one takes its store to be broken. */
export async function answered({ said }: Process): Promise<void> {
  // again after a 503, which one says that was stopped for long
  if (!(await postCallback(`${said.url}${said.path}`, { users: ["bench"] }))) throw new Error("it was not taken");
}

export const rate = (results: readonly LoadResult[]): number =>
  median(results.map((result) => result.requestsPerSecond));
