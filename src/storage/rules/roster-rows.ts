/** Rows of rosters and passes as the contract's objects. Both stores name their columns alike. */

import type { AccountKey, RosterAccount, RosterScope } from "../contract/accounts.ts";
import type { Act } from "../contract/audit.ts";
import type { Coverage } from "../contract/healing.ts";
import type { Lost, Vanished } from "../contract/held-pass.ts";
import type { Missing, MissingState } from "../contract/missing.ts";
import type { Pass, PassKind, PassState, PassWish } from "../contract/passes.ts";
import type { AccountStatus } from "../contract/roster.ts";
import { isInScope } from "./healing.ts";
import { numberOrNull } from "./rows.ts";

/** The pass is another's by now. */
export const LOST: Lost = { tag: "lost" };
/** What it has read is gone. */
export const VANISHED: Vanished = { tag: "vanished" };

/** By column. */
type Row = Readonly<Record<string, unknown>>;

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const isYes = (value: unknown): boolean => value === true || Number(value) === 1;

/** The scopes that are kept; undefined: no roster is. */
export function scopesOf(row: Row | undefined): readonly RosterScope[] | undefined {
  return typeof row?.scopes === "string" ? (JSON.parse(row.scopes) as RosterScope[]) : undefined;
}

export function accountOf(row: Row): RosterAccount {
  const since = numberOrNull(row.no_account_since);
  return {
    app: String(row.app),
    account: String(row.account),
    knownSince: Number(row.known_since),
    baselineAt: numberOrNull(row.baseline_at),
    readAt: numberOrNull(row.read_at),
    people: Number(row.people),
    noAccount: since === null ? null : { since, at: Number(row.no_account_at) },
    toldAt: numberOrNull(row.told_at),
    unheard: Number(row.unheard),
  };
}

export function passOf(row: Row): Pass {
  return {
    id: String(row.id),
    app: String(row.app),
    account: String(row.account),
    kind: row.kind as PassKind,
    state: row.state as PassState,
    why: textOrNull(row.why),
    begunAt: Number(row.begun_at),
    endedAt: numberOrNull(row.ended_at),
    chatTime: Number(row.chat_time),
    isBaseline: isYes(row.baseline),
    subscribers: Number(row.subscribers),
    pages: Number(row.pages),
    people: Number(row.people),
    next: String(row.next),
    looked: Number(row.looked),
    missing: Number(row.missing),
    held: Number(row.held),
    healed: Number(row.healed),
  };
}

export function missingOf(row: Row): Missing {
  return {
    app: String(row.app),
    account: String(row.account),
    user: String(row.user_id),
    state: row.state as MissingState,
    subscribeTime: Number(row.subscribe_time),
    seenAt: Number(row.seen_at),
    back: numberOrNull(row.back),
    foundAt: Number(row.found_at),
    pass: String(row.pass),
    why: textOrNull(row.why),
    entry: textOrNull(row.entry),
  };
}

export function coverageOf(row: Row): Coverage {
  return {
    app: String(row.app),
    account: String(row.account),
    month: String(row.month),
    told: Number(row.told),
    found: Number(row.found),
    longestMs: Number(row.longest_ms),
  };
}

/** So many wishes are told at once. */
export const WISHES = 1_000;

export function wishOf(row: Row): PassWish {
  const act = JSON.parse(String(row.act)) as Act;
  return { app: String(row.app), account: String(row.account), at: Number(row.wished_at), act };
}

/** @param counts rows of `app`, `account`, `state` and `n` */
export function countsOf({ app, account }: AccountKey, counts: readonly Row[]): AccountStatus["missing"] {
  const own = counts.filter((row) => row.app === app && row.account === account);
  return Object.fromEntries(own.map(({ state, n }) => [state as MissingState, Number(n)]));
}

/** The accounts of a status: those in scope, as many as are told of. */
export function accountsTold(
  rows: readonly Row[],
  scopes: readonly RosterScope[],
  most: number,
): { readonly accounts: readonly RosterAccount[]; readonly more: boolean } {
  const all = rows.map(accountOf).filter(({ app, account }) => isInScope(scopes, app, account));
  return { accounts: all.slice(0, most), more: all.length > most };
}
