/**
 * A connector's own clock: the milliseconds that it has run, neither paused nor told to wait, while something waited for it.
 * Pure.
 */
import type { ConnectorRow } from "../contract/connectors.ts";

export interface ClockLook {
  /** The store's clock, milliseconds since 1970. */
  readonly at: number;
  /** When the clock was moved on last, by the store's clock. */
  readonly lastAt: number;
  /** Whether anything waits. */
  readonly waits: boolean;
  /** How often it is moved on, in milliseconds. */
  readonly tickMs: number;
}

/**
 * How far to move it on: by what it ran since the last look, never by a jump or a pause. All machines look through the same
 * window, so it runs no faster for their number.
 * @returns milliseconds, to be written with the time of this look; undefined when nothing is to be written
 */
export function tick(
  { state }: Pick<ConnectorRow, "state">,
  { at, lastAt, waits, tickMs }: ClockLook,
): number | undefined {
  const passed = at - lastAt;
  if (passed >= 0 && (passed < tickMs || !waits)) return undefined;
  const runs = state.status === "ready" || (state.status === "backing_off" && !state.told);
  return runs && waits ? Math.max(0, Math.min(passed, 2 * tickMs)) : 0;
}
