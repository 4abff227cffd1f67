/** The roster against the pages of a pass: who is missing. */

import type { Lost, RosterStep, Vanished } from "../../contract/held-pass.ts";
import type { Missing } from "../../contract/missing.ts";
import type { Pass, Sifted } from "../../contract/passes.ts";
import { settledBy } from "../../rules/healing.ts";
import { SETTLED } from "../../rules/missing.ts";
import { LOST, VANISHED } from "../../rules/roster-rows.ts";
import type { Context, Row } from "../context.ts";
import { list, missingBy, seenAt } from "./listing.ts";
import { isRead } from "./pages.ts";
import { countInPass, heldPass } from "./passes.ts";
import type { Scratch, Scratches } from "./scratch.ts";

export function sift(
  context: Context,
  scratches: Scratches,
  { after, limit, ...held }: RosterStep,
): Sifted | Vanished | Lost {
  const pass = heldPass(context, held);
  if (pass === undefined) return LOST;
  if (!isRead(context, scratches, pass)) return VANISHED;
  context.run("UPDATE passes SET state = 'sifting' WHERE id = ?", pass.id);
  const scratch = scratches.of(pass.id);
  const rows = rosterPage(context, pass, after, limit);
  const absent = scratch.absent(rows.map(({ user_id }) => String(user_id)));
  const tally = { found: 0, quarantined: 0, known: 0, told: 0 };
  const told: Missing[] = [];
  for (const row of rows) {
    // what began just before or while the pages were read need not be on them
    if (!absent.has(String(row.user_id)) || Number(row.subscribe_time) > settledBy(pass)) continue;
    const { ending, missing } = siftOne(context, pass, scratch, row);
    tally[ending] += 1;
    if (missing === undefined) continue;
    if (pass.kind === "dry") told.push(missing);
    else list(context, missing);
  }
  countInPass(context, pass.id, "looked", rows.length);
  countInPass(context, pass.id, "missing", tally.found + tally.quarantined);
  const { found, quarantined, known } = tally;
  const last = rows.length === limit ? rows.at(-1) : undefined;
  const next = last === undefined ? null : String(last.user_id);
  return { tag: "sifted", looked: rows.length, found, quarantined, known, told, next };
}

function rosterPage({ all }: Context, { app, account }: Pass, after: string | null, limit: number): Row[] {
  const behind = after === null ? "" : "AND user_id > ?";
  const values = after === null ? [app, account, limit] : [app, account, after, limit];
  return all(`SELECT * FROM roster WHERE app = ? AND account = ? ${behind} ORDER BY user_id LIMIT ?`, ...values);
}

/** What becomes of a row that is on no page. */
export interface SiftedOne {
  readonly ending: "found" | "quarantined" | "known" | "told";
  readonly missing?: Missing;
}

export function siftOne(context: Context, pass: Pass, scratch: Pick<Scratch, "named">, row: Row): SiftedOne {
  if (isTold(context, pass, row)) return { ending: "told" };
  // listed as one who had come back, they are gone again: of that nobody has been told
  const listed = context.one(
    "SELECT state FROM missing WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time = ? AND back IS NULL",
    ...[pass.app, pass.account, String(row.user_id), Number(row.subscribe_time)],
  );
  if (SETTLED.includes(listed?.state)) return { ending: "known" };
  const named = scratch.named(String(row.user_id));
  const isNamed = named !== undefined && named.eventTime >= Number(row.subscribe_time);
  const state = isNamed ? "quarantined" : pass.isBaseline ? "baseline" : "found";
  const finding = { state, seenAt: seenAt(context, pass, row), ...(isNamed && { entry: named.entry }) } as const;
  return { ending: isNamed ? "quarantined" : "found", missing: missingBy(pass, row, finding, context.now()) };
}

/** A machine of an older release may have stored it without a look at the roster. */
function isTold({ one }: Context, { app, account }: Pass, row: Row): boolean {
  const told = one(
    `SELECT 1 FROM events WHERE user = ? AND app = ? AND event_time >= ? AND official_account = ? AND kind = 'unsubscribed' LIMIT 1`,
    ...[String(row.user_id), app, Number(row.subscribe_time), account],
  );
  return told !== undefined;
}
