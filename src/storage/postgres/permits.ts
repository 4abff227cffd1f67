/** Permits of a rate that several machines share: a log of when they may be used, in one row per budget. */
import type { Rate } from "../../connector.ts";
import type { Context, Operations } from "./context.ts";
import { NOW } from "./values.ts";

/** So many permits for the same moment. */
type Grant = readonly [at: number, count: number];

/**
 * Machines use their permits a little late, each by the time that its answer travels: windows are this much longer than the
 * rate's, so that they stay within it nevertheless. What is lost of the rate stays below 5 %.
 */
const SLACK = 1.03;

/**
 * Grants `count` permits so that no window ever holds more than the rate allows. Pure.
 * @param log earlier grants, oldest first
 * @param now milliseconds since 1970
 */
export function grant(
  log: readonly Grant[],
  { requests, perMs }: Rate,
  count: number,
  now: number,
): { readonly times: readonly number[]; readonly log: readonly Grant[] } {
  const window = Math.ceil(perMs * SLACK);
  const times = log.flatMap(([at, permits]) => Array.from({ length: permits }, () => at));
  const before = times.length;
  for (let n = 0; n < count; n += 1) {
    const freed = times.length < requests ? now : (times.at(-requests) ?? now) + window;
    times.push(Math.max(now, times.at(-1) ?? now, freed));
  }
  // what is older says nothing about a window that begins now
  const kept = times.filter((at) => at > now - window).slice(-Math.max(requests, 1));
  return { times: times.slice(before), log: compressed(kept) };
}

function compressed(times: readonly number[]): readonly Grant[] {
  const grants: [number, number][] = [];
  for (const at of times) {
    const last = grants.at(-1);
    if (last?.[0] === at) last[1] += 1;
    else grants.push([at, 1]);
  }
  return grants;
}

interface Asking {
  readonly resolve: (ms: number) => void;
  readonly reject: (error: unknown) => void;
}

export function permitOperations({ transact }: Context): Pick<Operations, "reserve"> {
  const asking = new Map<string, Asking[]>();

  /** Serves everybody who asks for this budget in one transaction, and whoever came meanwhile in the next. */
  async function serve(key: string, rate: Rate): Promise<void> {
    for (let group = asking.get(key) ?? []; group.length > 0; group = asking.get(key) ?? []) {
      asking.set(key, []);
      try {
        const waits = await reserve(key, rate, group.length);
        for (const [index, { resolve }] of group.entries()) resolve(waits[index] ?? rate.perMs);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    asking.delete(key);
  }

  function reserve(key: string, rate: Rate, count: number): Promise<readonly number[]> {
    return transact("work", async ({ run, one }) => {
      await run(`INSERT INTO permits VALUES ($1, ${NOW}, '[]') ON CONFLICT DO NOTHING`, key);
      const locked = await one("SELECT grants FROM permits WHERE key = $1 FOR UPDATE", key);
      const now = Number((await one(`SELECT ${NOW} AS now`))?.now);
      const { times, log } = grant(JSON.parse(String(locked?.grants)) as Grant[], rate, count, now);
      await run("UPDATE permits SET used_at = $2, grants = $3 WHERE key = $1", key, now, JSON.stringify(log));
      return times.map((at) => at - now);
    });
  }

  return {
    reserve: (key, rate) =>
      new Promise((resolve, reject) => {
        const group = asking.get(key);
        if (group !== undefined) {
          group.push({ resolve, reject });
          return;
        }
        asking.set(key, [{ resolve, reject }]);
        void serve(key, rate);
      }),
  };
}
