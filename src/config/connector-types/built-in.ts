/** Connector types that come with the bridge: connectors/<type>/index.ts. One is loaded only when a connector uses it. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ConnectorType } from "../../connector.ts";
import { typesIn } from "./exported.ts";

const HOME = new URL("../../../connectors/", import.meta.url);

/** The words that `type:` knows, in alphabetical order: folders with a face, `index.ts`. */
export function builtInTypes(): string[] {
  const folders = readdirSync(HOME, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((name) => existsSync(new URL(`${name}/index.ts`, HOME)))
    .sort();
}

/** Loads connectors/<name>/index.ts. Rejects when it is broken: that is our fault, not the configuration's. */
export async function loadBuiltIn(name: string): Promise<ConnectorType> {
  const module: unknown = await import(new URL(`${name}/index.ts`, HOME).href);
  const [type, another] = typesIn(module);
  const file = fileURLToPath(new URL(`${name}/index.ts`, HOME));
  if (type === undefined || another !== undefined) throw new Error(`${file} must export one connector type`);
  if (type.type !== name) throw new Error(`${file} calls its type "${type.type}": it must be the folder's name`);
  return type;
}
