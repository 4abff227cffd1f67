/** The roster against the pages of a pass: who is missing, and who is there. */
import type { MergeStep, MissingState, Pass } from "../../contract/roster.ts";
import { isAnother, secondOf, settledBy } from "../../rules/healing.ts";
import { numberOrNull } from "../../rules/rows.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { NOW, type Row, type Value } from "../values.ts";
import { countInPass, heldPass, LOST } from "./passes.ts";
import { lockReading } from "./roster.ts";

/** Whom a person must decide on, or nobody can: a later pass lists them no second time. */
const SETTLED: readonly unknown[] = ["held", "baseline", "no_moment"] satisfies MissingState[];

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
    (SELECT m.state FROM missing m WHERE m.app = $2 AND m.account = $3 AND m.user_id = n.user_id AND m.subscribe_time = n.time) AS listed,
    (SELECT q.entry FROM pass_named q WHERE q.pass = $1 AND q.user_id = n.user_id AND q.event_time >= n.time) AS entry
  FROM unnest($4::text[], $5::bigint[], $6::bigint[]) AS n (user_id, time, seen_at)`;

const LIST = `
  INSERT INTO missing AS m (app, account, user_id, state, subscribe_time, seen_at, back, found_at, pass, why, entry)
  SELECT $1, $2, n.user_id, n.state, n.time, n.seen_at, n.back, ${NOW}, $3, NULL, n.entry
  FROM unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[])
    AS n (user_id, state, time, seen_at, back, entry)
  ON CONFLICT (app, account, user_id) DO UPDATE SET state = excluded.state, subscribe_time = excluded.subscribe_time,
    seen_at = CASE WHEN m.subscribe_time = excluded.subscribe_time AND m.state <> 'came_back' THEN m.seen_at ELSE excluded.seen_at END,
    found_at = CASE WHEN m.subscribe_time = excluded.subscribe_time AND m.state <> 'came_back' THEN m.found_at ELSE excluded.found_at END,
    back = excluded.back, pass = excluded.pass, why = NULL, entry = excluded.entry`;

interface Listed {
  readonly user: string;
  readonly state: MissingState;
  readonly subscribeTime: number;
  readonly seenAt: number;
  readonly back: number | null;
  readonly entry: string | null;
}

async function list({ run }: Transaction, { id, app, account }: Pass, missing: readonly Listed[]): Promise<void> {
  if (missing.length === 0) return;
  const column = <T extends Value>(of: (one: Listed) => T): T[] => missing.map(of);
  await run(
    LIST,
    ...[app, account, id, column((m) => m.user), column((m) => m.state), column((m) => m.subscribeTime)],
    ...[column((m) => m.seenAt), column((m) => m.back), column((m) => m.entry)],
  );
}

/** When rows were last known to be true: each by its own event, or by the pass before. */
async function seenBefore({ one }: Transaction, { app, account }: Pass): Promise<(row: Row) => number> {
  const known = await one("SELECT read_at FROM roster_accounts WHERE app = $1 AND account = $2", app, account);
  const read = numberOrNull(known?.read_at) ?? 0;
  return (row) => numberOrNull(row.seen_at) ?? Math.max(Number(row.subscribe_time), read);
}

export function siftingOperations({ transact }: Context): Pick<Operations, "siftRoster" | "mergePages"> {
  return {
    siftRoster: ({ after, limit, ...held }) =>
      transact("passing", async (transaction) => {
        const pass = await heldPass(transaction, held);
        if (pass === undefined) return LOST;
        const of = [pass.id, pass.app, pass.account];
        await transaction.run("UPDATE passes SET state = 'sifting' WHERE id = $1", pass.id);
        const rows = await transaction.rows(ROSTER_PAGE, ...of, after, limit);
        // what began just before or while the pages were read need not be on them
        const absent = rows.filter(
          ({ there, subscribe_time: time }) => there !== true && Number(time) <= settledBy(pass),
        );
        const seenAt = await seenBefore(transaction, pass);
        const looked = await transaction.rows(
          ABSENT,
          ...[...of, absent.map(({ user_id: user }) => String(user))],
          ...[absent.map((row) => Number(row.subscribe_time)), absent.map((row) => numberOrNull(row.seen_at))],
        );
        const open = looked.filter(({ told }) => told !== true);
        const known = open.filter(({ listed }) => SETTLED.includes(listed));
        const missing = open
          .filter(({ listed }) => !SETTLED.includes(listed))
          .map((row): Listed => {
            const entry = row.entry === null ? null : String(row.entry);
            const state = entry !== null ? "quarantined" : pass.isBaseline ? "baseline" : "found";
            const subscribeTime = Number(row.subscribe_time);
            return { user: String(row.user_id), state, subscribeTime, seenAt: seenAt(row), back: null, entry };
          });
        await list(transaction, pass, missing);
        await countInPass(transaction, pass.id, "looked", rows.length);
        await countInPass(transaction, pass.id, "missing", missing.length);
        const quarantined = missing.filter(({ state }) => state === "quarantined").length;
        const last = rows.length === limit ? rows.at(-1) : undefined;
        return {
          ...{ tag: "sifted", looked: rows.length, found: missing.length - quarantined, quarantined },
          ...{ known: known.length, next: last === undefined ? null : String(last.user_id) },
        };
      }),

    mergePages: (step) => transact("passing", (transaction) => merge(transaction, step)),
  };
}

const PEOPLE_PAGE = `
  SELECT p.user_id, p.subscribe_time AS listed, r.subscribe_time, r.seen_at
  FROM (SELECT * FROM pass_people WHERE pass = $1 AND ($4::text IS NULL OR user_id > $4) ORDER BY user_id LIMIT $5) p
    LEFT JOIN roster r ON r.app = $2 AND r.account = $3 AND r.user_id = p.user_id
  ORDER BY p.user_id`;

const ADD = `
  INSERT INTO roster (app, account, user_id, subscribe_time, seen_at)
  SELECT $1, $2, n.user_id, n.time, NULL FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS n (user_id, time, second)
  WHERE (SELECT e.seq FROM events e WHERE e.user_id = n.user_id AND e.app = $1 AND e.event_time >= n.second
    AND e.official_account = $2 AND e.kind = 'unsubscribed' LIMIT 1) IS NULL
  ON CONFLICT DO NOTHING`;

/** Only rows that are still as they were looked at. */
const CORRECT = `
  UPDATE roster r SET subscribe_time = n.time, seen_at = NULL
  FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS n (user_id, was, time)
  WHERE r.app = $1 AND r.account = $2 AND r.user_id = n.user_id AND r.subscribe_time = n.was`;

const THERE = `
  DELETE FROM missing WHERE app = $1 AND account = $2 AND user_id = ANY($3::text[]) AND state <> 'came_back'`;

interface Person {
  readonly row: Row;
  readonly user: string;
  readonly listed: number;
  readonly subscribeTime: number;
}

async function merge(transaction: Transaction, { after, limit, skewMs, cameBack, ...held }: MergeStep) {
  const pass = await heldPass(transaction, held);
  if (pass === undefined) return LOST;
  // before the look: nobody stores an unsubscription between it and what follows from it
  await lockReading(transaction);
  const rows = await transaction.rows(PEOPLE_PAGE, pass.id, pass.app, pass.account, after, limit);
  const people = rows.map((row): Person => {
    return {
      ...{ row, user: String(row.user_id), listed: Number(row.listed) },
      subscribeTime: Number(row.subscribe_time ?? 0),
    };
  });
  const isNew = ({ row }: Person) => row.subscribe_time === null;
  const known = people.filter((person) => !isNew(person));
  const back = known.filter(({ listed, subscribeTime }) => isAnother(subscribeTime, listed, skewMs));
  const there = known.filter((person) => !back.includes(person));
  const added = await add(transaction, pass, people.filter(isNew));
  await comeBack(transaction, pass, back, cameBack === "deliver" && !pass.isBaseline);
  await correct(transaction, pass, there.filter(isToCorrect(skewMs)));
  if (there.length > 0)
    await transaction.run(
      THERE,
      pass.app,
      pass.account,
      there.map(({ user }) => user),
    );
  await countInPass(transaction, pass.id, "added", added);
  const next = rows.length === limit ? (people.at(-1)?.user ?? null) : null;
  return { tag: "merged", added, cameBack: back.length, next } as const;
}

/** The same subscription, told in whole seconds or by another clock; not a newer one that the page did not know of yet. */
const isToCorrect =
  (skewMs: number) =>
  ({ row, listed, subscribeTime }: Person): boolean =>
    (listed > subscribeTime || row.seen_at !== null) && !isAnother(listed, subscribeTime, skewMs);

async function add({ run }: Transaction, { app, account }: Pass, people: readonly Person[]): Promise<number> {
  if (people.length === 0) return 0;
  return run(
    ADD,
    ...[app, account, people.map(({ user }) => user), people.map(({ listed }) => listed)],
    people.map(({ listed }) => secondOf(listed)),
  );
}

async function comeBack(
  transaction: Transaction,
  pass: Pass,
  people: readonly Person[],
  isSent: boolean,
): Promise<void> {
  if (people.length === 0) return;
  const seenAt = await seenBefore(transaction, pass);
  const state = isSent ? "found" : "came_back";
  await list(
    transaction,
    pass,
    people.map(({ row, user, listed, subscribeTime }) => {
      return { user, state, subscribeTime, seenAt: seenAt(row), back: listed, entry: null };
    }),
  );
  if (!isSent) await correct(transaction, pass, people);
}

async function correct({ run }: Transaction, { app, account }: Pass, people: readonly Person[]): Promise<void> {
  if (people.length === 0) return;
  await run(
    CORRECT,
    ...[app, account, people.map(({ user }) => user), people.map(({ subscribeTime }) => subscribeTime)],
    people.map(({ listed, subscribeTime }) => Math.max(listed, subscribeTime)),
  );
}
