/** Who seems to be missing is listed, or, of a dry pass, only told. */
import type { Missing, MissingState } from "../../contract/missing.ts";
import type { Pass } from "../../contract/passes.ts";
import type { Context, Row } from "../context.ts";

/** What a pass has found of a row of the roster. */
export interface RosterFinding {
  readonly state: MissingState;
  readonly seenAt: number;
  readonly back?: number;
  readonly entry?: string;
}

/** As it is listed, or told. */
export function missingBy(
  pass: Pass,
  row: Row,
  { state, seenAt, back, entry }: RosterFinding,
  foundAt: number,
): Missing {
  return {
    ...{ app: pass.app, account: pass.account, user: String(row.user_id), state, seenAt, foundAt, pass: pass.id },
    ...{ subscribeTime: Number(row.subscribe_time), back: back ?? null, why: null, entry: entry ?? null },
  };
}

/** Who is listed already, of the same subscription, keeps when they were seen and found. */
export function list({ run }: Context, missing: Missing): void {
  const { app, account, user, state, subscribeTime, seenAt, back, foundAt, pass, entry } = missing;
  run(
    `INSERT INTO missing (app, account, user_id, state, subscribe_time, seen_at, back, found_at, pass, why, entry)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, ?10)
     ON CONFLICT DO UPDATE SET state = excluded.state, subscribe_time = excluded.subscribe_time,
       seen_at = CASE WHEN subscribe_time = excluded.subscribe_time AND state <> 'came_back' THEN seen_at ELSE excluded.seen_at END,
       found_at = CASE WHEN subscribe_time = excluded.subscribe_time AND state <> 'came_back' THEN found_at ELSE excluded.found_at END,
       back = excluded.back, pass = excluded.pass, why = NULL, entry = excluded.entry`,
    ...[app, account, user, state, subscribeTime, seenAt, back, foundAt, pass, entry],
  );
}

/** When a row was last known to be true: by its own event, or by the pass before. */
export function seenAt({ one }: Pick<Context, "one">, { app, account }: Pass, row: Row): number {
  if (row.seen_at !== null) return Number(row.seen_at);
  const read = one("SELECT read_at FROM roster_accounts WHERE app = ? AND account = ?", app, account)?.read_at;
  return Math.max(Number(row.subscribe_time), Number(read ?? 0));
}
