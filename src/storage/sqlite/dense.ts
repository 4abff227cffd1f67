/** Events that lie close together: a statement reads all that is between the first and the last, also what was settled long ago. */

/** A range is read, or written, where at least so much of it is wanted. */
const DENSE = 2 / 3;

/** Whether they are in their order, with few others between them: what came together is due together. Pure. */
export function isDense(events: readonly number[]): boolean {
  const [first = 0, last = 0] = [events[0], events.at(-1)];
  return (
    events.length >= DENSE * (last - first + 1) &&
    events.every((event, at) => at === 0 || event > (events[at - 1] ?? 0))
  );
}
