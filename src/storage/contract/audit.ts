/** Who did what to a store, and who looked up whom: kept where logs would have been rotated away. */

/** Where somebody sits who does something. */
export type Front = "terminal" | "page" | "api";

export interface Actor {
  readonly name: string;
  readonly front: Front;
  /** False where nobody has checked that it is who it says, as at a terminal. */
  readonly proven: boolean;
}

/** What changes something. Later ones join: whoever reads rows may find what it does not know. */
export type RepairOperation =
  | "replay"
  | "discard"
  | "retry"
  | "pause"
  | "resume"
  | "quarantine_replay"
  | "quarantine_edit"
  | "callbacks_reread"
  | "reconcile_discard"
  | "reconcile_release"
  | "alerts_silence"
  | "reconcile_run"
  | "reconcile_dry_run"
  | "restore";

/** Something that somebody does. Its row is written in the transaction of the change, and only where something changes, or `noteAct` says so. */
export interface Act {
  /** Fresh for each thing that is done. All steps under one id are one row, whose count grows with each. */
  readonly id: string;
  readonly actor: Actor;
  readonly operation: RepairOperation;
  /** What was meant; JSON can hold it. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** The user's id in Chat, where one person alone is meant. */
  readonly person?: string;
}

/** Somebody looks up a person, or takes persons out of the store. */
export interface LookUp {
  readonly actor: Actor;
  readonly operation: "search" | "export";
  /** The user's id in Chat; absent where an export is of many. */
  readonly person?: string;
  readonly filter: Readonly<Record<string, unknown>>;
  /** How many were found. */
  readonly count: number;
}

export interface AuditRow {
  /** Grows with each row. */
  readonly id: string;
  readonly actor: Actor;
  /** A `RepairOperation`, what a `LookUp` is, or what a newer release does. */
  readonly operation: string;
  readonly person: string | null;
  readonly filter: Readonly<Record<string, unknown>>;
  /** Deliveries, connectors, callbacks or events that were changed or found. */
  readonly count: number;
  /** When it began, and when its latest step was done: milliseconds since 1970. */
  readonly at: number;
  readonly until: number;
}

/** Which rows are meant. All given conditions hold together; texts compare exactly. */
export interface AuditFilter {
  readonly person?: string;
  /** The actor's name. */
  readonly actor?: string;
  readonly operation?: string;
  /** Begun at or after, milliseconds since 1970. */
  readonly since?: number;
  /** Begun before, milliseconds since 1970. */
  readonly until?: number;
}

/** For how long rows are kept, and how many of them. */
export interface AuditLimits {
  /** `null`: for ever. */
  readonly retentionMs: number | null;
  /** Beyond so many searches the oldest go, younger than that or not; what was changed stays. */
  readonly searches: number;
}
