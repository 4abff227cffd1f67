/** The newest `RequestTime` of each app, as far as it was shown here or is remembered elsewhere. */

export interface NewestTimes {
  /** Returns whether it is the newest so far; `isFirst` of its app. */
  show(app: string, requestTime: number): { readonly isNewest: boolean; readonly isFirst: boolean };
  /** How far it lies behind the newest of its app, in milliseconds. */
  behindMs(app: string, requestTime: number): number;
  /** By app; milliseconds since 1970. */
  all(): Readonly<Record<string, number>>;
}

interface Newest {
  readonly requestTime: number;
  /** When it was shown: since then the sender's clock has run on. */
  readonly shownAt: number;
}

/** Of nearly every request: callbacks of one second share their time. */
const OLDER = { isNewest: false, isFirst: false };

/** @param steady milliseconds of a clock that never jumps */
export function newestTimes(steady: () => number): NewestTimes {
  const newest = new Map<string, Newest>();
  return {
    show(app, requestTime) {
      const before = newest.get(app);
      if (before !== undefined && before.requestTime >= requestTime) return OLDER;
      newest.set(app, { requestTime, shownAt: steady() });
      return { isNewest: true, isFirst: before === undefined };
    },
    behindMs(app, requestTime) {
      const { requestTime: shown, shownAt } = newest.get(app) ?? { requestTime, shownAt: steady() };
      // an old URL that happens to be the newest is told by the time that has gone by since it was shown
      return Math.max(0, Math.round(shown + (steady() - shownAt) - requestTime));
    },
    all: () => Object.fromEntries([...newest].map(([app, { requestTime }]) => [app, requestTime])),
  };
}
