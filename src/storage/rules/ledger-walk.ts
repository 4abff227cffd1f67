/** Walks through the ledger in bounded steps, newest event first: what a step has seen, and where the next one begins. Pure. */
import type { LedgerFilter } from "../contract/questions.ts";
import { isKeyContentMeant, type KeyContent } from "./ledger-content.ts";

/** A line of the ledger, as far as it must be read to know whether it is meant. */
export interface Key extends KeyContent {
  readonly event: number;
  /** A store's own number. */
  readonly connector: number;
  readonly state: string;
  readonly class: string | null;
}

/** Lines in order, newest event first. */
export interface Run {
  readonly keys: readonly Key[];
  /** Whether there may be more behind them. */
  readonly more: boolean;
}

/** A place between the lines: behind this one, whether it is there or not. Of one event, the connectors go backwards too. */
export type Place = Pick<Key, "event" | "connector">;

export interface WalkStep {
  /** Newest event first; all that there is down to `upTo`. */
  readonly keys: readonly Key[];
  /** Null when there are no more. */
  readonly upTo: Place | null;
}

/**
 * The runs of all connectors as one. Where one of them ends early, nobody knows what it has behind that; so what the others have
 * there waits for the next step.
 */
export function merged(runs: readonly Run[]): WalkStep {
  const ends = runs.flatMap(({ keys, more }) => (more ? [keys.at(-1)?.event ?? 0] : []));
  const upTo = ends.length === 0 ? null : Math.max(...ends);
  const keys = runs.flatMap((run) => run.keys).filter(({ event }) => upTo === null || event >= upTo);
  return { keys: keys.sort(newestFirst), upTo: upTo === null ? null : { event: upTo, connector: 0 } };
}

/** One run of all connectors together. */
export function asStep({ keys, more }: Run): WalkStep {
  return { keys, upTo: (more ? keys.at(-1) : undefined) ?? null };
}

/** Whether state and class are meant: what stands in the key of every line. */
export function isMeant(key: Key, { states, class: verdict }: LedgerFilter): boolean {
  const isOfState = states === undefined || states.some((state) => state === key.state);
  return isOfState && (verdict === undefined || key.class === verdict);
}

/** The last event that comes behind a place, for one connector. */
export function lastOf(connector: number, place: Place): number {
  return connector < place.connector ? place.event : place.event - 1;
}

/** What of a step is handed out, by all conditions but the user and `since`, and the place behind it; null when nothing is left. */
export function cut(
  { keys, upTo }: WalkStep,
  filter: LedgerFilter,
  limit: number,
): { readonly chosen: readonly Key[]; readonly place: Place | null } {
  const meant = keys.filter((key) => isMeant(key, filter) && isKeyContentMeant(key, filter));
  const chosen = meant.slice(0, limit);
  return { chosen, place: meant.length > chosen.length ? (chosen.at(-1) ?? null) : upTo };
}

function newestFirst(a: Key, b: Key): number {
  return b.event - a.event || b.connector - a.connector;
}
