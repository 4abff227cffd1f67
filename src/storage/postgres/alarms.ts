/** What whoever tells of trouble has told, silences, and which machine tells. */
import type { KeptAlarms, Teller } from "../contract/alarms.ts";
import { alarmOf, COUNT_UNTOLD, NOTICES_AT_ONCE, noticeOf, silenceOf } from "../rules/alarms.ts";
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
        const { rows, now } = transaction;
        const notices = (await rows(`SELECT * FROM alarm_notices ORDER BY seq LIMIT ${NOTICES_AT_ONCE}`)).map(noticeOf);
        return { ...(await keptAlarms(transaction)), notices, now: await now() };
      }),

    noteAlarms: ({ keep = [], drop = [], notice, ended = [], later = [], ...teller }) =>
      transact("work", async (transaction) => {
        if (!(await takeLease(transaction, teller))) return false;
        const { run } = transaction;
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
        return true;
      }),

    silenceAlarm: ({ name, forMs, why }, act) =>
      transact("work", async (transaction) => {
        const { run, now } = transaction;
        const at = await now();
        const silence = { name, until: at + wholeMs(forMs), why, actor: act.actor.name, at };
        await run("DELETE FROM alarm_silences WHERE until <= $1 OR name = $2", at, name);
        await run(
          "INSERT INTO alarm_silences VALUES ($1, $2, $3, $4, $5)",
          name,
          silence.until,
          why,
          silence.actor,
          at,
        );
        await noteAct(transaction, act, 1);
        return silence;
      }),
  };
}

async function takeLease({ run }: Transaction, { holder, leaseMs }: Teller): Promise<boolean> {
  return (await run(TAKE_LEASE, holder, wholeMs(leaseMs))) === 1;
}

export async function keptAlarms({ rows, one }: Pick<Transaction, "rows" | "one">): Promise<KeptAlarms> {
  const alarms = await rows("SELECT key, state FROM alarms ORDER BY key LIMIT 1000");
  const silences = await rows(`SELECT * FROM alarm_silences WHERE until > ${NOW} ORDER BY name LIMIT 1000`);
  const untold = Number((await one(COUNT_UNTOLD))?.n ?? 0);
  return { alarms: alarms.map(alarmOf), silences: silences.map(silenceOf), untold };
}
