/**
 * `${NAME}`, `${NAME:-default}` and `$${` (a literal `${`) in the scalars of the YAML, replaced after parsing: no value can
 * break the file, and no value is looked at again. A default may hold references in its turn.
 */
import { trimmed } from "../../basics/trimmed.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** A scalar's text with its variables replaced. */
export interface ReplacedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Names of the variables in it. */
  readonly variables: readonly string[];
  /** True when it stands in the file as it is. */
  readonly isLiteral: boolean;
  /** True when it is the content of a file of its own. */
  readonly isFromFile?: boolean;
  /** True when no message may quote it. */
  readonly isConcealed?: boolean;
}

/** A piece of a text: as it stands in the file, or put in from the environment. */
export interface Piece {
  readonly text: string;
  /** The variable that it came from; a default counts as written in the file. */
  readonly variable?: string;
}

export interface Substitution {
  readonly pieces: readonly Piece[];
  /** Variables that are not set (or empty) and have no default, each with its offset in the text. */
  readonly missing: readonly { readonly name: string; readonly offset: number }[];
  /** Offset of a `${` that is no reference. */
  readonly malformed: number | undefined;
}

export function substitute(text: string, env: Env): Substitution {
  const pieces: Piece[] = [];
  const missing: { name: string; offset: number }[] = [];
  let malformed: number | undefined;
  let end = 0;
  for (let at = text.indexOf("${"); at !== -1; at = text.indexOf("${", end)) {
    const isEscaped = at > end && text[at - 1] === "$";
    const plainEnd = isEscaped ? at - 1 : at;
    if (plainEnd > end) pieces.push({ text: text.slice(end, plainEnd) });
    const reference = isEscaped ? undefined : referenceAt(text, at);
    end = reference?.end ?? at + 2;
    if (isEscaped) pieces.push({ text: "${" });
    else if (reference === undefined) malformed ??= at;
    else {
      const found = piecesOf(reference, env);
      pieces.push(...found.pieces);
      missing.push(...found.missing);
      malformed ??= found.malformed;
    }
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return { pieces, missing, malformed };
}

interface Reference {
  readonly name: string;
  readonly start: number;
  /** Behind its closing brace. */
  readonly end: number;
  readonly fallback?: { readonly text: string; readonly start: number };
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/** Undefined when what begins here is no reference. */
function referenceAt(text: string, start: number): Reference | undefined {
  NAME.lastIndex = start + 2;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return undefined;
  const behind = start + 2 + name.length;
  if (text[behind] === "}") return { name, start, end: behind + 1 };
  if (!text.startsWith(":-", behind)) return undefined;
  const close = closingBrace(text, behind + 2);
  if (close === undefined) return undefined;
  const fallback = { text: text.slice(behind + 2, close), start: behind + 2 };
  return { name, start, end: close + 1, fallback };
}

/** Of a default that may hold braces itself: other references, templates. */
function closingBrace(text: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "{") open += 1;
    else if (text[at] === "}") {
      if (open === 0) return at;
      open -= 1;
    }
  }
  return undefined;
}

function piecesOf({ name, start, fallback }: Reference, env: Env): Substitution {
  const value = trimmed(env[name] ?? "");
  const inner = fallback === undefined ? undefined : substitute(fallback.text, env);
  const offset = fallback?.start ?? 0;
  const malformed = inner?.malformed === undefined ? undefined : inner.malformed + offset;
  // an empty variable is one that somebody forgot: compose files pass unset ones on as empty
  if (value !== "") return { pieces: [{ text: value, variable: name }], missing: [], malformed };
  if (inner === undefined) return { pieces: [], missing: [{ name, offset: start }], malformed };
  const missing = inner.missing.map((one) => ({ ...one, offset: one.offset + offset }));
  return { pieces: inner.pieces, missing, malformed };
}
