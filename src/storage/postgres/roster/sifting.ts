/** The roster against the pages of a pass: who is missing. */
import type { Lost, RosterStep, Vanished } from "../../contract/held-pass.ts";
import type { Pass, Sifted } from "../../contract/passes.ts";
import { settledBy } from "../../rules/healing.ts";
import { SETTLED } from "../../rules/missing.ts";
import { LOST, VANISHED } from "../../rules/roster-rows.ts";
import { numberOrNull } from "../../rules/rows.ts";
import type { Transaction } from "../context.ts";
import type { Row } from "../values.ts";
import { type Listed, listOrTell, seenBefore } from "./listing.ts";
import { isRead } from "./pages.ts";
import { countInPass, heldPass } from "./passes.ts";

/** `$1` the pass, `$2` app, `$3` account, `$4` behind whom, `$5` how many. */
const ROSTER_PAGE = `
  SELECT r.user_id, r.subscribe_time, r.seen_at,
    (SELECT 1 FROM pass_people p WHERE p.pass = $1 AND p.user_id = r.user_id) IS NOT NULL AS there
  FROM roster r WHERE r.app = $2 AND r.account = $3 AND ($4::text IS NULL OR r.user_id > $4) ORDER BY r.user_id LIMIT $5`;

/** Of those on no page: whether an unsubscription is known, how they are listed, and who in the quarantine names them. */
const ABSENT = `
  SELECT n.user_id, n.time AS subscribe_time, n.seen_at,
    -- a machine of an older release may have stored it without a look at the roster
    (SELECT e.seq FROM events e WHERE e.user_id = n.user_id AND e.app = $2 AND e.event_time >= n.time AND e.official_account = $3
       AND e.kind = 'unsubscribed' LIMIT 1) IS NOT NULL AS told,
    -- listed as one who had come back, they are gone again: of that nobody has been told
    (SELECT m.state FROM missing m WHERE m.app = $2 AND m.account = $3 AND m.user_id = n.user_id AND m.subscribe_time = n.time
       AND m.back IS NULL) AS listed,
    (SELECT q.entry FROM pass_named q WHERE q.pass = $1 AND q.user_id = n.user_id AND q.event_time >= n.time) AS entry
  FROM unnest($4::text[], $5::bigint[], $6::bigint[]) AS n (user_id, time, seen_at)`;

export async function sift(
  transaction: Transaction,
  { after, limit, ...held }: RosterStep,
): Promise<Sifted | Vanished | Lost> {
  const pass = await heldPass(transaction, held);
  if (pass === undefined) return LOST;
  if (!(await isRead(transaction, pass))) return VANISHED;
  await transaction.run("UPDATE passes SET state = 'sifting' WHERE id = $1", pass.id);
  const rows = await transaction.rows(ROSTER_PAGE, pass.id, pass.app, pass.account, after, limit);
  // what began just before or while the pages were read need not be on them
  const absent = rows.filter(({ there, subscribe_time: time }) => there !== true && Number(time) <= settledBy(pass));
  const open = (await lookedUp(transaction, pass, absent)).filter(({ told }) => told !== true);
  const known = open.filter(({ listed }) => SETTLED.includes(listed));
  const seenAt = await seenBefore(transaction, pass);
  const missing = open.filter(({ listed }) => !SETTLED.includes(listed)).map((row) => listedAs(pass, row, seenAt(row)));
  const told = await listOrTell(transaction, pass, missing);
  await countInPass(transaction, pass.id, "looked", rows.length);
  await countInPass(transaction, pass.id, "missing", missing.length);
  const quarantined = missing.filter(({ state }) => state === "quarantined").length;
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    ...{ tag: "sifted", looked: rows.length, found: missing.length - quarantined, quarantined, told },
    ...{ known: known.length, next: last === undefined ? null : String(last.user_id) },
  };
}

async function lookedUp({ rows }: Transaction, pass: Pass, absent: readonly Row[]): Promise<readonly Row[]> {
  if (absent.length === 0) return [];
  return rows(
    ABSENT,
    ...[pass.id, pass.app, pass.account, absent.map(({ user_id: user }) => String(user))],
    ...[absent.map((row) => Number(row.subscribe_time)), absent.map((row) => numberOrNull(row.seen_at))],
  );
}

function listedAs({ isBaseline }: Pass, row: Row, seenAt: number): Listed {
  const entry = row.entry === null ? null : String(row.entry);
  const state = entry !== null ? "quarantined" : isBaseline ? "baseline" : "found";
  return {
    ...{ user: String(row.user_id), state, seenAt, back: null, entry },
    subscribeTime: Number(row.subscribe_time),
  };
}
