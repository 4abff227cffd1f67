/**
 * What whoever tells people of trouble asks of a store: how long wishes are owed, and what has been told already. Alarms and notices are
 * texts of whoever tells (JSON): a store only keeps them, for a restart and for other machines.
 */

import type { AccountKey } from "./accounts.ts";
import type { Act } from "./audit.ts";

// --- what has been told ---------------------------------------------------------------------------------------------

/** An alarm that is on, or is about to end. */
export interface KeptAlarm {
  readonly key: string;
  readonly state: string;
}

/** A notice that was decided on, and that nobody is known to have been told. */
export interface KeptNotice {
  readonly id: string;
  readonly notice: string;
  /** How often it was tried in vain. */
  readonly tries: number;
  /** When it is to be tried, milliseconds since 1970. */
  readonly dueAt: number;
}

/** Somebody wants to hear nothing of an alarm for a while. */
export interface Silence {
  /** The alarm's name, perhaps with what it is about. */
  readonly name: string;
  /** Milliseconds since 1970: it ends by itself. */
  readonly until: number;
  readonly why: string;
  /** Who it was. */
  readonly actor: string;
  readonly at: number;
}

export interface KeptAlarms {
  /** By key. */
  readonly alarms: readonly KeptAlarm[];
  /** Those that have not ended, by name. */
  readonly silences: readonly Silence[];
}

/** What is shown to whoever asks. */
export interface ShownAlarms extends KeptAlarms {
  /** Notices that nobody is known to have been told, counted to 10,000. */
  readonly untold: number;
}

/** All that whoever tells goes by. */
export interface AlarmBook extends KeptAlarms {
  /** The oldest hundred: those behind them come once these are told, or nobody tries any more. */
  readonly notices: readonly KeptNotice[];
  /** The store's clock, milliseconds since 1970. */
  readonly now: number;
}

/** Who tells, for so long without another word. */
export interface Teller {
  /** Fresh for each start. */
  readonly holder: string;
  readonly leaseMs: number;
}

/** What is written of one round. */
export interface AlarmChanges extends Teller {
  readonly keep?: readonly KeptAlarm[];
  /** By key. */
  readonly drop?: readonly string[];
  /** To be told from now on. */
  readonly notice?: Pick<KeptNotice, "id" | "notice">;
  /** By id: told, or nobody tries any more. */
  readonly ended?: readonly string[];
  readonly later?: readonly { readonly id: string; readonly delayMs: number }[];
}

/** The store's side of telling. What holds for every method of a store holds here (storage.ts). */
export interface AlarmStore {
  /** Takes, or renews, the right to tell; `null`: another machine has it. A store of one machine gives it to whoever asks. */
  openAlarms(teller: Teller): Promise<AlarmBook | null>;
  /** All or nothing. False, and nothing is changed, when another has the right by now. */
  noteAlarms(changes: AlarmChanges): Promise<boolean>;
  /** Nothing is told of this alarm for so long; an earlier silence of this name ends. */
  silenceAlarm(
    silence: { readonly name: string; readonly forMs: number; readonly why: string },
    act: Act,
  ): Promise<Silence>;
}

// --- what there is to tell ------------------------------------------------------------------------------------------

/** Waiting deliveries of one connector: those that it owes, and apart from them those of people whom the destination does not know. */
export interface Owed {
  /** When the oldest event was received; of more than 10,000, of those that are due first. `null`: none waits. */
  readonly oldestAt: number | null;
  /** One a person, those behind them left out; no further than 10,000, `isMore` says so. */
  readonly people: number;
  readonly isMore: boolean;
  /** One a person whom the destination does not know; no further than 10,000, `isMore` says so. */
  readonly unknown: { readonly people: number; readonly isMore: boolean };
}

/** Dead letters of one connector, as far as one look goes. */
export interface GivenUp {
  readonly rejected: number;
  readonly expired: number;
  readonly unmatched: number;
  /** The event from which the next look goes on; `null`: that was all. */
  readonly next: number | null;
}

/** What else is watched. */
export interface Watched {
  /** By app: the newest RequestTime of any genuine request, milliseconds since 1970. */
  readonly heardAt: Readonly<Record<string, number>>;
  /** When the oldest callback was received that is not read yet. */
  readonly unreadSince: number | null;
  /** Rosters of official accounts; at most 200. */
  readonly rosters: readonly RosterWatched[];
}

export interface RosterWatched extends AccountKey {
  /** People who wait for a person's word, of the first 10,000 who are missing. */
  readonly held: number;
  /** Found missing since a callback told of anybody. */
  readonly unheard: number;
  /** The latest passes in a row that were void. */
  readonly voids: number;
  /** When the latest of these ended, or the account's latest pass. */
  readonly at: number | null;
}

/** How a store is looked at for it: each look reads a bounded number of rows, by index. */
export interface AlarmLooks {
  alarms(): Promise<ShownAlarms>;
  owed(connector: string): Promise<Owed>;
  /** @param from `next` of the look before; 0: from the beginning @param rows read at most so many */
  givenUp(connector: string, from: number, rows: number): Promise<GivenUp>;
  watched(): Promise<Watched>;
}
