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
 * @param limits how long each permit may have to wait at most, milliseconds; what would wait longer is not granted
 * @returns when each may be used, or could have been
 */
export function grant(
  log: readonly Grant[],
  { requests, perMs }: Rate,
  count: number,
  now: number,
  limits: readonly number[] = [],
): { readonly times: readonly number[]; readonly log: readonly Grant[] } {
  const window = Math.ceil(perMs * SLACK);
  const granted = log.flatMap(([at, permits]) => Array.from({ length: permits }, () => at));
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const freed = granted.length < requests ? now : (granted.at(-requests) ?? now) + window;
    const at = Math.max(now, granted.at(-1) ?? now, freed);
    times.push(at);
    if (at - now <= (limits[n] ?? Number.POSITIVE_INFINITY)) granted.push(at);
  }
  // what is older says nothing about a window that begins now
  const kept = granted.filter((at) => at > now - window).slice(-Math.max(requests, 1));
  return { times, log: compressed(kept) };
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
  readonly atMostMs: number;
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
        const waits = await reserve(
          key,
          rate,
          group.map(({ atMostMs }) => atMostMs),
        );
        for (const [index, { resolve }] of group.entries()) resolve(waits[index] ?? rate.perMs);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    asking.delete(key);
  }

  function reserve(key: string, rate: Rate, limits: readonly number[]): Promise<readonly number[]> {
    return transact("work", async ({ run, one }) => {
      await run(`INSERT INTO permits VALUES ($1, ${NOW}, '[]') ON CONFLICT DO NOTHING`, key);
      const locked = await one("SELECT grants FROM permits WHERE key = $1 FOR UPDATE", key);
      const now = Number((await one(`SELECT ${NOW} AS now`))?.now);
      const { times, log } = grant(JSON.parse(String(locked?.grants)) as Grant[], rate, limits.length, now, limits);
      await run("UPDATE permits SET used_at = $2, grants = $3 WHERE key = $1", key, now, JSON.stringify(log));
      return times.map((at) => at - now);
    });
  }

  return {
    reserve: (key, rate, atMostMs = Number.POSITIVE_INFINITY) =>
      new Promise((resolve, reject) => {
        const group = asking.get(key);
        if (group !== undefined) {
          group.push({ atMostMs, resolve, reject });
          return;
        }
        asking.set(key, [{ atMostMs, resolve, reject }]);
        void serve(key, rate);
      }),
  };
}
