/** Connector types of the user's own: files next to the YAML. One is loaded only when a connector uses it. */
import { messageOf } from "../../basics/text.ts";
import { codeErrorLine } from "../files/code-error.ts";
import type { Digests } from "../files/digest.ts";
import { fileErrorLine } from "../files/error-line.ts";
import { bridgeImportFault } from "./bridge-imports.ts";
import { NeverEnds, withinPatience } from "./loading.ts";
import { type OwnModule, readOwnModule } from "./own-module.ts";
import { type JudgedType, judgeExports, type ShapeFault } from "./shape.ts";

/** A type from a file of one's own. */
export type LoadedType = JudgedType & {
  /** What it was read from; empty when the file cannot be read. */
  readonly files: Digests;
  /** Files that it imports, of which this process goes on with an older content. */
  readonly outdated: readonly string[];
  /** Files that import what nobody can watch: by a path that is computed. */
  readonly computing: readonly string[];
};

/** True for a type that is a file: `./my-connector.ts`. */
export function isOwnType(word: string): boolean {
  return /[/\\]/.test(word) || /\.[cm]?[jt]s$/.test(word);
}

/** A module that has not come to its end after so many milliseconds is given up. */
const PATIENCE_MS = 10_000;

/**
 * Loads a connector type from a file. A file whose content changed is loaded anew; what it imports itself is not.
 * Never rejects.
 * @param file absolute
 */
export async function loadOwnType(file: string, patienceMs = PATIENCE_MS): Promise<LoadedType> {
  const module = await readOwnModule(file).catch((error: unknown) => fileErrorLine(error));
  if (typeof module === "string") {
    const todo = "check the path, which is relative to this file";
    const faults = [{ what: `the file cannot be read: ${module}`, todo }];
    return { ok: false, faults, files: new Map(), outdated: [], computing: [] };
  }
  const { files, outdated, computing } = module;
  return { ...(await judgeModule(file, module, patienceMs)), files, outdated, computing };
}

async function judgeModule(file: string, module: OwnModule, patienceMs: number): Promise<JudgedType> {
  try {
    return judgeExports(await withinPatience(module.load(), patienceMs));
  } catch (error) {
    return { ok: false, faults: [loadFault(error, file, module)] };
  }
}

function loadFault(error: unknown, file: string, { outdated, bridgeParts }: OwnModule): ShapeFault {
  if (error instanceof NeverEnds) return { what: error.message, todo: ASK_LATER };
  const what = codeErrorLine(error, file);
  const ofBridge = bridgeImportFault(bridgeParts, messageOf(error));
  if (ofBridge !== undefined) return ofBridge;
  const mend =
    outdated.length === 0 ? "mend the file" : `mend the file, and restart the bridge: ${outdated[0]} has changed`;
  return { what: `the file cannot be loaded: ${what}`, todo: BRIDGE.test(what) ? LINK : mend };
}

const ASK_LATER = "a file is to declare its connector and no more: wait for nothing outside of `deliver` and `check`";

/** The runtime looks for `unsub-bridge/connector` from the file's own folder upwards. */
const BRIDGE = /(package|module|import) ['"]unsub-bridge/i;
const LINK =
  "keep it in the bridge's own folder, such as config/, or link that folder beside it as node_modules/unsub-bridge";
