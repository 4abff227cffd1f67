/** Callbacks in, as fast as may be; counters. */

import { codeOf } from "../../basics/error-code.ts";
import { errorWords } from "../../basics/error-words.ts";
import { isNotice } from "../../callback.ts";
import type { AcceptResult, Callback, Intake } from "../contract/callbacks.ts";
import { callbackOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { fitted, isUnfit } from "./fitting.ts";
import { NUMBERED_ANEW, raiseNumbers } from "./numbers.ts";
import { keepAside } from "./quarantine.ts";
import { swallowed } from "./swallowed.ts";
import { isFaultOfRow } from "./trouble.ts";
import { NOW, type Value } from "./values.ts";

const INSERT_CALLBACKS = `
  WITH kept AS (
    INSERT INTO callbacks (app, command, platform, client_ip, received_at, body, stored_at)
    SELECT c.*, ${NOW} FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[]) AS c
    RETURNING seq)
  INSERT INTO unread SELECT seq FROM kept`;

const INSERT_NOTICES = `
  INSERT INTO notices (app, command, platform, client_ip, received_at, body, stored_at)
  SELECT c.*, ${NOW} FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[]) AS c`;

const NOTICES = `SELECT * FROM notices WHERE stored_at >= ${NOW} - $1 ORDER BY stored_at DESC, seq DESC LIMIT $2`;

/** One of nobody, which the same transaction takes back. */
const TRY_CALLBACK = `
  WITH kept AS (
    INSERT INTO callbacks (app, command, platform, client_ip, received_at, body, stored_at)
    VALUES ('', '', '', '', 0, '', 0) RETURNING seq)
  INSERT INTO unread SELECT seq FROM kept RETURNING callback`;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const TAKEN = "23505";

type Limits = { readonly quarantineBytes: number };

export function intakeOperations(context: Context): Pick<Operations, "accept" | "notices" | "count" | "ping"> {
  const { transact } = context;
  return {
    async accept(intake, limits) {
      try {
        return { refused: [], ...(await keep(context, intake, limits)) };
      } catch (error) {
        if (!isFaultOfRow(error)) throw error;
        if (await areNumbersRaised(context, error)) return { refused: [], ...(await keep(context, intake, limits)) };
        return keepEach(context, intake, limits);
      }
    },

    notices: (withinMs, limit) =>
      transact("passing", async ({ rows }) => (await rows(NOTICES, withinMs, limit)).map(callbackOf)),

    async count(increments) {
      const names = Object.keys(increments).sort();
      if (names.length === 0) return;
      await transact("passing", (transaction) =>
        transaction.run(
          `INSERT INTO counters SELECT * FROM unnest($1::text[], $2::bigint[])
           ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value`,
          ...[names, names.map((name) => increments[name] ?? 0)],
        ),
      );
    },

    // a server that takes nothing may still answer questions: full, without the rights, its standby gone that commits wait for
    ping: () =>
      transact("intake", async ({ one, run }) => {
        const tried = await one(TRY_CALLBACK);
        await run(
          "WITH gone AS (DELETE FROM unread WHERE callback = $1) DELETE FROM callbacks WHERE seq = $1",
          Number(tried?.callback),
        );
      }),
  };
}

/** Whether a number was taken that the server gave, and none will be any more. */
async function areNumbersRaised({ transact, log }: Context, error: unknown): Promise<boolean> {
  if (codeOf(error) !== TAKEN) return false;
  const tables = await transact("intake", raiseNumbers);
  if (tables.length > 0) log?.error({ fact: "store.numbered_anew", tables, todo: NUMBERED_ANEW });
  return tables.length > 0;
}

type Kept = Omit<AcceptResult, "refused">;

function keep({ transact }: Context, { callbacks, quarantine }: Intake, limits?: Limits): Promise<Kept> {
  return transact("intake", async (transaction) => {
    const [, kept] = await Promise.all([
      keepCallbacks(transaction, callbacks),
      keepAside(transaction, quarantine, limits?.quarantineBytes),
    ]);
    return kept;
  });
}

/** One by one, since one of them cannot be stored. */
async function keepEach(context: Context, { callbacks, quarantine }: Intake, limits?: Limits): Promise<AcceptResult> {
  const { refused, trouble } = await keepEachCallback(context, callbacks);
  const kept = await keepEachEntry(context, quarantine, limits);
  // where not one was kept, it was the database that refused them
  if (trouble !== undefined && refused.length === callbacks.length) throw trouble;
  return { refused, ...kept };
}

/** `trouble`: the last that was none of a callback. */
async function keepEachCallback(context: Context, callbacks: readonly Callback[]) {
  const refused: { index: number; why: string }[] = [];
  let trouble: unknown;
  for (const [index, callback] of callbacks.entries()) {
    try {
      await keep(context, { callbacks: [callback], quarantine: [] });
    } catch (error) {
      if (!isFaultOfRow(error)) trouble = error;
      refused.push({ index, why: errorWords(error) });
    }
  }
  return { refused, trouble };
}

async function keepEachEntry(context: Context, quarantine: Intake["quarantine"], limits?: Limits): Promise<Kept> {
  const unkept: string[] = [];
  let dropped = 0;
  for (const entry of quarantine) {
    try {
      const kept = await keepFitted(context, entry, limits);
      unkept.push(...(kept.unkept ?? []));
      dropped += kept.dropped ?? 0;
    } catch (error) {
      context.log?.error({ fact: "quarantine.unstorable", id: entry.id, reason: String(error) });
    }
  }
  return { unkept, dropped };
}

/** Its body are bytes; what is told of it may be in signs that this database lacks. */
async function keepFitted(context: Context, entry: Intake["quarantine"][number], limits?: Limits): Promise<Kept> {
  try {
    return await keep(context, { callbacks: [], quarantine: [entry] }, limits);
  } catch (error) {
    if (!isUnfit(error)) throw error;
    return keep(context, { callbacks: [], quarantine: [{ ...fitted(entry), id: entry.id, app: entry.app }] }, limits);
  }
}

export async function keepCallbacks(transaction: Transaction, callbacks: readonly Callback[]): Promise<void> {
  const notices = callbacks.filter(({ command }) => isNotice(command));
  if (notices.length === 0) return insert(transaction, INSERT_CALLBACKS, callbacks);
  const others = callbacks.filter(({ command }) => !isNotice(command));
  await Promise.all([insert(transaction, INSERT_CALLBACKS, others), insert(transaction, INSERT_NOTICES, notices)]);
}

/** One alone; returns its number, where it is no notice. */
export async function keepCallback(transaction: Transaction, callback: Callback): Promise<number | undefined> {
  if (isNotice(callback.command)) {
    await insert(transaction, INSERT_NOTICES, [callback]);
    return undefined;
  }
  const row = await transaction.one(`${INSERT_CALLBACKS} RETURNING callback`, ...columnsOf([callback]));
  if (row === undefined) throw swallowed(1, "callbacks");
  return Number(row.callback);
}

async function insert({ run }: Transaction, statement: string, callbacks: readonly Callback[]): Promise<void> {
  if (callbacks.length === 0) return;
  const kept = await run(statement, ...columnsOf(callbacks));
  if (kept !== callbacks.length) throw swallowed(callbacks.length - kept, "callbacks");
}

function columnsOf(callbacks: readonly Callback[]): Value[] {
  const column = <T>(of: (callback: Callback) => T): T[] => callbacks.map(of);
  return [
    ...[column((c) => c.app), column((c) => c.command), column((c) => c.platform), column((c) => c.clientIp)],
    ...[column((c) => c.receivedAt), column((c) => c.body)],
  ];
}
