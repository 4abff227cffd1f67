/** The words of alarms: which there are, what holds, how far it has come, and what is remembered of it. */

/** By the name of the setting that switches each on. */
export const ALARM_NAMES = [
  ...(["undelivered_after", "paused_after", "refused", "no_callbacks_for", "quarantine", "dead_letters"] as const),
  ...(["unmatched", "spool_older_than", "disk_free_below", "clock_off_by", "healing"] as const),
] as const;
export type AlarmName = (typeof ALARM_NAMES)[number];

/** What is wrong with the store itself, or beside it: each machine remembers these for itself, and tells its own. */
export const OF_MACHINE: ReadonlySet<AlarmName> = new Set(["spool_older_than", "disk_free_below"]);

/** How far it has come, in ascending order. */
export const RUNGS = ["warning", "urgent", "overdue"] as const;
export type Rung = (typeof RUNGS)[number];

/** Whose fault it is that wishes wait: as far as the bridge can tell, and never in the destination's own words, which may name a person. */
export type HeldBy =
  | { readonly tag: "credentials" | "refusing" | "gone"; readonly status?: number }
  | { readonly tag: "trouble"; readonly status?: number }
  | { readonly tag: "person" | "switched_off" | "not_configured" | "slow" };

/** What there is to say of it, beside since when. */
export type Detail =
  | { readonly of: "undelivered_after"; readonly people: number; readonly isMore: boolean; readonly hold: HeldBy }
  /** The router, not a connector, is behind: nobody has read these callbacks yet. */
  | { readonly of: "unread" }
  | { readonly of: "paused_after"; readonly people: number; readonly isMore: boolean; readonly hold: HeldBy }
  | { readonly of: "refused"; readonly count: number; readonly withinMs: number }
  | { readonly of: "no_callbacks_for" }
  | { readonly of: "quarantine"; readonly entries: number }
  | { readonly of: "dead_letters"; readonly rejected: number; readonly expired: number }
  | { readonly of: "unmatched"; readonly count: number }
  | { readonly of: "spool_older_than"; readonly entries: number; readonly isStoreDown: boolean }
  | { readonly of: "disk_free_below"; readonly share: number; readonly bytes: number }
  | { readonly of: "clock_off_by"; readonly offMs: number }
  | { readonly of: "held" | "unreached"; readonly people: number }
  | { readonly of: "void"; readonly passes: number };

/** Every kind of detail that there is something to say of. */
export const DETAILS: Readonly<Record<Detail["of"], true>> = {
  ...{ undelivered_after: true, unread: true, paused_after: true, refused: true, no_callbacks_for: true },
  ...{ quarantine: true, dead_letters: true, unmatched: true, spool_older_than: true, disk_free_below: true },
  ...{ clock_off_by: true, held: true, unreached: true, void: true },
};

/** Something that is as nobody wants it, at this moment. */
export interface Holding {
  readonly name: AlarmName;
  /** What it is about: a connector, an app, a volume, a host, an account; empty: the bridge. */
  readonly subject: string;
  /** Since when, milliseconds since 1970; absent: since it was first seen. */
  readonly since?: number;
  /** How long it may be so, milliseconds; `null`: it rings as soon as it is so. */
  readonly deadlineMs: number | null;
  readonly detail: Detail;
}

/** What is remembered of an alarm that is on, or about to end. */
export interface AlarmState {
  readonly name: AlarmName;
  readonly subject: string;
  readonly since: number;
  readonly deadlineMs: number | null;
  /** The highest that was told; `null`: nothing was. */
  readonly rung: Rung | null;
  readonly toldAt: number | null;
  /** How often it was told again since. */
  readonly repeats: number;
  /** Since when it is no more; `null`: it is. */
  readonly clearAt: number | null;
  readonly detail: Detail;
}

export const alarmKey = ({ name, subject }: Pick<AlarmState, "name" | "subject">): string =>
  subject === "" ? name : `${name}/${subject}`;
