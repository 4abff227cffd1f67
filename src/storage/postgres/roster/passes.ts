/** Passes: who runs one, how far it has read, and how it ends. */
import type { BeginPass, Held, Lost, Pass, PassBegun, PassEnd } from "../../contract/roster.ts";
import { namedIn } from "../../naming.ts";
import { UNREAD_BYTES } from "../../rules/bounds.ts";
import { passOf } from "../../rules/roster-rows.ts";
import { numberOrNull, quarantineOf } from "../../rules/rows.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { NOW, type Row } from "../values.ts";

type PassOperations = Pick<
  Operations,
  "beginPass" | "renewPass" | "notePage" | "noteQuarantined" | "endPass" | "passes"
>;

export const LOST: Lost = { tag: "lost" };

/** The open pass that somebody holds, its lease renewed; undefined: it is lost. Locks it to the end of the transaction. */
export async function heldPass({ one }: Transaction, { pass, holder, leaseMs }: Held): Promise<Pass | undefined> {
  const row = await one(
    `UPDATE passes SET lease_until = ${NOW} + $1::bigint WHERE id = $2 AND holder = $3 AND ended_at IS NULL RETURNING *`,
    ...[leaseMs, pass, holder],
  );
  return row === undefined ? undefined : passOf(row);
}

/** Adds to what a pass tells of itself. */
export async function countInPass(
  { run }: Transaction,
  pass: string,
  column: "looked" | "missing" | "held" | "healed" | "added",
  by: number,
): Promise<void> {
  if (by !== 0) await run(`UPDATE passes SET ${column} = ${column} + $1 WHERE id = $2`, by, pass);
}

/** The first, and as many more as stay below `$3` bytes together; `of`: how many there were. */
const QUARANTINE_PAGE = `
  WITH page AS (SELECT seq, octet_length(body) AS size FROM quarantine WHERE seq > $1 ORDER BY seq LIMIT $2),
  sized AS (SELECT seq, size, sum(size) OVER (ORDER BY seq) - size AS before, (SELECT count(*) FROM page) AS of FROM page)
  SELECT q.*, s.of FROM sized s JOIN quarantine q ON q.seq = s.seq WHERE s.before = 0 OR s.before + s.size <= $3 ORDER BY q.seq`;

export function passOperations({ transact }: Context): PassOperations {
  return {
    beginPass: (request) => transact("leisure", (transaction) => begin(transaction, request)),

    renewPass: (held) => transact("passing", async (transaction) => (await heldPass(transaction, held)) !== undefined),

    notePage: ({ page, people, next, ...held }) =>
      transact("passing", async (transaction) => {
        const { one, run } = transaction;
        const pass = await heldPass(transaction, held);
        if (pass === undefined || pass.state !== "reading") return LOST;
        const same = "SELECT 1 FROM pass_pages WHERE pass = $1 AND next = $2 AND page < $3 LIMIT 1";
        if (next !== "" && (await one(same, pass.id, next, page)) !== undefined) return { tag: "repeated" };
        await run("DELETE FROM pass_people WHERE pass = $1 AND page = $2", pass.id, page);
        const fresh = await run(
          `INSERT INTO pass_people (pass, user_id, subscribe_time, page)
           SELECT $1, n.user_id, n.time, $2 FROM unnest($3::text[], $4::bigint[]) AS n (user_id, time) ON CONFLICT DO NOTHING`,
          ...[pass.id, page, people.map(({ user }) => user), people.map(({ subscribeTime }) => subscribeTime)],
        );
        await run(
          `INSERT INTO pass_pages VALUES ($1, $2, $3, $4, ${NOW})
           ON CONFLICT (pass, page) DO UPDATE SET next = excluded.next, people = excluded.people, noted_at = excluded.noted_at`,
          ...[pass.id, page, next, fresh],
        );
        const sums = await one(
          "SELECT sum(people) AS people, count(*) AS pages FROM pass_pages WHERE pass = $1",
          pass.id,
        );
        const total = Number(sums?.people);
        await run(
          "UPDATE passes SET pages = $1, people = $2, next = $3 WHERE id = $4",
          ...[Number(sums?.pages), total, next, pass.id],
        );
        return { tag: "noted", people: total };
      }),

    noteQuarantined: ({ after, limit, ...held }) =>
      transact("leisure", async (transaction) => {
        const pass = await heldPass(transaction, held);
        if (pass === undefined) return LOST;
        const rows = await transaction.rows(QUARANTINE_PAGE, after ?? "0", limit, UNREAD_BYTES);
        const now = await transaction.now();
        const byUser = Map.groupBy(
          rows.flatMap((row) => namedIn(quarantineOf(row), pass, now)),
          ({ user }) => user,
        );
        const named = [...byUser.values()].flatMap((of) => of.toSorted((a, b) => b.eventTime - a.eventTime)[0] ?? []);
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
      }),

    endPass: (held, how) =>
      transact("leisure", async (transaction) => {
        const pass = await heldPass(transaction, held);
        if (pass === undefined) return LOST;
        await noteEnd(transaction, pass, how);
        await end(transaction, pass.id, how.state, "why" in how ? how.why : null);
        return { tag: "ended" };
      }),

    passes: ({ app = null, account = null, limit }) =>
      transact("leisure", async ({ rows }) =>
        (
          await rows(
            `SELECT * FROM passes WHERE ($1::text IS NULL OR app = $1) AND ($2::text IS NULL OR account = $2)
             ORDER BY seq DESC LIMIT $3`,
            ...[app, account, limit],
          )
        ).map(passOf),
      ),
  };
}

async function begin(transaction: Transaction, request: BeginPass): Promise<PassBegun> {
  const { id, app, account, kind, holder, leaseMs, chatTime, subscribers, continueMs } = request;
  const { one, run } = transaction;
  await run(
    `INSERT INTO roster_accounts (app, account, known_since) VALUES ($1, $2, ${NOW}) ON CONFLICT DO NOTHING`,
    ...[app, account],
  );
  // one at a time for each account
  const known = await one(
    "SELECT baseline_at FROM roster_accounts WHERE app = $1 AND account = $2 FOR UPDATE",
    app,
    account,
  );
  const same = await one("SELECT * FROM passes WHERE id = $1", id);
  if (same !== undefined) return { tag: "begun", pass: passOf(same) };
  const open = await one(
    "SELECT * FROM passes WHERE app = $1 AND account = $2 AND ended_at IS NULL FOR UPDATE",
    ...[app, account],
  );
  const at = await transaction.now();
  if (open !== undefined && open.holder !== holder && Number(open.lease_until) > at) {
    return { tag: "taken", holder: String(open.holder), forMs: Number(open.lease_until) - at };
  }
  if (open !== undefined && kind === "roster" && (await canContinue(transaction, open, at - continueMs))) {
    await run("UPDATE passes SET holder = $1, lease_until = $2 WHERE id = $3", holder, at + leaseMs, String(open.id));
    return { tag: "continued", pass: passOf(open) };
  }
  if (open !== undefined) await end(transaction, String(open.id), "void", "whoever ran it has stopped");
  const begun = await one(
    `INSERT INTO passes (id, app, account, kind, state, holder, lease_until, begun_at, chat_time, baseline, subscribers)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING *`,
    ...[id, app, account, kind, kind === "roster" ? "reading" : "sifting", holder, at + leaseMs, at, chatTime],
    ...[numberOrNull(known?.baseline_at) === null, subscribers],
  );
  return { tag: "begun", pass: passOf(begun ?? {}) };
}

/** Whether all that was noted is still there, and not too old: the rows are gone after a crash, or where a standby took over. */
async function canContinue({ one }: Transaction, { id, state, kind }: Row, since: number): Promise<boolean> {
  if (state !== "reading" || kind !== "roster") return false;
  const noted = await one(
    `SELECT sum(people) AS people, max(noted_at) AS latest, (SELECT count(*) FROM pass_people p WHERE p.pass = $1) AS there
     FROM pass_pages WHERE pass = $1`,
    String(id),
  );
  const latest = numberOrNull(noted?.latest);
  return latest !== null && latest >= since && Number(noted?.people) === Number(noted?.there);
}

async function noteEnd({ one, run }: Transaction, pass: Pass, how: PassEnd): Promise<void> {
  const of = [pass.app, pass.account];
  if (how.state === "void") {
    if (how.noAccount !== true) return;
    await run(
      `UPDATE roster_accounts SET no_account_since = coalesce(no_account_since, ${NOW}), no_account_at = ${NOW}
       WHERE app = $1 AND account = $2`,
      ...of,
    );
    return;
  }
  if (pass.kind !== "roster") return;
  const added = Number((await one("SELECT added FROM passes WHERE id = $1", pass.id))?.added);
  await run(
    `UPDATE roster_accounts SET baseline_at = coalesce(baseline_at, $3), read_at = $3, people = $4, no_account_since = NULL,
       no_account_at = NULL WHERE app = $1 AND account = $2`,
    ...[...of, pass.chatTime, pass.looked + added - pass.healed],
  );
  // whoever was found before and is not missing now has come back, or their row is gone
  await run(
    `DELETE FROM missing m WHERE m.app = $1 AND m.account = $2 AND ((m.state IN ('found', 'quarantined') AND m.pass <> $3)
       OR NOT EXISTS (SELECT 1 FROM roster r WHERE r.app = $1 AND r.account = $2 AND r.user_id = m.user_id))`,
    ...[...of, pass.id],
  );
}

async function end({ run }: Transaction, id: string, state: "done" | "void", why: string | null): Promise<void> {
  await run(`UPDATE passes SET state = $1, why = $2, ended_at = ${NOW} WHERE id = $3`, state, why, id);
  for (const table of ["pass_people", "pass_named", "pass_pages"]) {
    await run(`DELETE FROM ${table} WHERE pass = $1`, id);
  }
}
