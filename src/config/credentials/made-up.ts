/** Credentials that are openly made up, for stand-ins on this machine: they open nothing, and may stand anywhere. Pure. */

/** `sandbox-…`, plain or as a webhook's secret. */
const MADE_UP = /^(?:sandbox-|whsec_c2FuZGJveC)/;

export function isMadeUp(secret: string): boolean {
  return MADE_UP.test(secret);
}
