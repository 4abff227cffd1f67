/** What whoever tells of trouble has told, silences, and which machine tells. */

import type { AlarmChanges, KeptAlarms, ShownAlarms, Silence, Teller } from "../contract/alarms.ts";
import type { Act } from "../contract/audit.ts";
import { ALARMS, alarmOf, COUNT_UNTOLD, NOTICES, noticeOf, silenceOf, silencesAt } from "../rules/alarms.ts";
import { wholeMs } from "../rules/whole-ms.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { NOW } from "./values.ts";

/** Its row is locked from then on: who had the right before notes nothing any more. */
const TAKE_LEASE = `
  INSERT INTO alarm_teller AS t VALUES (1, $1, ${NOW} + $2)
  ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
  WHERE t.holder = excluded.holder OR t.lease_until <= ${NOW}`;

export function alarmOperations({ transact }: Context): Pick<Operations, "openAlarms" | "noteAlarms" | "silenceAlarm"> {
  return {
    openAlarms: (teller) =>
      transact("work", async (transaction) => {
        if (!(await takeLease(transaction, teller))) return null;
        const notices = (await transaction.rows(NOTICES)).map(noticeOf);
        return { ...(await keptAlarms(transaction)), notices, now: await transaction.now() };
      }),

    noteAlarms: (changes) =>
      transact("work", async (transaction) => {
        if (!(await takeLease(transaction, changes))) return false;
        await write(transaction, changes);
        return true;
      }),

    silenceAlarm: (silence, act) => transact("work", (transaction) => silenced(transaction, silence, act)),
  };
}

async function takeLease({ run }: Transaction, { holder, leaseMs }: Teller): Promise<boolean> {
  return (await run(TAKE_LEASE, holder, wholeMs(leaseMs))) === 1;
}

async function write(
  { run }: Transaction,
  { keep = [], drop = [], notice, ended = [], later = [] }: AlarmChanges,
): Promise<void> {
  for (const { key, state } of keep) {
    await run(
      "INSERT INTO alarms VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET state = excluded.state",
      ...[key, state],
    );
  }
  if (drop.length > 0) await run("DELETE FROM alarms WHERE key = ANY($1::text[])", drop);
  if (ended.length > 0) await run("DELETE FROM alarm_notices WHERE id = ANY($1::text[])", ended);
  for (const { id, delayMs } of later) {
    await run(
      `UPDATE alarm_notices SET tries = tries + 1, due_at = ${NOW} + $1 WHERE id = $2`,
      ...[wholeMs(delayMs), id],
    );
  }
  if (notice !== undefined) {
    await run(
      `INSERT INTO alarm_notices (id, notice, due_at) VALUES ($1, $2, ${NOW}) ON CONFLICT (id) DO NOTHING`,
      ...[notice.id, notice.notice],
    );
  }
}

async function silenced(
  transaction: Transaction,
  { name, forMs, why }: Parameters<Operations["silenceAlarm"]>[0],
  act: Act,
): Promise<Silence> {
  const at = await transaction.now();
  const silence = { name, until: at + wholeMs(forMs), why, actor: act.actor.name, at };
  await transaction.run("DELETE FROM alarm_silences WHERE until <= $1 OR name = $2", at, name);
  await transaction.run(
    "INSERT INTO alarm_silences VALUES ($1, $2, $3, $4, $5)",
    ...[name, silence.until, why, silence.actor, at],
  );
  await noteAct(transaction, act, 1);
  return silence;
}

async function keptAlarms({ rows }: Pick<Transaction, "rows">): Promise<KeptAlarms> {
  const alarms = await rows(ALARMS);
  const silences = await rows(silencesAt(NOW));
  return { alarms: alarms.map(alarmOf), silences: silences.map(silenceOf) };
}

export async function shownAlarms(transaction: Pick<Transaction, "rows" | "one">): Promise<ShownAlarms> {
  const untold = Number((await transaction.one(COUNT_UNTOLD))?.n ?? 0);
  return { ...(await keptAlarms(transaction)), untold };
}
