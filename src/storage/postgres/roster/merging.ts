/** The pages of a pass against the roster: who is there, who is new, and who has left and come back. */

import type { Lost, Vanished } from "../../contract/held-pass.ts";
import type { Missing } from "../../contract/missing.ts";
import type { Merged, MergeStep, Pass } from "../../contract/passes.ts";
import { isAnother, secondOf } from "../../rules/healing.ts";
import { LOST, VANISHED } from "../../rules/roster-rows.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import type { Row } from "../values.ts";
import { areOf, placeOf, USERS } from "./by-key.ts";
import { type Listed, listOrTell, seenBefore } from "./listing.ts";
import { isRead } from "./pages.ts";
import { countInPass, heldPass } from "./passes.ts";
import { lockReading } from "./roster.ts";
import { sift } from "./sifting.ts";

export function siftingOperations({ transact }: Context): Pick<Operations, "siftRoster" | "mergePages"> {
  return {
    siftRoster: (step) => transact("passing", (transaction) => sift(transaction, step)),
    mergePages: (step) => transact("passing", (transaction) => merge(transaction, step)),
  };
}

const PEOPLE_PAGE = `
  SELECT p.user_id, p.subscribe_time AS listed, r.subscribe_time, r.seen_at
  FROM (SELECT * FROM pass_people WHERE pass = $1 AND ($4::text IS NULL OR user_id > $4) ORDER BY user_id LIMIT $5) p
    LEFT JOIN LATERAL (SELECT * FROM roster r WHERE r.app = $2 AND r.account = $3 AND r.user_id = p.user_id LIMIT 1) r ON true
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
  FROM (SELECT n.was, n.time, ${placeOf("roster")} AS place
    FROM (SELECT $1::text AS app, $2::text AS account, u.* FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS u (user_id, was, time)) n
    OFFSET 0) n
  WHERE r.ctid = n.place AND r.subscribe_time = n.was`;

const THERE = `DELETE FROM missing WHERE ${areOf("missing", USERS)} AND state <> 'came_back'`;

interface Person {
  readonly row: Row;
  readonly user: string;
  readonly listed: number;
  readonly subscribeTime: number;
}

async function merge(transaction: Transaction, step: MergeStep): Promise<Merged | Vanished | Lost> {
  const { after, limit, skewMs, cameBack, ...held } = step;
  const pass = await heldPass(transaction, held);
  if (pass === undefined) return LOST;
  if (!(await isRead(transaction, pass))) return VANISHED;
  // before the look: nobody stores an unsubscription between it and what follows from it
  await lockReading(transaction);
  const people = (await transaction.rows(PEOPLE_PAGE, pass.id, pass.app, pass.account, after, limit)).map(personOf);
  const isNew = ({ row }: Person) => row.subscribe_time === null;
  const known = people.filter((person) => !isNew(person));
  const back = known.filter(({ listed, subscribeTime }) => isAnother(subscribeTime, listed, skewMs));
  const told = await comeBack(transaction, pass, back, cameBack === "deliver" && !pass.isBaseline);
  const next = people.length === limit ? (people.at(-1)?.user ?? null) : null;
  const merged = { tag: "merged", cameBack: back.length, told, next } as const;
  if (pass.kind === "dry") return { ...merged, added: 0 };
  const there = known.filter((person) => !back.includes(person));
  const added = await add(transaction, pass, people.filter(isNew));
  await correct(transaction, pass, there.filter(isToCorrect(skewMs)));
  if (await mayBeListed(transaction, pass, there)) await dropThere(transaction, pass, there);
  await countInPass(transaction, pass.id, "added", added);
  return { ...merged, added };
}

const personOf = (row: Row): Person => ({
  ...{ row, user: String(row.user_id), listed: Number(row.listed) },
  subscribeTime: Number(row.subscribe_time ?? 0),
});

/** Whether anybody is listed among those who follow one another in this order. */
async function mayBeListed({ one }: Transaction, pass: Pass, people: readonly Person[]): Promise<boolean> {
  const [first, last] = [people[0], people.at(-1)];
  if (first === undefined || last === undefined) return false;
  const listed = "SELECT 1 FROM missing WHERE app = $1 AND account = $2 AND user_id >= $3 AND user_id <= $4 LIMIT 1";
  return (await one(listed, pass.app, pass.account, first.user, last.user)) !== undefined;
}

async function dropThere({ run }: Transaction, { app, account }: Pass, there: readonly Person[]): Promise<void> {
  await run(
    THERE,
    app,
    account,
    there.map(({ user }) => user),
  );
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
): Promise<readonly Missing[]> {
  if (people.length === 0) return [];
  const seenAt = await seenBefore(transaction, pass);
  const state = isSent ? "found" : "came_back";
  const back = people.map(({ row, user, listed, subscribeTime }): Listed => {
    return { user, state, subscribeTime, seenAt: seenAt(row), back: listed, entry: null };
  });
  const told = await listOrTell(transaction, pass, back);
  if (!isSent && pass.kind !== "dry") await correct(transaction, pass, people);
  return told;
}

async function correct({ run }: Transaction, { app, account }: Pass, people: readonly Person[]): Promise<void> {
  if (people.length === 0) return;
  await run(
    CORRECT,
    ...[app, account, people.map(({ user }) => user), people.map(({ subscribeTime }) => subscribeTime)],
    people.map(({ listed, subscribeTime }) => Math.max(listed, subscribeTime)),
  );
}
