/** The files that are made from the schema: config/bridge.schema.json and the tables in connectors/<type>/README.md. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ConnectorType } from "../../connector.ts";
import { builtInTypes, loadBuiltIn } from "../connector-types/built-in.ts";
import { withSettings } from "./docs.ts";
import { configJsonSchema } from "./json-schema.ts";

export interface GeneratedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
}

const HOME = new URL("../../../", import.meta.url);

/** What the generated files should hold now. Rejects when a README lacks its markers. */
export async function generatedFiles(): Promise<GeneratedFile[]> {
  const types = await Promise.all(builtInTypes().map(loadBuiltIn));
  const schema = {
    path: pathOf("config/bridge.schema.json"),
    content: `${JSON.stringify(configJsonSchema(types), null, 2)}\n`,
  };
  return [schema, ...(await Promise.all(types.map(readmeOf)))];
}

async function readmeOf(type: ConnectorType): Promise<GeneratedFile> {
  const path = pathOf(`connectors/${type.type}/README.md`);
  const content = withSettings(await readFile(path, "utf8"), new Map(Object.entries(type.settings.properties)));
  if (content === undefined) throw new Error(`${path} lacks <!-- settings:begin --> and <!-- settings:end -->`);
  return { path, content };
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, HOME));
}
