/** Callbacks as they came, the events in them, and what could not be understood. */
import type { Event } from "../../connector.ts";
import type { Actor } from "./audit.ts";

/** An authentic callback as it came, with what its URL said. The raw body is the truth; events are derived from it. */
export interface Callback {
  readonly app: string;
  readonly command: string;
  readonly platform: string;
  readonly clientIp: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly body: Uint8Array;
}

/** A callback that the store holds. */
export interface StoredCallback extends Callback {
  readonly seq: number;
}

/** An authentic request that we could not understand, or one user of it; kept raw, replayable. */
export interface QuarantineEntry extends Callback {
  /** The same fault of the same body is kept once: a hash of both. */
  readonly id: string;
  /** What was wrong, in our words. */
  readonly fault: string;
  /** A body that was not kept (too large) is empty; its size in bytes is here in either case. */
  readonly size: number;
  /** Absent when it came fresh, and where 0.1.0 has kept it. */
  readonly stale?: StaleMark;
  /** Absent: its body is as it came. */
  readonly edited?: Edited;
}

/** By whose hand a body is another than the one that came, and since when. */
export interface Edited {
  readonly by: Actor;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The body as it came; left out where entries are listed. */
  readonly original?: Uint8Array;
}

/** Another body for an entry of the quarantine. */
export interface QuarantineEdit {
  readonly id: string;
  /** The body that was seen: one that is another by now is left alone. */
  readonly before: Uint8Array;
  readonly body: Uint8Array;
}

/** `gone`: there is no such entry (any more); `changed`: somebody else has edited it meanwhile. */
export type EditResult = "edited" | "gone" | "changed";

/** Where in time a request stood that was not fresh: its `Sign` was right, its `RequestTime` too far from our clock. */
export interface StaleMark {
  /** What it said, in milliseconds since 1970; less `receivedAt`, it tells how far it was off. */
  readonly requestTime: number;
  /** How far it lay behind the newest RequestTime of its app when it came, in milliseconds; 0: it was the newest itself. */
  readonly behindMs: number;
}

export interface Intake {
  readonly callbacks: readonly Callback[];
  readonly quarantine: readonly QuarantineEntry[];
}

/** What one callback turned out to hold, or a part of it. */
export interface Expansion {
  readonly callback: number;
  readonly events: readonly Event[];
  readonly quarantine: readonly QuarantineEntry[];
  /**
   * There when it comes in several parts, each in an `expand` of its own: the callback stays unread until the last one, so that
   * a crash in between begins anew. Without it, it is all of it.
   */
  readonly part?: "more" | "last";
}

/** An event that the store holds. */
export interface StoredEvent extends Event {
  /** Grows in the order in which events became visible: a cursor over it misses nothing. */
  readonly seq: number;
}

/** What was read again, and is taken in now. */
export interface TakenIn {
  /** Absent where nothing but `quarantine` is left of it. */
  readonly callback?: Callback;
  /** Parts of it that are not understood. */
  readonly quarantine: readonly QuarantineEntry[];
  /** Ids of entries of the quarantine that it was read from; none where a raw callback was read again. */
  readonly served: readonly string[];
}

export interface TakeInResult {
  /** Indexes of those that were not taken in, with why: then their entries stay. All others are durable. */
  readonly refused: readonly { readonly index: number; readonly why: string }[];
}

export interface AcceptResult {
  /** Indexes into `intake.callbacks` that the store refuses, with why; all others are durable. */
  readonly refused: readonly { readonly index: number; readonly why: string }[];
  /** Ids of quarantine entries that the quarantine's bounds leave no room for. */
  readonly unkept?: readonly string[];
  /** How many older entries of the quarantine had to go. */
  readonly dropped?: number;
}
