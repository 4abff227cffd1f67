/** Events are written, each once. */
import type { Event } from "../../connector.ts";
import type { Expansion } from "../contract/callbacks.ts";
import { healedFactsOf } from "../rules/rows.ts";
import type { Transaction } from "./context.ts";
import { numberedAnew, raiseNumbers } from "./numbers.ts";
import { swallowed } from "./swallowed.ts";

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

/** An event that was stored just now. */
export interface Fresh {
  readonly seq: number;
  readonly callback: number;
  readonly event: Event;
}

/** Returns those that were not known. Rejects where one of them was not taken that is not there either. */
export async function insertEvents(
  transaction: Transaction,
  expansions: readonly Pick<Expansion, "callback" | "events">[],
): Promise<readonly Fresh[]> {
  const { rows, run } = transaction;
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
  for (const { event } of fresh) byId.delete(event.id);
  await expectThere(transaction, [...byId.keys()]);
  for (const { seq, event } of fresh) {
    const facts = healedFactsOf(event);
    if (facts !== null) await run("INSERT INTO healed_facts VALUES ($1, $2)", seq, facts);
  }
  return fresh;
}

/** Whose number was taken, or what a trigger has dropped, is left out like what is known: its callback would be gone with it. */
async function expectThere(transaction: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const found = await transaction.one("SELECT count(*) AS n FROM events WHERE id = ANY($1::text[])", ids);
  const lacking = ids.length - Number(found?.n ?? 0);
  if (lacking <= 0) return;
  const raised = await raiseNumbers(transaction);
  if (raised.length > 0) throw numberedAnew(raised);
  throw swallowed(lacking, "events");
}
