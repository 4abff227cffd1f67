/** A connector's row and its lock. */
import type { ConnectorRow } from "../contract/connectors.ts";
import { connectorOf } from "../rules/rows.ts";
import type { Transaction } from "./context.ts";
import { NOW, type Row } from "./values.ts";

/** A connector, locked to the end of the transaction. */
export interface LockedConnector {
  readonly id: number;
  /** `state` or `fact`. */
  readonly writes: unknown;
  readonly row: Row;
  readonly connector: ConnectorRow;
  /** The database's time, milliseconds since 1970. */
  readonly at: number;
}

/**
 * Locks a connector.
 * @param lock `SHARE` for who only ends claims of its own: many at a time. `UPDATE` for everything else: nobody beside it.
 *   So whoever puts a delivery aside because another is in the way sees for certain whether that other is still there.
 */
export async function lockConnector(
  { one }: Transaction,
  name: string,
  lock: "SHARE" | "UPDATE",
): Promise<LockedConnector> {
  const row = await one(`SELECT *, ${NOW} AS now FROM connectors WHERE name = $1 FOR ${lock}`, name);
  if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
  return lockedOf(row);
}

/** The same of those of them that there are; in one order everywhere, so that no two machines wait for each other. */
export async function lockConnectors(
  { rows }: Transaction,
  names: readonly string[],
  lock: "SHARE" | "NO KEY UPDATE" | "UPDATE",
): Promise<readonly LockedConnector[]> {
  const found = await rows(
    `SELECT *, ${NOW} AS now FROM connectors WHERE name = ANY($1::text[]) ORDER BY id FOR ${lock}`,
    names,
  );
  // one moment for all: of the last, for which nothing was waited any more
  const now = found.at(-1)?.now;
  return found.map((row) => lockedOf({ ...row, now }));
}

function lockedOf(row: Row): LockedConnector {
  return { id: Number(row.id), writes: row.writes, row, connector: connectorOf(row), at: Number(row.now) };
}
