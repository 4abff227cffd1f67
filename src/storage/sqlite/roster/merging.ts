/** The pages of a pass against the roster: who is there, who is new, and who has left and come back. */
import type { Lost, Merged, MergeStep, Missing, Pass, Subscriber } from "../../contract/roster.ts";
import { isAnother, secondOf } from "../../rules/healing.ts";
import type { Context, Operations, Row } from "../context.ts";
import { list, missingBy, seenAt } from "./listing.ts";
import { countInPass, heldPass, LOST } from "./passes.ts";
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

function merge(context: Context, scratches: Scratches, step: MergeStep): Merged | Lost {
  const { after, limit, skewMs, cameBack, ...held } = step;
  const pass = heldPass(context, held);
  if (pass === undefined) return LOST;
  const people = scratches.of(pass.id).people(after, limit);
  const tally = { added: 0, cameBack: 0, there: 0 };
  const told: Missing[] = [];
  for (const person of people) {
    const of = [pass.app, pass.account, person.user] as const;
    const row = context.one("SELECT * FROM roster WHERE app = ? AND account = ? AND user_id = ?", ...of);
    if (pass.kind !== "dry") tally[mergeOne(context, pass, row, person, { skewMs, cameBack })] += 1;
    else if (row !== undefined && isAnother(Number(row.subscribe_time), person.subscribeTime, skewMs)) {
      tally.cameBack += 1;
      told.push(cameBackAs(context, pass, row, person, cameBack));
    }
  }
  countInPass(context, pass.id, "added", tally.added);
  const next = people.length === limit ? (people.at(-1)?.user ?? null) : null;
  return { tag: "merged", added: tally.added, cameBack: tally.cameBack, told, next };
}

/** What is done about one who is on a page. @param row theirs on the roster, where they have one */
export function mergeOne(
  context: Context,
  pass: Pass,
  row: Row | undefined,
  person: Subscriber,
  { skewMs, cameBack }: Pick<MergeStep, "skewMs" | "cameBack">,
): "added" | "cameBack" | "there" {
  const of = [pass.app, pass.account, person.user] as const;
  if (row === undefined) return add(context, of, person.subscribeTime) ? "added" : "there";
  const subscribeTime = Number(row.subscribe_time);
  if (isAnother(subscribeTime, person.subscribeTime, skewMs)) {
    const missing = cameBackAs(context, pass, row, person, cameBack);
    list(context, missing);
    if (missing.state === "came_back") correct(context, of, person.subscribeTime);
    return "cameBack";
  }
  // the same subscription, told in whole seconds or by another clock; or a newer one that the page did not know of yet
  const isToCorrect = person.subscribeTime > subscribeTime || row.seen_at !== null;
  if (isToCorrect && !isAnother(person.subscribeTime, subscribeTime, skewMs))
    correct(context, of, Math.max(subscribeTime, person.subscribeTime));
  context.run("DELETE FROM missing WHERE app = ? AND account = ? AND user_id = ? AND state <> 'came_back'", ...of);
  return "there";
}

function cameBackAs(
  context: Context,
  pass: Pass,
  row: Row,
  { subscribeTime: back }: Subscriber,
  cameBack: MergeStep["cameBack"],
): Missing {
  const state = cameBack === "deliver" && !pass.isBaseline ? "found" : "came_back";
  return missingBy(pass, row, { state, back, seenAt: seenAt(context, pass, row) }, context.now());
}

function correct({ run }: Context, of: readonly [string, string, string], subscribeTime: number): void {
  run(
    "UPDATE roster SET subscribe_time = ?4, seen_at = NULL WHERE app = ?1 AND account = ?2 AND user_id = ?3",
    ...[...of, subscribeTime],
  );
}

function add({ run }: Context, of: readonly [string, string, string], subscribeTime: number): boolean {
  const changed = run(
    `INSERT INTO roster SELECT ?1, ?2, ?3, ?4, NULL WHERE NOT EXISTS (
       SELECT 1 FROM events e WHERE e.user = ?3 AND e.app = ?1 AND e.event_time >= ?5 AND e.official_account = ?2
         AND e.kind = 'unsubscribed')`,
    ...[...of, subscribeTime, secondOf(subscribeTime)],
  );
  return changed > 0;
}
