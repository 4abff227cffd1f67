/** What looks at a PostgreSQL store have in common. */
import type { LedgerEntry } from "../contract/ledger.ts";
import { NoPlace } from "../contract/questions.ts";
import type { Key } from "../rules/ledger-walk.ts";
import { entryOf } from "../rules/rows.ts";
import { DELIVERY, EVENT, WAITING_FOR } from "./columns.ts";
import type { Transaction } from "./context.ts";
import type { Row } from "./values.ts";

/** The store's connectors: their numbers and their first names lead to each other. */
export interface Connectors {
  /** Those that a filter means. */
  readonly meant: readonly number[];
  readonly originOf: (connector: number) => string;
  /** Throws `NoPlace` for a name that no connector ever had; 0 for none. */
  readonly numberOf: (origin: string) => number;
}

export async function connectorsIn(
  { rows }: Transaction,
  { connector }: { readonly connector?: string },
): Promise<Connectors> {
  const found = await rows("SELECT id, name, origin FROM connectors");
  const names = new Map(found.map(({ id, origin }) => [Number(id), String(origin)]));
  const numbers = new Map(found.map(({ id, origin }) => [String(origin), Number(id)]));
  const meant = found.filter(({ name }) => connector === undefined || name === connector);
  return {
    meant: meant.map(({ id }) => Number(id)),
    originOf: (number) => names.get(number) ?? "",
    numberOf(origin) {
      const number = origin === "" ? 0 : numbers.get(origin);
      if (number === undefined) throw new NoPlace();
      return number;
    },
  };
}

const ENTRIES = `
  SELECT ${DELIVERY}, ${WAITING_FOR}, c.name, c.origin, ${EVENT}
  FROM unnest($1::bigint[], $2::int[]) AS k (event, connector)
    JOIN deliveries d ON d.event = k.event AND d.connector = k.connector
    JOIN connectors c ON c.id = d.connector JOIN events e ON e.seq = d.event`;

/** In the order of their keys; lines whose events are gone meanwhile are left out. */
export async function entriesOf(
  { rows }: Transaction,
  keys: readonly Pick<Key, "connector" | "event">[],
): Promise<LedgerEntry[]> {
  if (keys.length === 0) return [];
  const found = await rows(
    ENTRIES,
    keys.map(({ event }) => event),
    keys.map(({ connector }) => connector),
  );
  const byKey = new Map(found.map((row) => [keyText(row), row]));
  return keys.flatMap((key) => {
    const row = byKey.get(`${key.event} ${key.connector}`);
    return row === undefined ? [] : [entryOf(row)];
  });
}

function keyText({ event, connector }: Row): string {
  return `${event} ${connector}`;
}

export function keyOf(row: Row): Key {
  return {
    event: Number(row.event),
    connector: Number(row.connector),
    state: String(row.state),
    class: row.class === null ? null : String(row.class),
  };
}
