/** Connector types that come with the bridge: connectors/<type>/index.ts. One is loaded only when a connector uses it. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ConnectorType } from "../../connector.ts";
import { typesIn } from "./exported.ts";

const HOME = new URL("../../../connectors/", import.meta.url);

/** The words that `type:` knows, in alphabetical order: folders with a face, `index.ts`. */
export async function builtInTypes(): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(HOME, { withFileTypes: true })) {
    if (entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, HOME))) names.push(entry.name);
  }
  return names.sort();
}

/** Loads connectors/<name>/index.ts. Rejects when it is broken: that is our fault, not the configuration's. */
export async function loadBuiltIn(name: string): Promise<ConnectorType> {
  const module: unknown = await import(new URL(`${name}/index.ts`, HOME).href);
  const [type, another] = typesIn(module);
  if (type === undefined || another !== undefined) {
    throw new Error(`${fileURLToPath(new URL(`${name}/index.ts`, HOME))} must export one connector type`);
  }
  return type;
}
