/** How often a chat may be written to. Who writes faster is blocked, with whatever else is written by the same way. Pure. */

/** So many messages in a window, milliseconds. */
export interface Pace {
  readonly messages: number;
  readonly perMs: number;
}

/**
 * Asks for a message to be sent now. Returns milliseconds until the next one may go: 0 when this one may, which then counts.
 */
export function openPaces(paces: readonly Pace[]): (now: number) => number {
  const longest = Math.max(0, ...paces.map(({ perMs }) => perMs));
  let sent: number[] = [];
  return (now) => {
    // a clock that was turned back must not silence anybody for long
    sent = sent.filter((at) => at > now - longest && at <= now);
    const waits = paces.map(({ messages, perMs }) => {
      const nth = sent.at(-messages);
      return nth === undefined ? 0 : Math.max(0, nth + perMs - now);
    });
    const wait = Math.max(0, ...waits);
    if (wait === 0) sent.push(now);
    return wait;
  };
}
