/**
 * Numbers that the server gives to rows, and those that are given already. A server that took over by logical replication, and a
 * restored dump without its sequences, have the rows but begin to count anew: a number that is taken would keep a new row out, and
 * one that lies behind a cursor would be read by nobody. Putting a sequence forward is done for good, whatever becomes of the
 * transaction.
 */
import type { Transaction } from "./context.ts";

/** What is numbered, and the columns that hold such numbers: each the first of an index, or in a table of few rows. */
const NUMBERED: Readonly<Record<string, { readonly by: string; readonly held: readonly string[] }>> = {
  callbacks: { by: "seq", held: ["callbacks.seq", "unread.callback"] },
  events: { by: "seq", held: ["events.seq", "deliveries.event", "connectors.cursor", "reconciling.followed"] },
  connectors: { by: "id", held: ["connectors.id"] },
  quarantine: { by: "seq", held: ["quarantine.seq", "edited.seq"] },
  audit: { by: "seq", held: ["audit.seq"] },
  passes: { by: "seq", held: ["passes.seq"] },
  notices: { by: "seq", held: ["notices.seq"] },
  alarm_notices: { by: "seq", held: ["alarm_notices.seq"] },
};

/** What begins again below what was given: names of tables. Also of a store that an older release has made. */
export async function numbersBehind(transaction: Pick<Transaction, "rows">): Promise<readonly string[]> {
  return behind(transaction, "name", "USAGE, SELECT");
}

/** Puts forward what begins again below what was given and this role may put forward; says what that was: names of tables. */
export async function raiseNumbers(transaction: Pick<Transaction, "rows">): Promise<readonly string[]> {
  return behind(transaction, "name, setval(sequence, taken)", "UPDATE");
}

/** Whoever may write into a table need have no right on its sequence: then nobody knows. */
async function behind(
  { rows }: Pick<Transaction, "rows">,
  what: string,
  right: "USAGE, SELECT" | "UPDATE",
): Promise<readonly string[]> {
  const held = Object.values(NUMBERED).flatMap((one) => one.held);
  const tables = [...new Set(held.map((place) => place.split(".")[0] ?? ""))];
  const there = await rows("SELECT t AS table FROM unnest($1::text[]) t WHERE to_regclass(t) IS NOT NULL", tables);
  const all = asked(new Set(there.map(({ table }) => String(table))));
  if (all === "") return [];
  const last = "CASE WHEN may THEN coalesce(pg_sequence_last_value(sequence), 0) END";
  const known = `SELECT n.*, has_sequence_privilege(sequence, '${right}') AS may FROM (${all}) n`;
  const found = await rows(`SELECT ${what} FROM (${known}) k WHERE taken > ${last}`);
  return found.map(({ name }) => String(name));
}

/** Of each sequence: its table, itself, and the highest number that is held. */
function asked(there: ReadonlySet<string>): string {
  const parts = Object.entries(NUMBERED).flatMap(([table, { by, held }]) => {
    if (!there.has(table)) return [];
    const taken = held.flatMap((place) => {
      const [from = "", column = ""] = place.split(".");
      return there.has(from) ? [`(SELECT max(${column}) FROM ${from})`] : [];
    });
    const sequence = `to_regclass(pg_get_serial_sequence('${table}', '${by}'))`;
    return [`SELECT '${table}' AS name, ${sequence} AS sequence, greatest(${taken.join(", ")}) AS taken`];
  });
  return parts.join(" UNION ALL ");
}

/** Told of the numbers that were given to events. Rejects where they have begun again, and puts them forward. */
export type NumberWatch = (transaction: Transaction, given: readonly number[]) => Promise<void>;

/**
 * Notices, from one time to the next, that numbers have begun again. Nobody else sees what lies behind a cursor. One for all that numbers
 * events in a store: each goes by what the others were given.
 */
export function watchNumbers(): NumberWatch {
  let highest = 0;
  return async (transaction, given) => {
    if (given.length === 0) return;
    const [from, to] = [Math.min(...given), Math.max(...given)];
    const isBehind = from <= highest;
    // a backup that was put back has lower ones, and is right
    highest = to;
    if (!isBehind) return;
    const raised = await raiseNumbers(transaction);
    if (raised.length > 0) throw numberedAnew(raised);
  };
}

export const numberedAnew = (tables: readonly string[]): Error =>
  new Error(`PostgreSQL numbered anew what is numbered already (${tables.join(", ")}): its numbers are put forward`);

/** For the log. */
export const NUMBERED_ANEW =
  "nothing to do here: the numbers are put forward; a server that takes over by logical replication needs its sequences set (setval) before anybody writes to it";
