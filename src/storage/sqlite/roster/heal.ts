/** Healed wishes: one is written, once. */
import type { EventKind } from "../../../connector.ts";
import type { HealRequest } from "../../contract/roster.ts";
import { eventsOfWish, type HealedWish, healedCallback, healedId } from "../../rules/healed-callback.ts";
import { type KnownChange, momentOf, monthOf } from "../../rules/healing.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Row } from "../context.ts";
import { insertEvent, numberOf } from "../inserting.ts";
import { insertCallback } from "../intake.ts";
import { countInPass, heldPass, LOST } from "./passes.ts";

export function healOperations(context: Context): Pick<Operations, "heal"> {
  const { all, one, run, now } = context;

  function knownSince({ app, account, user, subscribeTime }: HealRequest): KnownChange[] {
    const rows = all(
      "SELECT kind, event_time FROM events WHERE user = ? AND app = ? AND event_time >= ? AND official_account = ?",
      ...[user, app, subscribeTime, account],
    );
    return rows.map(({ kind, event_time: time }) => ({ kind: kind as EventKind, eventTime: Number(time) }));
  }

  /** Since when it may have happened. */
  function windowFrom({ app, account, user, subscribeTime }: HealRequest, row: Row): number {
    const listed = one(
      "SELECT seen_at FROM missing WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time = ?",
      ...[app, account, user, subscribeTime],
    );
    const account_ = one("SELECT read_at FROM roster_accounts WHERE app = ? AND account = ?", app, account);
    const seenAt = listed?.seen_at ?? row.seen_at ?? account_?.read_at ?? 0;
    return Math.max(subscribeTime, Number(seenAt));
  }

  /** The raw callback and its events; nobody finds it unread, for nothing else is. Returns the number of the unsubscription. */
  function store(wish: HealedWish): number {
    const why = insertCallback(context, healedCallback(wish));
    if (why !== undefined) throw new Error(why);
    const callback = Number(one("SELECT max(seq) AS seq FROM callbacks")?.seq);
    run("UPDATE reading SET upto = ?", callback);
    const [left, ...others] = eventsOfWish(wish);
    for (const event of [left, ...others]) {
      if (!insertEvent(context, callback, event, now())) {
        throw new Error("this subscription has been found to have ended before");
      }
    }
    return numberOf(context, left);
  }

  function remember(event: number, wish: HealedWish, skewMs: number): void {
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
      ...[app, account, monthOf(eventTime), Math.max(0, discoveredAt - from)],
    );
    run("UPDATE roster_accounts SET unheard = unheard + 1 WHERE app = ? AND account = ?", app, account);
  }

  function endRow({ app, account, user, back }: HealedWish): void {
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

  return {
    heal(request) {
      const { app, account, user, subscribeTime, until, back = null, reason, skewMs } = request;
      const pass = heldPass(context, request);
      if (pass === undefined || pass.app !== app || pass.account !== account) return LOST;
      const row = one(
        "SELECT * FROM roster WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time = ?",
        ...[app, account, user, subscribeTime],
      );
      if (row === undefined) return { tag: "gone" };
      // read up to a number, and ours comes behind it
      if (one("SELECT 1 FROM callbacks WHERE seq > (SELECT upto FROM reading) LIMIT 1") !== undefined) {
        return { tag: "unread" };
      }
      const moment = momentOf({ subscribeTime, until, back, skewMs }, knownSince(request));
      if (moment.tag === "newer") return moment;
      if (moment.tag === "no_moment") {
        run(
          "UPDATE missing SET state = 'no_moment' WHERE app = ? AND account = ? AND user_id = ?",
          ...[app, account, user],
        );
        return moment;
      }
      const { eventTime } = moment;
      const from = Math.min(windowFrom(request, row), eventTime);
      const wish: HealedWish = {
        app,
        account,
        user,
        subscribeTime,
        from,
        eventTime,
        back,
        reason,
        discoveredAt: now(),
      };
      remember(store(wish), wish, skewMs);
      endRow(wish);
      countInPass(context, pass.id, "healed", 1);
      if (request.act !== undefined) noteAct(context, request.act, 1);
      return { tag: "healed", event: healedId(wish), eventTime };
    },
  };
}
