/** A genuine callback that comes late: whether a healed wish has told the same, and which of the two goes to each connector. */
import type { Event } from "../../../connector.ts";
import { cameAfterAll, deliveredAs, healedThere, isOneWish, whichGoes } from "../../rules/healing.ts";
import type { Transaction } from "../context.ts";
import type { Fresh } from "../inserting.ts";
import { letGo, PERSONS_OF } from "../turns.ts";
import type { Row } from "../values.ts";

const WISHES = `
  SELECT h.* FROM unnest($1::text[], $2::text[], $3::text[]) AS n (user_id, app, account) CROSS JOIN LATERAL (
    -- of each by itself: as a join all healed ones may be gone through
    SELECT * FROM healed h WHERE h.user_id = n.user_id AND h.app = n.app AND h.account = n.account AND h.callback IS NULL OFFSET 0) h`;

const SUBSCRIPTIONS = `
  SELECT event_time AS time FROM events WHERE user_id = $1 AND app = $2 AND official_account = $3 AND kind = 'subscribed'
  UNION ALL SELECT subscribe_time FROM roster WHERE app = $2 AND account = $3 AND user_id = $1`;

/**
 * To be called in the transaction that stores them, before they change the roster, and only where there is any healed event. Locks
 * all connectors where there is a wish that one of them is: so what is under way is seen for certain.
 */
export async function linkLate(transaction: Transaction, events: readonly Fresh[]): Promise<void> {
  const told = events.filter(({ event: { kind, source } }) => kind === "unsubscribed" && source === undefined);
  if (told.length === 0) return;
  const open = await transaction.rows(
    WISHES,
    ...[told.map(({ event }) => event.user), told.map(({ event }) => event.app)],
    told.map(({ event }) => event.officialAccount),
  );
  const wishes = new Map(open.map((row) => [Number(row.event), row]));
  for (const fresh of told) {
    const wish = await wishOf(transaction, [...wishes.values()], fresh.event);
    if (wish === undefined) continue;
    wishes.delete(Number(wish.event));
    await link(transaction, wish, fresh);
  }
}

/** The healed wish that is the same. */
async function wishOf(
  { rows }: Transaction,
  wishes: readonly Row[],
  { app, officialAccount, user, eventTime }: Event,
): Promise<Row | undefined> {
  const own = wishes.filter((row) => row.user_id === user && row.app === app && row.account === officialAccount);
  if (own.length === 0) return undefined;
  const subscriptions = (await rows(SUBSCRIPTIONS, user, app, officialAccount)).map(({ time }) => Number(time));
  return own.find((row) => {
    const [from, time] = [Number(row.happened_from), Number(row.event_time)];
    const wish = { subscribeTime: Number(row.subscribe_time), from, eventTime: time, skewMs: Number(row.skew_ms) };
    return isOneWish(wish, eventTime, subscriptions);
  });
}

/** Before the router comes: it leaves alone what is there. */
const SKIP = `
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, reason, routed_at, settled_at)
  SELECT e.seq, $1::int, e.person, e.turn, 'skipped', $3::bigint, $4::text, $3::bigint, $3::bigint FROM events e WHERE e.seq = $2
  ON CONFLICT DO NOTHING`;

const TAKE_BACK = `
  UPDATE deliveries SET state = 'skipped', class = NULL, parked = false, reason = $4, settled_at = $3,
    journal_by = NULL, journal_until = NULL
  WHERE connector = $1 AND event = $2`;

async function link(transaction: Transaction, wish: Row, { seq, event }: Fresh): Promise<void> {
  const healed = Number(wish.event);
  await transaction.run("UPDATE healed SET callback = $1, callback_id = $2 WHERE event = $3", seq, event.id, healed);
  const connectors = await transaction.rows("SELECT id, cursor, writes FROM connectors ORDER BY id FOR UPDATE");
  const at = await transaction.now();
  for (const { id, cursor, writes } of connectors) {
    const delivery = await transaction.one(
      `SELECT d.state, (SELECT 1 FROM claims c WHERE c.connector = d.connector AND c.event = d.event) IS NOT NULL AS held
       FROM deliveries d WHERE d.event = $1 AND d.connector = $2`,
      ...[healed, Number(id)],
    );
    switch (whichGoes(healedThere(delivery, Number(cursor) < healed, delivery?.held === true))) {
      case "healed":
        await transaction.run(SKIP, Number(id), seq, at, JSON.stringify(deliveredAs(String(wish.id))));
        break;
      case "callback":
        await transaction.run(
          delivery === undefined ? SKIP : TAKE_BACK,
          ...[Number(id), healed, at, JSON.stringify(cameAfterAll(event.id))],
        );
        await letGo(transaction, { id: Number(id), writes }, PERSONS_OF, [healed]);
        break;
      case "both":
    }
  }
}
