/** How long a call has waited for permits of its rate: its destination has nothing to do with that. Known by the call's signal. */

const waited = new WeakMap<AbortSignal, number>();

/** A call waited for so many milliseconds more. */
export function noteWaited(signal: AbortSignal | undefined, ms: number): void {
  if (signal !== undefined) waited.set(signal, waitedFor(signal) + ms);
}

/** Milliseconds that the call of this signal has waited. */
export function waitedFor(signal: AbortSignal): number {
  return waited.get(signal) ?? 0;
}
