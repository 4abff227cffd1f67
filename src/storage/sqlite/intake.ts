/** Callbacks in, events out; the counters. */
import { isNotice } from "../../callback.ts";
import type { Callback } from "../contract/callbacks.ts";
import { fitting, UNREAD_BYTES } from "../rules/bounds.ts";
import { isFollowed, isRepeated } from "../rules/expanding.ts";
import { callbackOf } from "../rules/rows.ts";
import type { AllClaims } from "./claims.ts";
import type { Context, Operations } from "./context.ts";
import { insertEvent } from "./inserting.ts";
import { keepQuarantine } from "./quarantine.ts";
import { linkLate } from "./roster/late-callbacks.ts";
import { applyEvents, reconcilingIn } from "./roster/roster.ts";

type IntakeOperations = Pick<Operations, "accept" | "notices" | "count" | "unread" | "expand" | "ping">;

const INSERT_CALLBACK = `INSERT INTO callbacks (app, command, platform, client_ip, received_at, body) VALUES (?, ?, ?, ?, ?, ?)`;
const INSERT_NOTICE = `INSERT INTO notices (app, command, platform, client_ip, received_at, body, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const FAULT_OF_A_ROW = /constraint|cannot store|datatype|\bbind|\bbound\b|too big/i;
/** More commits than this between two looks of the router are not remembered one by one. */
const REMEMBERED_COMMITS = 10_000;

/** Keeps a callback, or says why it cannot be kept: what is wrong with one row says nothing about the others. */
export function insertCallback({ run, now }: Pick<Context, "run" | "now">, callback: Callback): string | undefined {
  const { app, command, platform, clientIp, receivedAt, body } = callback;
  try {
    if (isNotice(command)) run(INSERT_NOTICE, app, command, platform, clientIp, receivedAt, body, now());
    else run(INSERT_CALLBACK, app, command, platform, clientIp, receivedAt, body);
    return undefined;
  } catch (error) {
    // a full or failing disk does
    if (!FAULT_OF_A_ROW.test(String(error))) throw error;
    return String(error);
  }
}

export function intakeOperations(context: Context, claims: AllClaims): IntakeOperations {
  const { all, one, run, now } = context;
  // when the commit that held a callback was on disk: written beside its events later, since it is not known before
  let commits: { from: number; upto: number; at: number }[] = [];

  const lastSeq = () => Number(one("SELECT max(seq) AS seq FROM callbacks")?.seq ?? 0);

  function storedAt(callback: number): number | null {
    const commit = commits.find(({ upto }) => callback <= upto);
    // one from before a crash is in nobody's memory
    return commit !== undefined && callback > commit.from ? commit.at : null;
  }

  return {
    accept({ callbacks, quarantine }, limits) {
      const refused: { index: number; why: string }[] = [];
      const from = callbacks.length > 0 ? lastSeq() : 0;
      callbacks.forEach((callback, index) => {
        const why = insertCallback(context, callback);
        if (why !== undefined) refused.push({ index, why });
      });
      const kept = keepQuarantine(context, quarantine, limits?.quarantineBytes);
      if (callbacks.length > 0) {
        const upto = lastSeq();
        context.onCommit(() => {
          commits.push({ from, upto, at: now() });
          if (commits.length > REMEMBERED_COMMITS) commits = commits.slice(-REMEMBERED_COMMITS / 2);
        });
      }
      return { refused, ...kept };
    },

    notices(withinMs, limit) {
      const page = "SELECT * FROM notices WHERE stored_at >= ? ORDER BY stored_at DESC, seq DESC LIMIT ?";
      return all(page, now() - withinMs, limit).map(callbackOf);
    },

    count(increments) {
      for (const [name, by] of Object.entries(increments)) {
        run(
          "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
          ...[name, by],
        );
      }
    },

    unread(limit) {
      const sizes = all(
        `SELECT seq, length(body) AS size FROM callbacks WHERE seq > (SELECT upto FROM reading) ORDER BY seq LIMIT ?`,
        limit,
      );
      return all(
        `SELECT * FROM callbacks WHERE seq > (SELECT upto FROM reading) ORDER BY seq LIMIT ?`,
        fitting(
          sizes.map(({ size }) => Number(size)),
          UNREAD_BYTES,
        ),
      ).map(callbackOf);
    },

    expand(expansions) {
      const upto = Number(one("SELECT upto FROM reading")?.upto ?? 0);
      const { scopes, healed } = reconcilingIn(context);
      for (const expansion of expansions) {
        const { callback, events, quarantine } = expansion;
        if (callback <= upto) continue;
        const stored = storedAt(callback);
        const fresh = events.filter((event) => insertEvent(context, callback, event, stored));
        if (healed) linkLate(context, claims, fresh);
        // what was known before has been applied, or is followed: a row that was taken off since does not come back
        if (scopes !== undefined) applyEvents(context, scopes, fresh);
        keepQuarantine(context, quarantine);
        if (isRepeated(expansion, fresh.length > 0)) run("DELETE FROM callbacks WHERE seq = ?", callback);
      }
      const read = expansions.filter((expansion) => !isFollowed(expansion));
      const last = Math.max(upto, ...read.map(({ callback }) => callback));
      run("UPDATE reading SET upto = ?", last);
      context.onCommit(() => {
        commits = commits.filter((commit) => commit.upto > last);
      });
    },

    ping() {
      // a full disk still answers questions. Twice, since SQLite writes nothing where nothing changes
      run("UPDATE reading SET upto = upto + 1");
      run("UPDATE reading SET upto = upto - 1");
    },
  };
}
