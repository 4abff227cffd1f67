/** Long repairs go in steps, each one transaction, and give way between them. */
import { sleep } from "../basics/waiting.ts";

const LEAST_REST_MS = 5;

/**
 * Does a step, and rests for as long as it took. Whoever waits for a SQLite store looks now and then whether it is free: steps
 * without a rest between them kept a bridge out until it took its callbacks to the spool.
 */
export async function inTurns<T>(step: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await step();
  await sleep(Math.max(LEAST_REST_MS, performance.now() - began));
  return result;
}
