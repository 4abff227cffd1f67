/** What a pass has read: Chat's pages, and whom the quarantine names. */
import type { Lost, RosterStep } from "../../contract/held-pass.ts";
import type { Named, NotedPage, PageNoted, Pass } from "../../contract/passes.ts";
import { type NamedPerson, namedIn } from "../../naming.ts";
import { UNREAD_BYTES } from "../../rules/bounds.ts";
import { LOST } from "../../rules/roster-rows.ts";
import { quarantineOf } from "../../rules/rows.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { NOW } from "../values.ts";
import { heldPass } from "./passes.ts";

export function pageOperations({ transact }: Context): Pick<Operations, "notePage" | "noteQuarantined"> {
  return {
    // with the last one all that was noted is on disk: what is gone by then is missed
    notePage: (page) => transact(page.next === "" ? "work" : "passing", (transaction) => notePage(transaction, page)),
    noteQuarantined: (step) => transact("leisure", (transaction) => noteQuarantined(transaction, step)),
  };
}

async function notePage(transaction: Transaction, { page, people, next, ...held }: NotedPage): Promise<PageNoted> {
  const { one, run } = transaction;
  const pass = await heldPass(transaction, held);
  if (pass === undefined || pass.state !== "reading") return LOST;
  const same = "SELECT 1 FROM pass_pages WHERE pass = $1 AND next = $2 AND page < $3 LIMIT 1";
  if (next !== "" && (await one(same, pass.id, next, page)) !== undefined) return { tag: "repeated" };
  const before = await one("SELECT people FROM pass_pages WHERE pass = $1 AND page = $2", pass.id, page);
  if (before !== undefined) await run("DELETE FROM pass_people WHERE pass = $1 AND page = $2", pass.id, page);
  const fresh = await run(
    `INSERT INTO pass_people (pass, user_id, subscribe_time, page)
     SELECT $1, n.user_id, n.time, $2 FROM unnest($3::text[], $4::bigint[]) AS n (user_id, time) ON CONFLICT DO NOTHING`,
    ...[pass.id, page, people.map(({ user }) => user), people.map(({ subscribeTime }) => subscribeTime)],
  );
  // added to, and not counted anew: there may be thousands of pages
  const total = pass.people + fresh - Number(before?.people ?? 0);
  await Promise.all([
    run(
      `INSERT INTO pass_pages VALUES ($1, $2, $3, $4, ${NOW})
       ON CONFLICT (pass, page) DO UPDATE SET next = excluded.next, people = excluded.people, noted_at = excluded.noted_at`,
      ...[pass.id, page, next, fresh],
    ),
    run(
      "UPDATE passes SET pages = $1, people = $2, next = $3 WHERE id = $4",
      ...[pass.pages + (before === undefined ? 1 : 0), total, next, pass.id],
    ),
  ]);
  return { tag: "noted", people: total };
}

/** Whether what was read is there still: it goes all at once, so the first page that has anybody tells. */
export async function isRead({ one }: Transaction, { id }: Pass): Promise<boolean> {
  const first = await one(
    // no EXISTS: that may be answered from a table of everybody who was read
    `SELECT (SELECT 1 FROM pass_people p WHERE p.pass = g.pass AND p.page = g.page LIMIT 1) IS NOT NULL AS there
     FROM pass_pages g WHERE g.pass = $1 AND g.people > 0 ORDER BY g.page LIMIT 1`,
    id,
  );
  return first === undefined || first.there === true;
}

/** The first, and as many more as stay below `$3` bytes together; `of`: how many there were. */
const QUARANTINE_PAGE = `
  WITH page AS (SELECT seq, octet_length(body) AS size FROM quarantine WHERE seq > $1 ORDER BY seq LIMIT $2),
  sized AS (SELECT seq, size, sum(size) OVER (ORDER BY seq) - size AS before, (SELECT count(*) FROM page) AS of FROM page)
  SELECT q.*, s.of FROM sized s JOIN quarantine q ON q.seq = s.seq WHERE s.before = 0 OR s.before + s.size <= $3 ORDER BY q.seq`;

async function noteQuarantined(transaction: Transaction, { after, limit, ...held }: RosterStep): Promise<Named | Lost> {
  const pass = await heldPass(transaction, held);
  if (pass === undefined) return LOST;
  const rows = await transaction.rows(QUARANTINE_PAGE, after ?? "0", limit, UNREAD_BYTES);
  const now = await transaction.now();
  const named = latestOf(rows.flatMap((row) => namedIn(quarantineOf(row), pass, now)));
  await transaction.run(
    `INSERT INTO pass_named AS p (pass, user_id, entry, event_time)
     SELECT $1, n.* FROM unnest($2::text[], $3::text[], $4::bigint[]) AS n (user_id, entry, time)
     ON CONFLICT (pass, user_id) DO UPDATE SET entry = excluded.entry, event_time = excluded.event_time
       WHERE excluded.event_time > p.event_time`,
    ...[pass.id, named.map(({ user }) => user), named.map(({ entry }) => entry)],
    named.map(({ eventTime }) => eventTime),
  );
  const last = rows.at(-1);
  const isEnd = rows.length < limit && rows.length === Number(last?.of ?? 0);
  return { tag: "named", people: named.length, next: isEnd ? null : String(last?.seq) };
}

/** Of each person the latest: no statement may touch a row twice. */
function latestOf(named: readonly NamedPerson[]): readonly NamedPerson[] {
  const byUser = Map.groupBy(named, ({ user }) => user);
  return [...byUser.values()].flatMap((of) => of.toSorted((a, b) => b.eventTime - a.eventTime)[0] ?? []);
}
