/**
 * How much of what is stale is kept. A `Sign` never expires for whoever has seen one, and covers no body: with an old URL
 * anybody may send as much as they like. What tells them from honest senders (whose requests are stale when our own clock is
 * off) is `RequestTime`: honest senders show a new one each second, an old URL repeats its own. So of one RequestTime little
 * is kept, and of what lies far behind its app's newest there is a bound that nothing lifts. Pure.
 */
import type { AcceptResult, QuarantineEntry, StaleMark } from "../contract/callbacks.ts";

/** What lay more than this behind the newest RequestTime of its app, in milliseconds, was not sent just then. */
export const FAR_BEHIND_MS = 10 * 60_000;

/** Of one app and RequestTime; bytes of bodies. */
const MOST_OF_ONE_TIME = { entries: 1_000, bytes: 8 * 1024 * 1024 } as const;
/** Of one app, of what lay far behind; bytes with `ENTRY_BYTES`. */
const MOST_FAR_BYTES = 10 * 1024 * 1024;
/** What an entry takes beside its body. */
export const ENTRY_BYTES = 256;

/** `near`: stale, but among the newest that its app has shown. */
export type Standing = "fresh" | "near" | "far";

export function standingOf({ stale }: Pick<QuarantineEntry, "stale">): Standing {
  if (stale === undefined) return "fresh";
  return isFarBehind(stale) ? "far" : "near";
}

export function isFarBehind({ behindMs }: StaleMark): boolean {
  return behindMs > FAR_BEHIND_MS;
}

/** How many entries, and bytes, there are of something. */
export interface Sum {
  readonly entries: number;
  readonly bytes: number;
}

/** What is kept already. */
export interface Sums {
  /** Stale entries of this app and RequestTime; bytes of bodies. */
  ofTime(app: string, requestTime: number): Sum;
  /** Entries of this app that lay far behind; bytes with `ENTRY_BYTES`. */
  far(app: string): Sum;
}

/** Whether there is room for an entry; counts it when there is. Entries that came fresh always have room here. */
export type HasRoom = (entry: QuarantineEntry) => boolean;

export function roomBeside(sums: Sums): HasRoom {
  const known = new Map<string, Sum>();
  const sumOf = (key: string, load: () => Sum): Sum => known.get(key) ?? load();
  return (entry) => {
    const { app, stale, body } = entry;
    if (stale === undefined) return true;
    const timeKey = `${stale.requestTime} ${app}`;
    const ofTime = plus(
      sumOf(timeKey, () => sums.ofTime(app, stale.requestTime)),
      body.length,
    );
    if (ofTime.entries > MOST_OF_ONE_TIME.entries || ofTime.bytes > MOST_OF_ONE_TIME.bytes) return false;
    if (isFarBehind(stale)) {
      const far = plus(
        sumOf(app, () => sums.far(app)),
        entryBytes(entry),
      );
      if (far.bytes > MOST_FAR_BYTES) return false;
      known.set(app, far);
    }
    known.set(timeKey, ofTime);
    return true;
  };
}

/** Rows that go in one transaction of intake at most. */
export const MOST_DROPPED = 5_000;

export interface Parted {
  /** Not kept yet, and there is room for them. */
  readonly added: readonly QuarantineEntry[];
  /** These, and those that are kept already. */
  readonly fitting: readonly QuarantineEntry[];
  /** Ids of all others. */
  readonly unkept: readonly string[];
}

export function parted(
  entries: readonly QuarantineEntry[],
  isKept: (entry: QuarantineEntry) => boolean,
  hasRoom: HasRoom,
): Parted {
  const added = new Map<string, QuarantineEntry>();
  const fitting: QuarantineEntry[] = [];
  const unkept: string[] = [];
  for (const entry of entries) {
    const isThere = added.has(entry.id) || isKept(entry);
    if (!isThere && !hasRoom(entry)) {
      unkept.push(entry.id);
      continue;
    }
    fitting.push(entry);
    if (!isThere) added.set(entry.id, entry);
  }
  return { added: [...added.values()], fitting, unkept };
}

/** What was dropped for others; `more` says that there would be more to drop. */
export interface Dropped {
  readonly ids: ReadonlySet<string>;
  readonly more: boolean;
}

/** Stands only where it says something: for nearly every group there is nothing to say. */
export type Kept = Pick<AcceptResult, "unkept" | "dropped">;

/** What is told of entries, once older ones have gone for them. */
export function keptOf({ fitting, unkept }: Parted, gone: Dropped): Kept & { readonly outside: readonly string[] } {
  const own = fitting.filter(({ id }) => gone.ids.has(id)).map(({ id }) => id);
  // more than one transaction can remove: what is stale must wait for it outside
  const waiting = gone.more ? fitting.filter((entry) => standingOf(entry) !== "fresh" && !gone.ids.has(entry.id)) : [];
  const outside = waiting.map(({ id }) => id);
  const [left, dropped] = [[...unkept, ...own, ...outside], gone.ids.size - own.length];
  return { outside, ...(left.length > 0 && { unkept: left }), ...(dropped > 0 && { dropped }) };
}

/** Nothing had to go. */
export const NOTHING_DROPPED: Dropped = { ids: new Set(), more: false };

/** What an entry counts for, in bytes. */
export function entryBytes({ body }: Pick<QuarantineEntry, "body">): number {
  return body.length + ENTRY_BYTES;
}

function plus({ entries, bytes }: Sum, size: number): Sum {
  return { entries: entries + 1, bytes: bytes + size };
}
