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
/** The nearest ones. */
const MOST_FRAMES = 5;

/** The innermost first. Anything can be thrown, also what throws when it is looked at: then there are none. */
export function userFrames(error: unknown, ours = OURS): readonly Frame[] {
  try {
    const stack = error instanceof Error ? String(error.stack ?? "") : "";
    const frames = stack.split("\n").flatMap(frameIn);
    return frames.filter(({ file }) => !file.startsWith(ours) && !file.includes("node_modules")).slice(0, MOST_FRAMES);
  } catch {
    return [];
  }
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
