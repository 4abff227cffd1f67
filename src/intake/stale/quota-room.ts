/** Whether there is room in the quota of stale requests, and who must go for it. Pure. */

/** Counts of requests, and bytes of bodies. */
export interface Amount {
  readonly requests: number;
  readonly bytes: number;
}

export interface QuotaLimits extends Amount {
  /** Of one app and RequestTime. */
  readonly ofOneTime: Amount;
}

/** A request that has a place. */
export interface Placed {
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly requestTime: number;
  readonly bytes: number;
  /** It is being stored, and never goes for another. */
  readonly isHeld: boolean;
}

/** Who must go for so much more of this app and time, the oldest first; undefined when not even that would be enough. */
export function leavingFor<P extends Placed>(
  all: readonly P[],
  { app, requestTime }: Pick<Placed, "app" | "requestTime">,
  more: Amount,
  limits: QuotaLimits,
): readonly P[] | undefined {
  const same = all.filter((one) => one.app === app && one.requestTime === requestTime);
  if (!fits(sumOf(same), more, limits.ofOneTime)) return undefined;
  const older = all.filter((one) => !one.isHeld && one.requestTime < requestTime);
  let here = sumOf(all);
  const leaving: P[] = [];
  for (const one of older.sort((a, b) => a.requestTime - b.requestTime)) {
    if (fits(here, more, limits)) break;
    leaving.push(one);
    here = { requests: here.requests - 1, bytes: here.bytes - one.bytes };
  }
  return fits(here, more, limits) ? leaving : undefined;
}

function sumOf(all: readonly Placed[]): Amount {
  return { requests: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function fits(here: Amount, more: Amount, most: Amount): boolean {
  return here.requests + more.requests <= most.requests && here.bytes + more.bytes <= most.bytes;
}
