/** The roster against the pages of a pass: who is missing, and who is there. */
import type { MergeStep, MissingState, Pass, Subscriber } from "../../contract/roster.ts";
import { isAnother, secondOf, settledBy } from "../../rules/healing.ts";
import type { Context, Operations, Row } from "../context.ts";
import { countInPass, heldPass, LOST } from "./passes.ts";
import type { Scratch, Scratches } from "./scratch.ts";

/** Whom a person must decide on, or nobody can: a later pass lists them no second time. */
const SETTLED: readonly unknown[] = ["held", "baseline", "no_moment"] satisfies MissingState[];

export function siftingOperations(
  context: Context,
  scratches: Scratches,
): Pick<Operations, "siftRoster" | "mergePages"> {
  const { all, one, run, now } = context;

  function rosterPage({ app, account }: Pass, after: string | null, limit: number): Row[] {
    const behind = after === null ? "" : "AND user_id > ?";
    const values = after === null ? [app, account, limit] : [app, account, after, limit];
    return all(`SELECT * FROM roster WHERE app = ? AND account = ? ${behind} ORDER BY user_id LIMIT ?`, ...values);
  }

  /** A machine of an older release may have stored it without a look at the roster. */
  function isTold({ app, account }: Pass, row: Row): boolean {
    const told = one(
      `SELECT 1 FROM events WHERE user = ? AND app = ? AND event_time >= ? AND official_account = ? AND kind = 'unsubscribed' LIMIT 1`,
      ...[String(row.user_id), app, Number(row.subscribe_time), account],
    );
    return told !== undefined;
  }

  function list(pass: Pass, row: Row, missing: { state: MissingState; back?: number; entry?: string; seenAt: number }) {
    run(
      `INSERT INTO missing (app, account, user_id, state, subscribe_time, seen_at, back, found_at, pass, why, entry)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, ?10)
       ON CONFLICT DO UPDATE SET state = excluded.state, subscribe_time = excluded.subscribe_time,
         seen_at = CASE WHEN subscribe_time = excluded.subscribe_time AND state <> 'came_back' THEN seen_at ELSE excluded.seen_at END,
         found_at = CASE WHEN subscribe_time = excluded.subscribe_time AND state <> 'came_back' THEN found_at ELSE excluded.found_at END,
         back = excluded.back, pass = excluded.pass, why = NULL, entry = excluded.entry`,
      ...[pass.app, pass.account, String(row.user_id), missing.state, Number(row.subscribe_time), missing.seenAt],
      ...[missing.back ?? null, now(), pass.id, missing.entry ?? null],
    );
  }

  /** When a row was last known to be true: by its own event, or by the pass before. */
  function seenAt({ app, account }: Pass, row: Row): number {
    if (row.seen_at !== null) return Number(row.seen_at);
    const read = one("SELECT read_at FROM roster_accounts WHERE app = ? AND account = ?", app, account)?.read_at;
    return Math.max(Number(row.subscribe_time), Number(read ?? 0));
  }

  /** What becomes of a row that is on no page. */
  function siftOne(pass: Pass, scratch: Scratch, row: Row): "found" | "quarantined" | "known" | "told" {
    if (isTold(pass, row)) return "told";
    const listed = one(
      "SELECT state FROM missing WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time = ?",
      ...[pass.app, pass.account, String(row.user_id), Number(row.subscribe_time)],
    );
    if (SETTLED.includes(listed?.state)) return "known";
    const named = scratch.named(String(row.user_id));
    const isNamed = named !== undefined && named.eventTime >= Number(row.subscribe_time);
    const state = isNamed ? "quarantined" : pass.isBaseline ? "baseline" : "found";
    list(pass, row, { state, ...(isNamed && { entry: named.entry }), seenAt: seenAt(pass, row) });
    return isNamed ? "quarantined" : "found";
  }

  function mergeOne(pass: Pass, person: Subscriber, step: MergeStep): "added" | "cameBack" | "there" {
    const of = [pass.app, pass.account, person.user] as const;
    const row = one("SELECT * FROM roster WHERE app = ? AND account = ? AND user_id = ?", ...of);
    if (row === undefined) return add(of, person.subscribeTime) ? "added" : "there";
    const subscribeTime = Number(row.subscribe_time);
    if (isAnother(subscribeTime, person.subscribeTime, step.skewMs)) {
      const isSent = step.cameBack === "deliver" && !pass.isBaseline;
      const seen = { back: person.subscribeTime, seenAt: seenAt(pass, row) };
      list(pass, row, { state: isSent ? "found" : "came_back", ...seen });
      if (!isSent) correct(of, person.subscribeTime);
      return "cameBack";
    }
    // the same subscription, told in whole seconds or by another clock; or a newer one that the page did not know of yet
    if (person.subscribeTime > subscribeTime || row.seen_at !== null) {
      if (!isAnother(person.subscribeTime, subscribeTime, step.skewMs))
        correct(of, Math.max(subscribeTime, person.subscribeTime));
    }
    run("DELETE FROM missing WHERE app = ? AND account = ? AND user_id = ? AND state <> 'came_back'", ...of);
    return "there";
  }

  function correct(of: readonly [string, string, string], subscribeTime: number): void {
    run(
      "UPDATE roster SET subscribe_time = ?4, seen_at = NULL WHERE app = ?1 AND account = ?2 AND user_id = ?3",
      ...[...of, subscribeTime],
    );
  }

  function add(of: readonly [string, string, string], subscribeTime: number): boolean {
    const changed = run(
      `INSERT INTO roster SELECT ?1, ?2, ?3, ?4, NULL WHERE NOT EXISTS (
         SELECT 1 FROM events e WHERE e.user = ?3 AND e.app = ?1 AND e.event_time >= ?5 AND e.official_account = ?2
           AND e.kind = 'unsubscribed')`,
      ...[...of, subscribeTime, secondOf(subscribeTime)],
    );
    return changed > 0;
  }

  return {
    siftRoster({ after, limit, ...held }) {
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      run("UPDATE passes SET state = 'sifting' WHERE id = ?", pass.id);
      const scratch = scratches.of(pass.id);
      const rows = rosterPage(pass, after, limit);
      const absent = scratch.absent(rows.map(({ user_id }) => String(user_id)));
      const tally = { found: 0, quarantined: 0, known: 0, told: 0 };
      for (const row of rows) {
        // what began just before or while the pages were read need not be on them
        if (!absent.has(String(row.user_id)) || Number(row.subscribe_time) > settledBy(pass)) continue;
        tally[siftOne(pass, scratch, row)] += 1;
      }
      countInPass(context, pass.id, "looked", rows.length);
      countInPass(context, pass.id, "missing", tally.found + tally.quarantined);
      const { found, quarantined, known } = tally;
      const last = rows.length === limit ? rows.at(-1) : undefined;
      const next = last === undefined ? null : String(last.user_id);
      return { tag: "sifted", looked: rows.length, found, quarantined, known, next };
    },

    mergePages(step) {
      const { after, limit, ...held } = step;
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      const people = scratches.of(pass.id).people(after, limit);
      const tally = { added: 0, cameBack: 0, there: 0 };
      for (const person of people) tally[mergeOne(pass, person, step)] += 1;
      countInPass(context, pass.id, "added", tally.added);
      const next = people.length === limit ? (people.at(-1)?.user ?? null) : null;
      return { tag: "merged", added: tally.added, cameBack: tally.cameBack, next };
    },
  };
}
