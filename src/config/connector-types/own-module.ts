/**
 * A module of the user's own, loaded anew whenever its text has changed. What it imports from files beside it is loaded once
 * for the life of the process, failures included: no runtime forgets a module. Such files are named when they have changed.
 */
import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Digests, digestOf } from "../files/digest.ts";
import { contentOf } from "../files/read-text.ts";
import { bridgePartsIn } from "./bridge-imports.ts";

export interface OwnModule {
  /** Loads it. Rejects with what the runtime, or the module itself, throws. */
  load(): Promise<unknown>;
  /** The file, and files that it imports, directly or not, each as it is now. */
  readonly files: Digests;
  /** Files among them that this process has loaded with another content: only a restart changes that. */
  readonly outdated: readonly string[];
  /** Files among them that import by a path that is computed as they run: what that leads to is not watched. */
  readonly computing: readonly string[];
  /** What they import from the bridge, by the names behind `unsub-bridge/`. */
  readonly bridgeParts: readonly string[];
}

/** What this process has first loaded of files that own modules import, by absolute path: modules are kept as long as it lives. */
const loaded = new Map<string, string>();

/** Files of one connector. More would be somebody's whole project. */
const MOST_FILES = 500;

/** Reads a module and what it imports. Rejects when the file itself cannot be read. */
export async function readOwnModule(file: string): Promise<OwnModule> {
  const { files, computing, bridgeParts } = await withImports(file);
  const place = await placeOf(file);
  const imported = [...files].filter(([path]) => path !== file);
  const outdated = imported.flatMap(([path, digest]) => ((loaded.get(path) ?? digest) === digest ? [] : [path]));
  const version = createHash("sha256")
    .update(JSON.stringify([...files]))
    .digest("hex")
    .slice(0, 16);
  return {
    files,
    outdated,
    computing,
    bridgeParts,
    load() {
      for (const [path, digest] of imported) if (!loaded.has(path)) loaded.set(path, digest);
      return import(specifierOf(place, version));
    },
  };
}

const IS_DENO = "Deno" in globalThis;

/**
 * Where the runtime finds a file, and what that imports from beside it: Deno where it is named, Bun where links lead. Bun remembers that
 * as well, and would look for ever where a link led once; Kubernetes swaps one to a whole folder.
 */
async function placeOf(file: string): Promise<string> {
  return IS_DENO ? file : await realpath(file).catch(() => file);
}

/** Runtimes keep a module under its address: with another query it is another module. */
function specifierOf(file: string, version: string): string {
  const query = `?v=${version}`;
  // Bun 1.4 takes no notice of the query of a `file:` URL, but of a path's; Deno takes a path for a URL
  return IS_DENO ? pathToFileURL(file).href + query : file + query;
}

async function withImports(file: string) {
  const files = new Map<string, string>();
  const computing: string[] = [];
  const bridgeParts: string[] = [];
  const open: string[] = [];
  const add = async (path: string, content: Buffer) => {
    files.set(path, digestOf(content));
    if (!SOURCE.test(path)) return;
    const text = content.toString("utf8");
    open.push(...importsIn(text, await placeOf(path)));
    if (computesImports(text)) computing.push(path);
    bridgeParts.push(...bridgePartsIn(text.replace(COMMENTS, "")));
  };
  await add(file, await contentOf(file));
  for (let next = open.pop(); next !== undefined && files.size < MOST_FILES; next = open.pop()) {
    const found = files.has(next) ? undefined : await contentOf(next).catch(() => undefined);
    if (found !== undefined) await add(next, found);
  }
  return { files, computing, bridgeParts };
}

const SOURCE = /\.[cm]?[jt]sx?$/;
/** `from "./x.ts"`, `import "./x.ts"`, `import("./x.ts")`, `require("./x.js")`: one too many, in a comment say, does no harm. */
const RELATIVE = /\b(?:from|import|require)\s*\(?\s*(["'`])(\.{0,2}\/(?:(?!\$\{|\1)[^\n])+)\1/g;
/** `import(path)`, ``import(`./${name}.ts`)``. */
const COMPUTED = /(?<![.\w])(?:import|require)\s*\(\s*(?:[^\s"'`)]|`[^`]*\$\{|["'][^"'\n]*["']\s*\+)/;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{}])\/\/.*$/gm;
/** What runtimes try where the ending is left out. */
const ENDINGS = ["", ".ts", ".js", ".mts", ".mjs", "/index.ts", "/index.js"];

function importsIn(text: string, file: string): string[] {
  return [...text.matchAll(RELATIVE)].flatMap(([, , target = ""]) =>
    ENDINGS.map((ending) => resolve(dirname(file), target + ending)),
  );
}

function computesImports(text: string): boolean {
  return COMPUTED.test(text.replace(COMMENTS, ""));
}
