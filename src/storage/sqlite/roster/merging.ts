/** The pages of a pass against the roster: who is there, who is new, and who has left and come back. */

import type { Lost, Vanished } from "../../contract/held-pass.ts";
import type { Missing } from "../../contract/missing.ts";
import type { Merged, MergeStep, Pass, Subscriber } from "../../contract/passes.ts";
import { isAnother, SECOND_MS } from "../../rules/healing.ts";
import { LOST, VANISHED } from "../../rules/roster-rows.ts";
import type { Context, Operations, Row } from "../context.ts";
import { list, missingBy, seenAt } from "./listing.ts";
import { isRead } from "./pages.ts";
import { countInPass, heldPass } from "./passes.ts";
import type { Scratches } from "./scratch.ts";
import { sift } from "./sifting.ts";

export function siftingOperations(
  context: Context,
  scratches: Scratches,
): Pick<Operations, "siftRoster" | "mergePages"> {
  return {
    siftRoster: (step) => sift(context, scratches, step),
    mergePages: (step) => merge(context, scratches, step),
  };
}

const RANGE = "WHERE app = ? AND account = ? AND user_id BETWEEN ? AND ? LIMIT ?";
/** Where more rows than so many times the people of a step lie between two of them, each is looked up by itself. */
const MANY = 4;

/** By user, the rows that the roster has of people who follow one another: read in one go, which takes a tenth of the time. */
export function rowsOf({ all, one }: Context, pass: Pass, people: readonly Subscriber[]): ReadonlyMap<string, Row> {
  const [first, last] = [people[0], people.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const most = MANY * people.length;
  const rows = all(`SELECT * FROM roster ${RANGE}`, pass.app, pass.account, first.user, last.user, most);
  if (rows.length < most) return new Map(rows.map((row) => [String(row.user_id), row]));
  const lookUp = "SELECT * FROM roster WHERE app = ? AND account = ? AND user_id = ?";
  return new Map(
    people.flatMap(({ user }) => {
      const row = one(lookUp, pass.app, pass.account, user);
      return row === undefined ? [] : [[user, row] as const];
    }),
  );
}

/** Whether any of them may be listed as missing. */
function mayBeListed({ all }: Context, pass: Pass, people: readonly Subscriber[]): (user: string) => boolean {
  const [first, last] = [people[0], people.at(-1)];
  if (first === undefined || last === undefined) return () => false;
  const rows = all(
    `SELECT user_id FROM missing ${RANGE}`,
    pass.app,
    pass.account,
    first.user,
    last.user,
    people.length,
  );
  const listed = new Set(rows.map(({ user_id: user }) => user));
  return (user) => rows.length === people.length || listed.has(user);
}

/** Those who are on no roster, and of whom no unsubscription is known at or after the second of their `SubscribeTime`. */
const ADD = `
  INSERT INTO roster SELECT ?1, ?2, n.user_id, n.time, NULL FROM (
    SELECT value ->> 'user' AS user_id, value ->> 'subscribeTime' AS time FROM json_each(?3)) n
  WHERE NOT EXISTS (
    SELECT 1 FROM events e WHERE e.user = n.user_id AND e.app = ?1 AND e.event_time >= n.time / ${SECOND_MS} * ${SECOND_MS}
      AND e.official_account = ?2 AND e.kind = 'unsubscribed')
  ON CONFLICT DO NOTHING`;

function merge(context: Context, scratches: Scratches, step: MergeStep): Merged | Vanished | Lost {
  const { after, limit, skewMs, cameBack, ...held } = step;
  const pass = heldPass(context, held);
  if (pass === undefined) return LOST;
  if (!isRead(context, scratches, pass)) return VANISHED;
  const people = scratches.of(pass.id).people(after, limit);
  const rows = rowsOf(context, pass, people);
  const isListed = mayBeListed(context, pass, people);
  const tally = { cameBack: 0, there: 0 };
  const told: Missing[] = [];
  for (const { user, subscribeTime: listed } of people) {
    const row = rows.get(user);
    // most are there as they were
    if (row === undefined || !(listed > Number(row.subscribe_time) || row.seen_at !== null || isListed(user))) continue;
    if (pass.kind !== "dry") tally[mergeOne(context, pass, row, listed, { skewMs, cameBack })] += 1;
    else if (isAnother(Number(row.subscribe_time), listed, skewMs)) {
      tally.cameBack += 1;
      told.push(cameBackAs(context, pass, row, listed, cameBack));
    }
  }
  const added =
    pass.kind === "dry"
      ? 0
      : add(
          context,
          pass,
          people.filter(({ user }) => !rows.has(user)),
        );
  countInPass(context, pass.id, "added", added);
  const next = people.length === limit ? (people.at(-1)?.user ?? null) : null;
  return { tag: "merged", added, cameBack: tally.cameBack, told, next };
}

function add({ run }: Context, { app, account }: Pass, people: readonly Subscriber[]): number {
  return people.length === 0 ? 0 : run(ADD, app, account, JSON.stringify(people));
}

/**
 * What is done about one who is on a page.
 * @param row theirs on the roster
 * @param listed since when they subscribe, by the page
 */
export function mergeOne(
  context: Context,
  pass: Pass,
  row: Row,
  listed: number,
  { skewMs, cameBack }: Pick<MergeStep, "skewMs" | "cameBack">,
): "cameBack" | "there" {
  const of = [pass.app, pass.account, String(row.user_id)] as const;
  const subscribeTime = Number(row.subscribe_time);
  if (isAnother(subscribeTime, listed, skewMs)) {
    const missing = cameBackAs(context, pass, row, listed, cameBack);
    list(context, missing);
    if (missing.state === "came_back") correct(context, of, listed);
    return "cameBack";
  }
  // the same subscription, told in whole seconds or by another clock; or a newer one that the page did not know of yet
  const isToCorrect = listed > subscribeTime || row.seen_at !== null;
  if (isToCorrect && !isAnother(listed, subscribeTime, skewMs)) correct(context, of, Math.max(subscribeTime, listed));
  context.run("DELETE FROM missing WHERE app = ? AND account = ? AND user_id = ? AND state <> 'came_back'", ...of);
  return "there";
}

function cameBackAs(context: Context, pass: Pass, row: Row, back: number, cameBack: MergeStep["cameBack"]): Missing {
  const state = cameBack === "deliver" && !pass.isBaseline ? "found" : "came_back";
  return missingBy(pass, row, { state, back, seenAt: seenAt(context, pass, row) }, context.now());
}

function correct({ run }: Context, of: readonly [string, string, string], subscribeTime: number): void {
  run(
    "UPDATE roster SET subscribe_time = ?4, seen_at = NULL WHERE app = ?1 AND account = ?2 AND user_id = ?3",
    ...[...of, subscribeTime],
  );
}
