/** What a file of one's own asks of the bridge that is not there: runtimes speak of a package that is missing. Pure. */
import { nearest } from "../../basics/suggest.ts";
import * as connector from "../../connector.ts";
import * as tools from "../../connector-tools.ts";
import type { ShapeFault } from "./shape.ts";

/** What stands behind `unsub-bridge/`, as in the package's `exports`. */
export const BRIDGE_PARTS: readonly string[] = ["conformance", "connector", "sandbox", "testing", "tools"];

/** What a connector takes at work, by where it is; the other parts are for its tests. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  connector: Object.keys(connector),
  tools: Object.keys(tools),
};

/** `from "unsub-bridge/tools"`. */
const PARTS = /\b(?:from|import)\s*\(?\s*["']unsub-bridge\/([^"'\n]*)["']/g;

/** The parts of the bridge that a file imports, by their names behind `unsub-bridge/`. */
export function bridgePartsIn(text: string): string[] {
  return [...text.matchAll(PARTS)].map(([, part = ""]) => part);
}

/** As Bun says it, and as V8 does. */
const NO_EXPORT = [
  /Export named '(?<name>\w+)' not found in module '[^']*[/\\](?<file>connector|connector-tools)\.[jt]s'/,
  /module 'unsub-bridge\/(?<part>\w+)' does not provide an export named '(?<name>\w+)'/,
];

/**
 * The fault of a file that cannot be loaded, where it is one of what it imports from the bridge.
 * @param parts what it imports from, by `bridgePartsIn`
 * @param words of the runtime
 */
export function bridgeImportFault(parts: readonly string[], words: string): ShapeFault | undefined {
  const stranger = parts.find((part) => !BRIDGE_PARTS.includes(part));
  return stranger === undefined ? noExportFault(words) : noPartFault(stranger);
}

function noPartFault(part: string): ShapeFault {
  const close = nearest(part, BRIDGE_PARTS);
  const todo = `import from ${BRIDGE_PARTS.slice(0, -1).join(", ")} or ${BRIDGE_PARTS.at(-1)}`;
  const meant = close === undefined ? todo : `did you mean "unsub-bridge/${close}"?`;
  return { what: `the file cannot be loaded: there is no "unsub-bridge/${part}"`, todo: meant };
}

function noExportFault(words: string): ShapeFault | undefined {
  const found = NO_EXPORT.map((each) => each.exec(words)?.groups).find((groups) => groups !== undefined);
  const part = found?.part ?? (found?.file === "connector-tools" ? "tools" : "connector");
  const name = found?.name;
  if (name === undefined) return undefined;
  return { what: `the file cannot be loaded: "unsub-bridge/${part}" has no "${name}"`, todo: wayTo(name, part) };
}

function wayTo(name: string, part: string): string {
  const elsewhere = Object.keys(EXPORTS).find((other) => EXPORTS[other]?.includes(name));
  if (elsewhere !== undefined) return `import it from "unsub-bridge/${elsewhere}"`;
  const close = nearest(name, EXPORTS[part] ?? []);
  return close === undefined ? "look up its name; an editor lists what there is" : `did you mean "${close}"?`;
}
