/** A genuine callback that comes late: whether a healed wish has told the same, and which of the two goes to each connector. */
import type { Event, Reason } from "../../../connector.ts";
import { cameAfterAll, deliveredAs, healedThere, isOneWish, whichGoes } from "../../rules/healing.ts";
import type { AllClaims } from "../claims.ts";
import { EVENT } from "../columns.ts";
import type { Context, Row } from "../context.ts";
import { openRecount } from "../counting.ts";
import { eventNumber } from "../inserting.ts";
import { freeNextOf, personOf } from "../order.ts";

/**
 * To be called in the transaction that stores them, before they change the roster, and only where there is any healed event.
 * @param claims of the process that serves the store: what is under way
 */
export function linkLate(context: Context, claims: AllClaims, events: readonly Event[]): void {
  for (const event of events) {
    if (event.kind !== "unsubscribed" || event.source !== undefined) continue;
    const wish = wishOf(context, event);
    if (wish !== undefined) link(context, claims, wish, event);
  }
}

/** The healed wish that is the same; one that no other callback was found to tell. */
function wishOf({ all }: Context, { app, officialAccount: account, user, eventTime }: Event): Row | undefined {
  const wishes = all(
    "SELECT * FROM healed WHERE user_id = ? AND app = ? AND account = ? AND callback IS NULL",
    ...[user, app, account],
  );
  if (wishes.length === 0) return undefined;
  const subscriptions = all(
    `SELECT event_time AS time FROM events WHERE user = ?1 AND app = ?2 AND official_account = ?3 AND kind = 'subscribed'
     UNION ALL SELECT subscribe_time FROM roster WHERE app = ?2 AND account = ?3 AND user_id = ?1`,
    ...[user, app, account],
  ).map(({ time }) => Number(time));
  return wishes.find((row) => {
    const [from, time] = [Number(row.happened_from), Number(row.event_time)];
    const wish = { subscribeTime: Number(row.subscribe_time), from, eventTime: time, skewMs: Number(row.skew_ms) };
    return isOneWish(wish, eventTime, subscriptions);
  });
}

function link(context: Context, claims: AllClaims, wish: Row, event: Event): void {
  const { all, one, run, now } = context;
  const [healed, seq] = [Number(wish.event), eventNumber(context, event)];
  run("UPDATE healed SET callback = ?, callback_id = ? WHERE event = ?", seq, event.id, healed);

  /** Before the router comes: it leaves alone what is there. */
  function skip(connector: number, number: number, why: Reason): void {
    run(
      `INSERT INTO deliveries (connector, event, state, due_at, reason, routed_at, settled_at)
       VALUES (?1, ?2, 'skipped', ?3, ?4, ?3, ?3) ON CONFLICT DO NOTHING`,
      ...[connector, number, now(), JSON.stringify(why)],
    );
  }

  function takeBack(connector: number, delivery: Row): void {
    run(
      `UPDATE deliveries SET state = 'skipped', class = NULL, parked = NULL, reason = ?, settled_at = ? WHERE connector = ? AND event = ?`,
      ...[JSON.stringify(cameAfterAll(event.id)), now(), connector, healed],
    );
    const recount = openRecount(context);
    if (delivery.state === "dead") recount.livesAgain(connector, Number(delivery.settled_at));
    else {
      recount.waits(connector, -1);
      const row = one(`SELECT ${EVENT} FROM events e WHERE seq = ?`, healed);
      if (row !== undefined) freeNextOf(context, claims.of(connector), connector, personOf(row));
    }
    recount.write();
  }

  for (const row of all("SELECT id, cursor FROM connectors")) {
    const id = Number(row.id);
    const delivery = one("SELECT * FROM deliveries WHERE connector = ? AND event = ?", id, healed);
    switch (whichGoes(healedThere(delivery, Number(row.cursor) < healed, claims.of(id).held.has(healed)))) {
      case "healed":
        skip(id, seq, deliveredAs(String(wish.id)));
        break;
      case "callback":
        if (delivery === undefined) skip(id, healed, cameAfterAll(event.id));
        else takeBack(id, delivery);
        break;
      case "both":
    }
  }
}
