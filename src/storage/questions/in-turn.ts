/** What is asked is asked one after the other. */

export interface InTurn {
  <T>(act: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  idle(): Promise<unknown>;
}

/** Runs what it is given one after the other, whatever becomes of each; nothing more once `signal` says so. */
export function inTurnUntil(signal: AbortSignal): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = last.then(() => {
      signal.throwIfAborted();
      return act();
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  return Object.assign(inTurn, { idle: () => last });
}
