/** Callbacks become events, numbered in the order in which they become visible. */
import type { Event } from "../../connector.ts";
import type { Expansion } from "../contract/callbacks.ts";
import { UNREAD_BYTES } from "../rules/bounds.ts";
import { isFollowed, isRepeated } from "../rules/expanding.ts";
import { callbackOf, healedFactsOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { PLAN_EACH_TIME } from "./opening.ts";
import { keepQuarantine } from "./quarantine.ts";
import { linkLate } from "./roster/late-callbacks.ts";
import { applyEvents, lockReading } from "./roster/roster.ts";

/** Callbacks that wait to be read: `$1` at most, of `$2` bytes. */
export const UNREAD = `
  WITH sized AS (
    SELECT c.seq, sum(octet_length(c.body)) OVER (ORDER BY c.seq) - octet_length(c.body) AS before
    FROM (SELECT callback FROM unread ORDER BY callback LIMIT $1) u JOIN callbacks c ON c.seq = u.callback)
  SELECT c.* FROM sized s JOIN callbacks c ON c.seq = s.seq WHERE s.before = 0 OR s.before + octet_length(c.body) <= $2
  ORDER BY c.seq`;

/** A part of a person's SHA-256, the same on every version of PostgreSQL; SQL over an event's row `n`. */
export const PERSON = `('x' || encode(substring(sha256(convert_to(length(n.app) || ' ' || n.app || n.user_id, 'UTF8')) from 1 for 8), 'hex'))::bit(64)::bigint`;

const INSERT_EVENTS = `
  INSERT INTO events (id, callback, kind, app, official_account, user_id, operator, by_admin, platform, client_ip, event_time,
    received_at, stored_at, person, turn)
  SELECT n.id, n.callback, n.kind, n.app, n.official_account, n.user_id, n.operator, n.by_admin, n.platform, n.client_ip,
    n.event_time, n.received_at, (SELECT stored_at FROM callbacks c WHERE c.seq = n.callback), ${PERSON},
    n.event_time * 2 + (n.kind = 'unsubscribed')::int
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::text[],
      $10::text[], $11::bigint[], $12::bigint[])
    WITH ORDINALITY AS n (id, callback, kind, app, official_account, user_id, operator, by_admin, platform, client_ip,
      event_time, received_at, place)
  ORDER BY n.place
  ON CONFLICT DO NOTHING RETURNING seq, id, callback`;

export function expandingOperations({ transact }: Context): Pick<Operations, "unread" | "expand"> {
  return {
    unread: (limit) =>
      transact("carrying", async ({ rows }) => (await rows(UNREAD, limit, UNREAD_BYTES)).map(callbackOf)),

    expand: (expansions) =>
      transact("carrying", async (transaction) => {
        // one at a time, to its commit: else a later number could be seen before an earlier one, and a cursor pass it by
        const { scopes, healed } = await lockReading(transaction);
        const ours = await claim(transaction, expansions);
        const fresh = await insertEvents(transaction, ours);
        const quarantine = ours.flatMap((expansion) => expansion.quarantine);
        if (healed || scopes !== undefined || quarantine.length > 0) await transaction.run(PLAN_EACH_TIME);
        if (healed) await linkLate(transaction, fresh);
        // what was known before has been applied, or is followed: a row that was taken off since does not come back
        if (scopes !== undefined) {
          await applyEvents(
            transaction,
            scopes,
            fresh.map(({ event }) => event),
          );
        }
        const news = new Set(fresh.map(({ callback }) => callback));
        const known = ours.filter((expansion) => isRepeated(expansion, news.has(expansion.callback)));
        if (known.length > 0) await transaction.run("DELETE FROM callbacks WHERE seq = ANY($1::bigint[])", ids(known));
        // last: intake waits for whoever holds the sums of the quarantine
        await keepQuarantine(transaction, quarantine);
      }),
  };
}

const CLAIM = "DELETE FROM unread WHERE callback = ANY($1::bigint[]) RETURNING callback";
const LOOK = "SELECT callback FROM unread WHERE callback = ANY($1::bigint[])";

/** Those that nobody has expanded meanwhile; whose last part is still to come stay unread. */
async function claim({ rows }: Transaction, expansions: readonly Expansion[]): Promise<readonly Expansion[]> {
  const [others, whole] = [expansions.filter(isFollowed), expansions.filter((each) => !isFollowed(each))];
  const claimed = [
    ...(whole.length === 0 ? [] : await rows(CLAIM, ids(whole))),
    ...(others.length === 0 ? [] : await rows(LOOK, ids(others))),
  ];
  const ours = new Set(claimed.map(({ callback }) => Number(callback)));
  return expansions.filter(({ callback }) => ours.has(callback));
}

/** An event that was stored just now. */
export interface Fresh {
  readonly seq: number;
  readonly callback: number;
  readonly event: Event;
}

/** Returns those that were not known. */
export async function insertEvents(
  { rows, run }: Transaction,
  expansions: readonly Pick<Expansion, "callback" | "events">[],
): Promise<readonly Fresh[]> {
  const all = expansions.flatMap(({ callback, events }) => events.map((event) => ({ callback, event })));
  if (all.length === 0) return [];
  const column = <T>(of: (event: Event) => T): T[] => all.map(({ event }) => of(event));
  const inserted = await rows(
    INSERT_EVENTS,
    ...[column((e) => e.id), all.map(({ callback }) => callback), column((e) => e.kind), column((e) => e.app)],
    ...[column((e) => e.officialAccount), column((e) => e.user), column((e) => e.operator), column((e) => e.byAdmin)],
    ...[column((e) => e.platform), column((e) => e.clientIp), column((e) => e.eventTime), column((e) => e.receivedAt)],
  );
  const byId = new Map(all.map(({ event }) => [event.id, event]));
  const fresh = inserted.flatMap(({ seq, id, callback }) => {
    const event = byId.get(String(id));
    return event === undefined ? [] : [{ seq: Number(seq), callback: Number(callback), event }];
  });
  for (const { seq, event } of fresh) {
    const facts = healedFactsOf(event);
    if (facts !== null) await run("INSERT INTO healed_facts VALUES ($1, $2)", seq, facts);
  }
  return fresh;
}

const ids = (expansions: readonly Expansion[]): readonly number[] => expansions.map(({ callback }) => callback);
