/** What looks at a SQLite store have in common. */
import type { LedgerEntry } from "../contract/ledger.ts";
import { type Looks, NoPlace } from "../contract/questions.ts";
import type { Key } from "../rules/ledger-walk.ts";
import { entryOf } from "../rules/rows.ts";
import type { Context } from "./context.ts";
import { eventIdsOf } from "./event-ids.ts";
import { LEDGER } from "./filters.ts";

/** What a look may use of a connection: it changes nothing. */
export type Reading = Pick<Context, "all" | "one" | "now">;

/** A look without its promise. */
export type SyncLooks = {
  [Name in keyof Looks]: (...args: Parameters<Looks[Name]>) => Awaited<ReturnType<Looks[Name]>>;
};

/** Where the numbers of connectors and their first names lead to each other. */
export interface Origins {
  readonly originOf: (connector: number) => string;
  /** Throws `NoPlace` for a name that no connector ever had; 0 for none. */
  readonly numberOf: (origin: string) => number;
}

/** Lines whose events are gone meanwhile are left out. */
export function entriesOf(reading: Reading, keys: readonly Pick<Key, "connector" | "event">[]): LedgerEntry[] {
  const entries = keys.flatMap(({ connector, event }) => {
    const row = reading.one(`${LEDGER} WHERE d.connector = ? AND d.event = ?`, connector, event);
    return row === undefined ? [] : [entryOf(row)];
  });
  // who asks for one of these names it by its id
  eventIdsOf(reading).remember(entries.map(({ event }) => event));
  return entries;
}

export function originsOf({ all }: Pick<Reading, "all">): Origins {
  const rows = all("SELECT id, origin FROM connectors");
  const names = new Map(rows.map(({ id, origin }) => [Number(id), String(origin)]));
  const numbers = new Map(rows.map(({ id, origin }) => [String(origin), Number(id)]));
  return {
    originOf: (connector) => names.get(connector) ?? "",
    numberOf(origin) {
      const number = origin === "" ? 0 : numbers.get(origin);
      if (number === undefined) throw new NoPlace();
      return number;
    },
  };
}

/** Of a store that an older release has made, some tables are missing. */
export function isThere({ one }: Pick<Reading, "one">, table: string): boolean {
  return one("SELECT 1 FROM pragma_table_info(?) LIMIT 1", table) !== undefined;
}
