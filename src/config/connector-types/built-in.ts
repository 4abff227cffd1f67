/** Connector types that come with the bridge. One is loaded only when a connector uses it. */
import type { ConnectorType } from "../../connector.ts";
import { typesIn } from "./exported.ts";
import { theShelf } from "./shelf.ts";

/** The words that `type:` knows, in alphabetical order. */
export function builtInTypes(): string[] {
  return theShelf().types();
}

/** Loads a type by its word. Rejects when it is broken: that is our fault, not the configuration's. */
export async function loadBuiltIn(name: string): Promise<ConnectorType> {
  const shelf = theShelf();
  const [type, another] = typesIn(await shelf.load(name, "index"));
  const file = shelf.placeOf(name, "index");
  if (type === undefined || another !== undefined) throw new Error(`${file} must export one connector type`);
  if (type.type !== name) throw new Error(`${file} calls its type "${type.type}": it must be the folder's name`);
  return type;
}
