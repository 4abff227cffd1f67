/** Where in code of the user's own an error came from: its stack without what is the bridge's, a package's or the runtime's. Pure. */
import { fileURLToPath } from "node:url";

/** A place in a file. */
export interface Frame {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The function; empty where it has no name. */
  readonly within: string;
}

/** The bridge's own sources. */
const OURS = fileURLToPath(new URL("../", import.meta.url));
const BUILT_IN = fileURLToPath(new URL("../../connectors/", import.meta.url));
/** The nearest ones. */
const MOST_FRAMES = 5;

/** The innermost first. */
export function userFrames(error: unknown, ours = OURS): readonly Frame[] {
  return framesOf(error)
    .filter((frame) => isUsers(frame, ours))
    .slice(0, MOST_FRAMES);
}

/**
 * Where code of the user's own itself has thrown; undefined where it was the bridge, a connector type of ours or a package that did,
 * whoever had called it.
 */
export function thrownAt(error: unknown, ours = OURS, builtIn = BUILT_IN): Frame | undefined {
  const [innermost] = framesOf(error);
  return innermost !== undefined && isUsers(innermost, ours) && !innermost.file.startsWith(builtIn)
    ? innermost
    : undefined;
}

/** Anything can be thrown, also what throws when it is looked at: then there are none. */
function framesOf(error: unknown): readonly Frame[] {
  try {
    const stack = error instanceof Error ? String(error.stack ?? "") : "";
    return stack.split("\n").flatMap(frameIn);
  } catch {
    return [];
  }
}

function isUsers({ file }: Frame, ours: string): boolean {
  return !file.startsWith(ours) && !file.includes("node_modules");
}

/** `deliver (/app/config/mine.ts:12:7)`; without the function where it has no name. */
export function frameText({ file, line, column, within }: Frame): string {
  const place = `${file}:${line}:${column}`;
  return within === "" ? place : `${within} (${place})`;
}

/** The same for a line of the log; nothing where there is none. */
export function userStack(error: unknown): { readonly stack?: string } {
  const frames = userFrames(error);
  return frames.length === 0 ? {} : { stack: frames.map(frameText).join("\n") };
}

/** `at deliver (/a/b.ts:1:2)`, `at async file:///a/b.ts?v=1:1:2`: as Bun and V8 write them. */
const FRAME =
  /^\s*at (?:async )?(?:(?<within>[^()]+?) \()?(?<place>(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(?<line>\d+):(?<column>\d+)\)?$/;

function frameIn(text: string): readonly Frame[] {
  const { within = "", place, line, column } = FRAME.exec(text)?.groups ?? {};
  if (place === undefined) return [];
  // a file of one's own is loaded under a new address whenever its text has changed
  const [path = ""] = place.split(/\?v=[0-9a-f]+$/);
  const file = path.startsWith("file://") ? fileURLToPath(path) : path;
  const name = within.replace(/^Object\./, "").replace("<anonymous>", "");
  return [{ file, line: Number(line), column: Number(column), within: name }];
}
