/** Callbacks become events. */
import type { Expansion } from "../contract/callbacks.ts";
import { isFollowed, isRepeated } from "../rules/expanding.ts";
import type { AllClaims } from "./claims.ts";
import type { CommitTimes } from "./commit-times.ts";
import type { Context } from "./context.ts";
import { insertEvent } from "./inserting.ts";
import { keepQuarantine } from "./quarantine.ts";
import { linkLate } from "./roster/late-callbacks.ts";
import { applyEvents, reconcilingIn } from "./roster/roster.ts";

export function expand(
  context: Context,
  claims: AllClaims,
  commits: Pick<CommitTimes, "storedAt" | "forget">,
  expansions: readonly Expansion[],
): void {
  const { one, run } = context;
  const upto = Number(one("SELECT upto FROM reading")?.upto ?? 0);
  const { scopes, healed } = reconcilingIn(context);
  for (const expansion of expansions) {
    const { callback, events, quarantine } = expansion;
    if (callback <= upto) continue;
    const stored = commits.storedAt(callback);
    const fresh = events.filter((event) => insertEvent(context, callback, event, stored));
    if (healed) linkLate(context, claims, fresh);
    // what was known before has been applied, or is followed: a row that was taken off since does not come back
    if (scopes !== undefined) applyEvents(context, scopes, fresh);
    keepQuarantine(context, quarantine);
    if (isRepeated(expansion, fresh.length > 0)) run("DELETE FROM callbacks WHERE seq = ?", callback);
  }
  const read = expansions.filter((expansion) => !isFollowed(expansion)).map(({ callback }) => callback);
  const last = Math.max(upto, ...read);
  passNone(context, upto, last, new Set(read));
  run("UPDATE reading SET upto = ?", last);
  context.onCommit(() => commits.forget(last));
}

/** Callbacks are read up to a number: one that lies before it and was not read would never be. */
function passNone({ all }: Pick<Context, "all">, upto: number, last: number, read: ReadonlySet<number>): void {
  const passed = all("SELECT seq FROM callbacks WHERE seq > ? AND seq <= ?", upto, last).find(
    ({ seq }) => !read.has(Number(seq)),
  );
  if (passed !== undefined) throw new Error(`callback ${passed.seq} is not read yet: none behind it can be`);
}
