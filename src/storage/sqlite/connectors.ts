/** Connectors by their names. */
import type { Context, Row } from "./context.ts";

export function connectorRow({ one }: Pick<Context, "one">, name: string): Row | undefined {
  return one("SELECT * FROM connectors WHERE name = ?", name);
}

/** Throws where there is none. */
export function knownConnector(context: Pick<Context, "one">, name: string): Row {
  const row = connectorRow(context, name);
  if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
  return row;
}
