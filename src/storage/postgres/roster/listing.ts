/** Who seems to be missing is listed, or, of a dry pass, only told. */
import type { Missing } from "../../contract/missing.ts";
import type { Pass } from "../../contract/passes.ts";
import { numberOrNull } from "../../rules/rows.ts";
import type { Transaction } from "../context.ts";
import { NOW, type Row, type Value } from "../values.ts";

const LIST = `
  INSERT INTO missing AS m (app, account, user_id, state, subscribe_time, seen_at, back, found_at, pass, why, entry)
  SELECT $1, $2, n.user_id, n.state, n.time, n.seen_at, n.back, ${NOW}, $3, NULL, n.entry
  FROM unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[])
    AS n (user_id, state, time, seen_at, back, entry)
  ON CONFLICT (app, account, user_id) DO UPDATE SET state = excluded.state, subscribe_time = excluded.subscribe_time,
    seen_at = CASE WHEN m.subscribe_time = excluded.subscribe_time AND m.state <> 'came_back' THEN m.seen_at ELSE excluded.seen_at END,
    found_at = CASE WHEN m.subscribe_time = excluded.subscribe_time AND m.state <> 'came_back' THEN m.found_at ELSE excluded.found_at END,
    back = excluded.back, pass = excluded.pass, why = NULL, entry = excluded.entry`;

/** What a pass has found of a row of the roster. */
export type Listed = Pick<Missing, "user" | "state" | "subscribeTime" | "seenAt" | "back" | "entry">;

/** Who is listed already, of the same subscription, keeps when they were seen and found. Returns those who are told instead. */
export async function listOrTell(
  { run, now }: Transaction,
  { id, app, account, kind }: Pass,
  found: readonly Listed[],
): Promise<readonly Missing[]> {
  if (found.length === 0) return [];
  if (kind === "dry") {
    const foundAt = await now();
    return found.map((one) => ({ ...one, app, account, foundAt, pass: id, why: null }));
  }
  const column = <T extends Value>(of: (one: Listed) => T): T[] => found.map(of);
  await run(
    LIST,
    ...[app, account, id, column((m) => m.user), column((m) => m.state), column((m) => m.subscribeTime)],
    ...[column((m) => m.seenAt), column((m) => m.back), column((m) => m.entry)],
  );
  return [];
}

/** When rows were last known to be true: each by its own event, or by the pass before. */
export async function seenBefore({ one }: Transaction, { app, account }: Pass): Promise<(row: Row) => number> {
  const known = await one("SELECT read_at FROM roster_accounts WHERE app = $1 AND account = $2", app, account);
  const read = numberOrNull(known?.read_at) ?? 0;
  return (row) => numberOrNull(row.seen_at) ?? Math.max(Number(row.subscribe_time), read);
}
