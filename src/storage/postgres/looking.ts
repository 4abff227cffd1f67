/** Looks at a PostgreSQL store, each at a bounded number of rows, by index only, in a transaction that can change nothing. */
import type { AuditFilter, AuditRow } from "../contract/audit.ts";
import type { QuarantineEntry } from "../contract/callbacks.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import { type Looks, NoPlace } from "../contract/questions.ts";
import { auditLook, walkedBy } from "../rules/audit.ts";
import { fitting, PAGE_BYTES } from "../rules/bounds.ts";
import { numberFrom, toQuarantinePlace } from "../rules/places.ts";
import { connectorOf, editedEntryOf, numberOrNull } from "../rules/rows.ts";
import { STORED_ROWS, searchSince } from "../rules/since.ts";
import type { Context, Transaction } from "./context.ts";
import { standingIn, statusIn } from "./counting.ts";
import { editsOf } from "./edits.ts";
import { beginningWith } from "./hex-order.ts";
import { isThere } from "./is-there.ts";
import { alarmLooks } from "./looking-alarms.ts";
import { eventsLook } from "./looking-events.ts";
import { deliveryIdsLook, deliveryLook, ledgerLook } from "./looking-ledger.ts";
import { peopleLook, personLedger, traceLook } from "./looking-person.ts";
import { missingLooked, reconcilingIn } from "./looking-roster.ts";
import { planChangesLooked, planLooked, plansLooked } from "./plans/looking.ts";
import { samplesLooked } from "./samples.ts";
import { bridgesIn } from "./serving-bridges.ts";

export function postgresLooks({ transact }: Pick<Context, "transact">): Looks {
  const look = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => transact("asking", work);
  return {
    ...alarmLooks(look),
    status: () => look(statusIn),
    standing: () => look(standingIn),
    connectors: () =>
      look(async ({ rows }) =>
        (await rows("SELECT * FROM connectors")).toSorted((a, b) => Number(a.id) - Number(b.id)).map(connectorOf),
      ),
    connector: (name) =>
      look(async ({ one }) => {
        const row = await one("SELECT * FROM connectors WHERE name = $1", name);
        return row === undefined ? null : connectorOf(row);
      }),
    bridges: () => look(async (transaction) => ((await isThere(transaction, "bridges")) ? bridgesIn(transaction) : [])),
    samples: (minutes, since) => look((transaction) => samplesLooked(transaction, minutes, since)),
    firstSince: (since) => look((transaction) => firstSince(transaction, since)),
    ledger: (filter, floor, options) =>
      look((transaction) => {
        const { user } = filter;
        return user === undefined
          ? ledgerLook(transaction, filter, floor, options)
          : personLedger(transaction, { ...filter, user }, options);
      }),
    delivery: (id) => look((transaction) => deliveryLook(transaction, id)),
    events: (since, floor, options) => look((transaction) => eventsLook(transaction, since, floor, options)),
    deliveryIds: (beginning, options) => look((transaction) => deliveryIdsLook(transaction, beginning, options)),
    trace: (user, options) => look((transaction) => traceLook(transaction, user, options)),
    people: (prefix, options) => look((transaction) => peopleLook(transaction, prefix, options)),
    quarantined: (options) => look((transaction) => quarantined(transaction, options)),
    quarantineIds: (beginning, options) => look((transaction) => quarantineIds(transaction, beginning, options)),
    missing: (filter, options) => look((transaction) => missingLooked(transaction, filter, options)),
    reconciling: () => look(reconcilingIn),
    plan: (id) => look((transaction) => planLooked(transaction, id)),
    plans: () => look(plansLooked),
    planChanges: (id, options) => look((transaction) => planChangesLooked(transaction, id, options)),
    audited: (filter, options) => look((transaction) => audited(transaction, filter, options)),
    quarantineEntry: (id) =>
      look(async (transaction) => {
        const row = await transaction.one("SELECT * FROM quarantine WHERE id = $1", id);
        return row === undefined ? null : editedEntryOf(row, await editsOf(transaction, [row], true));
      }),
  };
}

async function firstSince({ one, rows }: Transaction, since: number): Promise<number> {
  const end = async (order: "ASC" | "DESC") =>
    Number((await one(`SELECT seq FROM events ORDER BY seq ${order} LIMIT 1`))?.seq ?? 0);
  const search = searchSince(since, { first: await end("ASC"), last: await end("DESC") });
  for (let step = search.next(); ; ) {
    if (step.done === true) return step.value;
    const found = await rows(
      `SELECT seq, stored_at FROM events WHERE seq >= $1 ORDER BY seq LIMIT ${STORED_ROWS}`,
      step.value,
    );
    step = search.next(found.map((row) => ({ seq: Number(row.seq), storedAt: numberOrNull(row.stored_at) })));
  }
}

/** An entry's number, or its id. */
async function quarantinePlace({ one }: Transaction, from: string | null): Promise<number> {
  const place = toQuarantinePlace(from);
  if (typeof place === "number") return place;
  const found = await one("SELECT seq FROM quarantine WHERE id = $1", place.id);
  if (found === undefined) throw new NoPlace();
  return Number(found.seq);
}

async function quarantined(
  transaction: Transaction,
  { from, rows, limit }: LookOptions,
): Promise<Look<QuarantineEntry>> {
  const most = Math.min(rows, limit);
  const place = await quarantinePlace(transaction, from);
  const sizes = await transaction.rows(
    "SELECT octet_length(body) AS size FROM quarantine WHERE seq > $1 ORDER BY seq LIMIT $2",
    ...[place, most],
  );
  const fit = fitting(
    sizes.map(({ size }) => Number(size)),
    PAGE_BYTES,
  );
  const found = await transaction.rows("SELECT * FROM quarantine WHERE seq > $1 ORDER BY seq LIMIT $2", place, fit);
  const isAll = found.length === sizes.length && sizes.length < most;
  const edits = await editsOf(transaction, found);
  return {
    found: found.map((row) => editedEntryOf(row, edits)),
    looked: sizes.length,
    next: isAll ? null : String(found.at(-1)?.seq ?? place),
  };
}

async function quarantineIds(
  transaction: Transaction,
  beginning: string,
  { from, rows, limit }: LookOptions,
): Promise<Look<string>> {
  const most = Math.min(rows, limit);
  const entries = await beginningWith(transaction, "quarantine", beginning, { from, most });
  const found = entries.map(({ id }) => String(id));
  return { found, looked: found.length, next: found.length < most ? null : (found.at(-1) ?? null) };
}

/** Rows are numbered nearly as they are begun. */
const NEARLY = 1_000;

async function audited(transaction: Transaction, filter: AuditFilter, options: LookOptions): Promise<Look<AuditRow>> {
  if (!(await isThere(transaction, "audit"))) return { found: [], looked: 1, next: null };
  const { one, rows: read } = transaction;
  const { from, rows } = options;
  const { since, until } = filter;
  const by = walkedBy(filter);
  const firstAt = async (at: number) =>
    (await one("SELECT seq FROM audit WHERE at >= $1 ORDER BY at LIMIT 1", at))?.seq ?? Number.MAX_SAFE_INTEGER;
  const floor = since === undefined ? 0 : Number(await firstAt(since)) - NEARLY;
  const newest = until === undefined ? Number.MAX_SAFE_INTEGER : Number(await firstAt(until)) + NEARLY;
  const walked = await read(
    `SELECT * FROM audit WHERE seq < $1 AND seq >= $2${by === undefined ? "" : ` AND ${by.column} = $4`}
     ORDER BY seq DESC LIMIT $3`,
    ...[from === null ? newest : numberFrom(from), floor, rows],
    ...(by === undefined ? [] : [by.value]),
  );
  return auditLook(walked, filter, options);
}
