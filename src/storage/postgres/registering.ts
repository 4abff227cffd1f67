/** Connectors become known, are renamed, and are cured by other settings. */
import { READY, type Registration } from "../contract/connectors.ts";
import { planRegistrations, type RegistrationStep } from "../rules/registering.ts";
import { stateColumns } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { NOW } from "./values.ts";

export function registeringOperations({ transact }: Context): Pick<Operations, "register"> {
  return {
    register: (registrations) =>
      transact("work", async (transaction) => {
        // one machine at a time, and in the same order as everybody else who locks several connectors
        await transaction.one("SELECT 1 FROM meta FOR UPDATE");
        const rows = await transaction.rows("SELECT * FROM connectors ORDER BY id FOR UPDATE");
        const { steps, counted, report } = planRegistrations(registrations, rows);
        for (const step of steps) await write(transaction, step);
        return report(await waitingOf(transaction, counted));
      }),
  };
}

/** What a start may take does not grow with the queue. */
const COUNTED_AT_MOST = 10_000;

/** By origin. Counted only where somebody is told. */
async function waitingOf({ rows }: Transaction, origins: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (origins.length === 0) return new Map();
  const counts = await rows(
    `SELECT c.origin, (SELECT count(*) FROM (
         SELECT 1 FROM deliveries d WHERE d.connector = c.id AND d.state = 'waiting' LIMIT ${COUNTED_AT_MOST}) AS w) AS n
     FROM connectors c WHERE c.origin = ANY($1::text[])`,
    origins,
  );
  return new Map(counts.map(({ origin, n }) => [String(origin), Number(n)]));
}

async function write(transaction: Transaction, step: RegistrationStep): Promise<void> {
  switch (step.tag) {
    case "rename":
      await transaction.run("UPDATE connectors SET name = $1 WHERE name = $2", step.to, step.from);
      return;
    case "insert":
      return insert(transaction, step);
    case "update":
      await update(transaction, step.registration);
      if (step.cured) await cure(transaction, step.registration);
  }
}

async function insert(
  { run }: Transaction,
  { registration, origin, past, startsAt }: Extract<RegistrationStep, { tag: "insert" }>,
): Promise<void> {
  const { name, type, writes, destination, fingerprint } = registration;
  await run(
    `INSERT INTO connectors (name, origin, type, writes, destination, fingerprint, cursor, starts_at, state, version, since,
       clock, clock_at, seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7::boolean THEN 0 ELSE (SELECT coalesce(max(seq), 0) FROM events) END, $8, $9, 1,
       ${NOW}, 0, ${NOW}, ${NOW})`,
    ...[name, origin, type, writes, destination, fingerprint, past, startsAt, JSON.stringify(READY)],
  );
}

async function update({ run }: Transaction, { name, writes, destination, fingerprint }: Registration): Promise<void> {
  await run(
    `UPDATE connectors SET writes = $1, destination = $2, differing = CASE fingerprint WHEN $3 THEN differing END,
       fingerprint = $3, seen_at = ${NOW} WHERE name = $4`,
    ...[writes, destination, fingerprint, name],
  );
}

async function cure({ run }: Transaction, { name }: Registration): Promise<void> {
  await run(
    `UPDATE connectors SET state = $1, put_off = $2, version = version + 1, since = ${NOW}, probe_at = NULL WHERE name = $3`,
    ...[...stateColumns(READY), name],
  );
}
