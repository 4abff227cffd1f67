/** Healed wishes: one is written, once. */
import type { EventKind } from "../../../connector.ts";
import type { HealRequest, HealResult } from "../../contract/healing.ts";
import { mentions } from "../../naming.ts";
import { LOOKED_INTO, UNREAD_BYTES } from "../../rules/bounds.ts";
import { eventsOfWish, type HealedWish, healedCallback, healedId } from "../../rules/healed-callback.ts";
import { momentOf, monthOf, untoldMs } from "../../rules/healing.ts";
import { LOST } from "../../rules/roster-rows.ts";
import { callbackOf, numberOrNull } from "../../rules/rows.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { UNREAD } from "../expanding.ts";
import { insertEvents } from "../inserting.ts";
import { NOW, type Row } from "../values.ts";
import { countInPass, heldPass } from "./passes.ts";
import { lockReading } from "./roster.ts";

export function healOperations({ transact }: Context): Pick<Operations, "heal"> {
  return { heal: (request) => transact("work", (transaction) => heal(transaction, request)) };
}

async function heal(transaction: Transaction, request: HealRequest): Promise<HealResult> {
  const { app, account, user, subscribeTime, until, back = null, reason, skewMs } = request;
  const pass = await heldPass(transaction, request);
  if (pass === undefined || pass.app !== app || pass.account !== account) return LOST;
  // nobody stores an event, or changes a roster, between what is looked at here and the end
  await lockReading(transaction);
  const row = await transaction.one(
    "SELECT * FROM roster WHERE app = $1 AND account = $2 AND user_id = $3 AND subscribe_time = $4 FOR UPDATE",
    ...[app, account, user, subscribeTime],
  );
  if (row === undefined) return { tag: "gone" };
  if (await isUnread(transaction, request)) return { tag: "unread" };
  const known = await transaction.rows(
    "SELECT kind, event_time FROM events WHERE user_id = $1 AND app = $2 AND event_time >= $3 AND official_account = $4",
    ...[user, app, subscribeTime, account],
  );
  const changes = known.map(({ kind, event_time: time }) => ({ kind: kind as EventKind, eventTime: Number(time) }));
  const moment = momentOf({ subscribeTime, until, back, skewMs }, changes);
  if (moment.tag === "newer") return moment;
  if (moment.tag === "no_moment") {
    await transaction.run(
      "UPDATE missing SET state = 'no_moment' WHERE app = $1 AND account = $2 AND user_id = $3",
      ...[app, account, user],
    );
    return moment;
  }
  const { eventTime } = moment;
  const from = Math.min(await windowFrom(transaction, request, row), eventTime);
  const discoveredAt = await transaction.now();
  const wish: HealedWish = { app, account, user, subscribeTime, from, eventTime, back, reason, discoveredAt };
  await remember(transaction, await store(transaction, wish), wish, skewMs);
  await endRow(transaction, wish);
  await countInPass(transaction, pass.id, "healed", 1);
  if (request.act !== undefined) await noteAct(transaction, request.act, 1);
  return { tag: "healed", event: healedId(wish), eventTime };
}

/** Whether a callback that is not read yet changes anything of this person, or may. */
async function isUnread({ rows }: Transaction, request: HealRequest): Promise<boolean> {
  const waiting = await rows("SELECT callback FROM unread ORDER BY callback LIMIT $1", LOOKED_INTO + 1);
  if (waiting.length === 0) return false;
  if (waiting.length > LOOKED_INTO) return true;
  const callbacks = (await rows(UNREAD, LOOKED_INTO, UNREAD_BYTES)).map(callbackOf);
  return callbacks.length < waiting.length || callbacks.some((one) => mentions(one, request, request.user));
}

/** Since when it may have happened. */
async function windowFrom({ one }: Transaction, request: HealRequest, row: Row): Promise<number> {
  const { app, account, user, subscribeTime } = request;
  const seen = await one(
    `SELECT coalesce(
       (SELECT m.seen_at FROM missing m WHERE m.app = $1 AND m.account = $2 AND m.user_id = $3 AND m.subscribe_time = $4),
       $5::bigint, (SELECT a.read_at FROM roster_accounts a WHERE a.app = $1 AND a.account = $2), 0) AS at`,
    ...[app, account, user, subscribeTime, numberOrNull(row.seen_at)],
  );
  return Math.max(subscribeTime, Number(seen?.at));
}

/** The raw callback and its events: it is never among those that are to be read. Returns the number of the unsubscription. */
async function store(transaction: Transaction, wish: HealedWish): Promise<number> {
  const { app, command, platform, clientIp, receivedAt, body } = healedCallback(wish);
  const kept = await transaction.one(
    `INSERT INTO callbacks (app, command, platform, client_ip, received_at, body, stored_at)
     VALUES ($1, $2, $3, $4, $5, $6, ${NOW}) RETURNING seq`,
    ...[app, command, platform, clientIp, receivedAt, body],
  );
  const events = eventsOfWish(wish);
  const fresh = await insertEvents(transaction, [{ callback: Number(kept?.seq), events }]);
  const left = fresh.find(({ event }) => event.kind === "unsubscribed");
  if (left === undefined || fresh.length < events.length) {
    throw new Error("this subscription has been found to have ended before");
  }
  return left.seq;
}

async function remember({ run }: Transaction, event: number, wish: HealedWish, skewMs: number): Promise<void> {
  const { app, account, user, subscribeTime, from, eventTime, discoveredAt, reason } = wish;
  await run(
    `INSERT INTO healed (event, id, app, account, user_id, subscribe_time, happened_from, event_time, skew_ms, discovered_at, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    ...[event, healedId(wish), app, account, user, subscribeTime, from, eventTime, skewMs, discoveredAt, reason],
  );
  await run("INSERT INTO reconciling (id, healed) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET healed = 1");
  await run(
    `INSERT INTO coverage (app, account, month, found, longest_ms) VALUES ($1, $2, $3, 1, $4)
     ON CONFLICT (app, account, month) DO UPDATE SET found = coverage.found + 1,
       longest_ms = greatest(coverage.longest_ms, excluded.longest_ms)`,
    ...[app, account, monthOf(eventTime), untoldMs(wish)],
  );
  await run("UPDATE roster_accounts SET unheard = unheard + 1 WHERE app = $1 AND account = $2", app, account);
}

async function endRow({ run }: Transaction, { app, account, user, back }: HealedWish): Promise<void> {
  const row = "app = $1 AND account = $2 AND user_id = $3";
  if (back === null) await run(`DELETE FROM roster WHERE ${row}`, app, account, user);
  else await run(`UPDATE roster SET subscribe_time = $4, seen_at = NULL WHERE ${row}`, app, account, user, back);
  await run(`DELETE FROM missing WHERE ${row}`, app, account, user);
}
