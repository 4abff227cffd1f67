/** Connectors become known, are renamed, and are cured by other settings. */
import { READY, type Registration, type RegistrationReport } from "../contract.ts";
import { refusalOf } from "../rules/registering.ts";
import { stateColumns, stateOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { NOW, type Row } from "./values.ts";

/** Pauses that other settings may cure; a person's stays. */
const CURABLE = new Set<unknown>(["credentials", "refusing", "gone", undefined]);

export function registeringOperations({ transact }: Context): Pick<Operations, "register"> {
  return {
    register: (registrations) =>
      transact("work", async (transaction) => {
        // one machine at a time, and in the same order as everybody else who locks several connectors
        await transaction.one("SELECT 1 FROM meta FOR UPDATE");
        await transaction.rows("SELECT 1 FROM connectors ORDER BY id FOR UPDATE");
        const refused = await refusals(transaction, registrations);
        if (refused.length > 0) return { adopted: [], redirected: [], refused };
        const report: Report = { adopted: [], redirected: [], refused };
        for (const registration of registrations) await registerOne(transaction, registration, report);
        return report;
      }),
  };
}

type Report = { -readonly [Key in keyof RegistrationReport]: RegistrationReport[Key][number][] };

const known = ({ one }: Transaction, name: string) => one("SELECT * FROM connectors WHERE name = $1", name);

async function waitingOf({ one }: Transaction, id: unknown): Promise<number> {
  const row = await one("SELECT count(*) AS n FROM deliveries WHERE connector = $1 AND state = 'waiting'", Number(id));
  return Number(row?.n);
}

async function refusals(transaction: Transaction, registrations: readonly Registration[]): Promise<Report["refused"]> {
  const refused: Report["refused"] = [];
  for (const registration of registrations) {
    const { name, was } = registration;
    const row = (await known(transaction, name)) ?? (was === undefined ? undefined : await known(transaction, was));
    const why = refusalOf(registration, row);
    if (why !== undefined) refused.push({ name, why });
  }
  return refused;
}

async function registerOne(transaction: Transaction, registration: Registration, report: Report): Promise<void> {
  const adopted = await adopt(transaction, registration);
  if (adopted !== undefined) report.adopted.push(adopted);
  const row = await known(transaction, registration.name);
  if (row === undefined) return insert(transaction, registration);
  if (row.destination !== registration.destination) {
    const [from, to] = [String(row.destination), registration.destination];
    report.redirected.push({ name: registration.name, from, to, waiting: await waitingOf(transaction, row.id) });
  }
  await update(transaction, row, registration);
}

async function adopt(
  transaction: Transaction,
  { name, was }: Registration,
): Promise<Report["adopted"][number] | undefined> {
  if (was === undefined || (await known(transaction, name)) !== undefined) return undefined;
  const old = await known(transaction, was);
  if (old === undefined) return undefined;
  await transaction.run("UPDATE connectors SET name = $1 WHERE id = $2", name, Number(old.id));
  return { from: was, to: name, waiting: await waitingOf(transaction, old.id) };
}

/** The name, unless a renamed connector still has it in its delivery ids. */
async function freshOrigin({ one }: Transaction, name: string): Promise<string> {
  let origin = name;
  for (let n = 2; (await one("SELECT 1 FROM connectors WHERE origin = $1", origin)) !== undefined; n += 1)
    origin = `${name}#${n}`;
  return origin;
}

async function insert(transaction: Transaction, registration: Registration): Promise<void> {
  const { name, type, writes, destination, fingerprint, start } = registration;
  const startsAt = typeof start === "number" ? start : 0;
  await transaction.run(
    `INSERT INTO connectors (name, origin, type, writes, destination, fingerprint, cursor, starts_at, state, version, since,
       clock, clock_at, seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7::boolean THEN (SELECT coalesce(max(seq), 0) FROM events) ELSE 0 END, $8, $9, 1,
       ${NOW}, 0, ${NOW}, ${NOW})`,
    ...[name, await freshOrigin(transaction, name), type, writes, destination, fingerprint, start === "now", startsAt],
    JSON.stringify(READY),
  );
}

async function update(transaction: Transaction, row: Row, registration: Registration): Promise<void> {
  const { writes, destination, fingerprint } = registration;
  const id = Number(row.id);
  await transaction.run(
    `UPDATE connectors SET writes = $1, destination = $2, fingerprint = $3, seen_at = ${NOW} WHERE id = $4`,
    ...[writes, destination, fingerprint, id],
  );
  const state = stateOf(row);
  if (row.fingerprint === fingerprint || state.status === "ready" || !CURABLE.has(state.cause)) return;
  await transaction.run(
    `UPDATE connectors SET state = $1, put_off = $2, version = version + 1, since = ${NOW}, probe_at = NULL WHERE id = $3`,
    ...[...stateColumns(READY), id],
  );
}
