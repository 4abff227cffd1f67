/** What a runtime, or a module itself, says when code of the user's own is loaded or called: in a line, with the place. */
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { lookAlikeName, lookAlikesIn, plainWords } from "../../basics/look-alikes.ts";
import { messageOf } from "../../basics/text.ts";
import { userFrames } from "../../basics/user-frames.ts";
import { fileErrorLine, fileWords } from "./error-line.ts";

interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Errors of one file that are told. */
const MOST = 5;

/**
 * `mine.ts:4:20 Unexpected ;`
 * @param file the file that was loaded, absolute; others are named relative to its folder
 */
export function codeErrorLine(error: unknown, file: string): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const [first] = error.errors;
    // what follows comes of it
    if (oddSignAt(placeOf(first)) !== undefined) return codeErrorLine(first, file);
    return error.errors
      .slice(0, MOST)
      .map((each: unknown) => codeErrorLine(each, file))
      .join("; ");
  }
  const place = placeOf(error);
  const words = oddSignAt(place) ?? wordsOf(error);
  if (place === undefined) return words;
  return `${relative(dirname(file), place.file)}:${place.line}:${place.column} ${words}`;
}

/** A sign of another keyboard where the code cannot be read; undefined where another one stands there. */
function oddSignAt(place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  try {
    const line = readFileSync(place.file, "utf8").split("\n")[place.line - 1] ?? "";
    const odd = lookAlikesIn(line).find(({ index }) => index === place.column - 1);
    return odd && `${lookAlikeName(odd)} stands here: ${plainWords(odd)}`;
  } catch {
    return undefined;
  }
}

/** What Bun knows of a fault of syntax; what V8 writes behind its message; where the module itself threw. */
function placeOf(error: unknown): Place | undefined {
  try {
    return positionOf(error) ?? placeIn(plain(messageOf(error))) ?? userFrames(error)[0];
  } catch {
    // what was thrown, or the address in it, is not to be read
    return undefined;
  }
}

function positionOf(error: unknown): Place | undefined {
  const position = typeof error === "object" && error !== null && "position" in error ? error.position : undefined;
  if (typeof position !== "object" || position === null) return undefined;
  const { file, line, column } = position as Readonly<Record<string, unknown>>;
  return typeof file === "string" && typeof line === "number" && typeof column === "number"
    ? { file, line, column }
    : undefined;
}

/** Deno puts the place behind its words, on a line of its own or at their end. */
const AT = /\bat (?<address>file:\/\/\S+?)(?:\?v=[0-9a-f]+)?:(?<line>\d+):(?<column>\d+)$/m;

function placeIn(message: string): Place | undefined {
  const { address, line, column } = AT.exec(message)?.groups ?? {};
  if (address === undefined) return undefined;
  return { file: fileURLToPath(address), line: Number(line), column: Number(column) };
}

/** The first line, without the place that stands in front of it then. */
function wordsOf(error: unknown): string {
  const [line = ""] = plain(messageOf(error)).split("\n", 1);
  return fileWords(error) ?? fileErrorLine(line.replace(/^SyntaxError: /, "").replace(/ at file:\/\/\S+:\d+:\d+$/, ""));
}

/** Without the colours that Deno puts into its messages. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is removed
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
