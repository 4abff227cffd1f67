/** Healed wishes: one is written, once. */
import type { EventKind } from "../../../connector.ts";
import type { Callback } from "../../contract/callbacks.ts";
import type { HealRequest, HealResult } from "../../contract/healing.ts";
import { mentions } from "../../naming.ts";
import { fitting, LOOKED_INTO, UNREAD_BYTES } from "../../rules/bounds.ts";
import { eventsOfWish, type HealedWish, healedCallback, healedId } from "../../rules/healed-callback.ts";
import { type KnownChange, momentOf, monthOf, untoldMs } from "../../rules/healing.ts";
import { LOST } from "../../rules/roster-rows.ts";
import { callbackOf } from "../../rules/rows.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Row } from "../context.ts";
import { eventNumber, insertEvent } from "../inserting.ts";
import { countInPass, heldPass } from "./passes.ts";

export function healOperations(context: Context): Pick<Operations, "heal"> {
  return { heal: (request) => heal(context, request) };
}

function heal(context: Context, request: HealRequest): HealResult {
  const { app, account, user, subscribeTime, until, back = null, reason, skewMs } = request;
  const pass = heldPass(context, request);
  if (pass === undefined || pass.app !== app || pass.account !== account) return LOST;
  const row = context.one(
    "SELECT * FROM roster WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time = ?",
    ...[app, account, user, subscribeTime],
  );
  if (row === undefined) return { tag: "gone" };
  const unread = unreadOf(context, request);
  if (unread === "theirs") return { tag: "unread" };
  const moment = momentOf({ subscribeTime, until, back, skewMs }, knownSince(context, request));
  if (moment.tag === "newer") return moment;
  if (moment.tag === "no_moment") {
    context.run(
      "UPDATE missing SET state = 'no_moment' WHERE app = ? AND account = ? AND user_id = ?",
      ...[app, account, user],
    );
    return moment;
  }
  const { eventTime } = moment;
  const from = Math.min(windowFrom(context, request, row), eventTime);
  const wish = { app, account, user, subscribeTime, from, eventTime, back, reason, discoveredAt: context.now() };
  remember(context, store(context, wish, unread), wish, skewMs);
  endRow(context, wish);
  countInPass(context, pass.id, "healed", 1);
  if (request.act !== undefined) noteAct(context, request.act, 1);
  return { tag: "healed", event: healedId(wish), eventTime };
}

/** What waits to be read: nothing, callbacks of others, or one that may be theirs. Where more wait than are looked into, it may be. */
type Unread = "nothing" | "others" | "theirs";

function unreadOf({ all }: Context, request: HealRequest): Unread {
  const first = "FROM callbacks WHERE seq > (SELECT upto FROM reading) ORDER BY seq LIMIT ?";
  const sizes = all(`SELECT length(body) AS size ${first}`, LOOKED_INTO + 1).map(({ size }) => Number(size));
  if (sizes.length === 0) return "nothing";
  const most = fitting(sizes, UNREAD_BYTES);
  if (sizes.length > LOOKED_INTO || most < sizes.length) return "theirs";
  const isTheirs = (callback: Callback) => mentions(callback, request, request.user);
  return all(`SELECT * ${first}`, most).map(callbackOf).some(isTheirs) ? "theirs" : "others";
}

function knownSince({ all }: Context, { app, account, user, subscribeTime }: HealRequest): KnownChange[] {
  const rows = all(
    "SELECT kind, event_time FROM events WHERE user = ? AND app = ? AND event_time >= ? AND official_account = ?",
    ...[user, app, subscribeTime, account],
  );
  return rows.map(({ kind, event_time: time }) => ({ kind: kind as EventKind, eventTime: Number(time) }));
}

/** Since when it may have happened. */
function windowFrom({ one }: Context, { app, account, user, subscribeTime }: HealRequest, row: Row): number {
  const listed = one(
    "SELECT seen_at FROM missing WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time = ?",
    ...[app, account, user, subscribeTime],
  );
  const known = one("SELECT read_at FROM roster_accounts WHERE app = ? AND account = ?", app, account);
  const seenAt = listed?.seen_at ?? row.seen_at ?? known?.read_at ?? 0;
  return Math.max(subscribeTime, Number(seenAt));
}

/** The raw callback and its events. Returns the number of the unsubscription. */
function store(context: Context, wish: HealedWish, unread: Exclude<Unread, "theirs">): number {
  const callback = insertRead(context, healedCallback(wish), unread);
  const [left, ...others] = eventsOfWish(wish);
  for (const event of [left, ...others]) {
    if (!insertEvent(context, callback, event, context.now())) {
      throw new Error("this subscription has been found to have ended before");
    }
  }
  return eventNumber(context, left);
}

/**
 * A callback that nobody of any release finds unread: they read up to a number. So it comes behind all that is read; while others wait there,
 * it has a number below all that there are. Returns it.
 */
function insertRead({ one, run }: Context, callback: Callback, unread: Exclude<Unread, "theirs">): number {
  const { app, command, platform, clientIp, receivedAt, body } = callback;
  const lowest = Number(one("SELECT min(seq) AS seq FROM callbacks")?.seq ?? 0);
  const number = unread === "nothing" ? null : Math.min(0, lowest) - 1;
  run(
    "INSERT INTO callbacks (seq, app, command, platform, client_ip, received_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[number, app, command, platform, clientIp, receivedAt, body],
  );
  if (number !== null) return number;
  const last = Number(one("SELECT max(seq) AS seq FROM callbacks")?.seq);
  run("UPDATE reading SET upto = ?", last);
  return last;
}

function remember({ run }: Context, event: number, wish: HealedWish, skewMs: number): void {
  const { app, account, user, subscribeTime, from, eventTime, discoveredAt, reason } = wish;
  run(
    `INSERT INTO healed (event, id, app, account, user_id, subscribe_time, happened_from, event_time, skew_ms, discovered_at, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[event, healedId(wish), app, account, user, subscribeTime, from, eventTime, skewMs, discoveredAt, reason],
  );
  run("INSERT INTO reconciling (id, healed) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET healed = 1");
  run(
    `INSERT INTO coverage (app, account, month, found, longest_ms) VALUES (?, ?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET found = found + 1, longest_ms = max(longest_ms, excluded.longest_ms)`,
    ...[app, account, monthOf(eventTime), untoldMs(wish)],
  );
  run("UPDATE roster_accounts SET unheard = unheard + 1 WHERE app = ? AND account = ?", app, account);
}

function endRow({ run }: Context, { app, account, user, back }: HealedWish): void {
  const of = [app, account, user];
  if (back === null) run("DELETE FROM roster WHERE app = ? AND account = ? AND user_id = ?", ...of);
  else {
    run(
      "UPDATE roster SET subscribe_time = ?4, seen_at = NULL WHERE app = ?1 AND account = ?2 AND user_id = ?3",
      ...[...of, back],
    );
  }
  run("DELETE FROM missing WHERE app = ? AND account = ? AND user_id = ?", ...of);
}
