/**
 * `${NAME}`, `${NAME:-default}` and `$${` (a literal `${`) in the scalars of the YAML, replaced after parsing: no value can
 * break the file, and no value is looked at again.
 */

export type Env = Readonly<Record<string, string | undefined>>;

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

const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\})?/g;

export function substitute(text: string, env: Env): Substitution {
  const pieces: Piece[] = [];
  const missing: { name: string; offset: number }[] = [];
  let malformed: number | undefined;
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, name, fallback, fallbackText] = match;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (whole === "$${") pieces.push({ text: "${" });
    else if (name === undefined) malformed ??= match.index;
    else {
      const value = env[name];
      // an empty variable is one that somebody forgot: compose files pass unset ones on as empty
      if (value !== undefined && value !== "") pieces.push({ text: value, variable: name });
      else if (fallback !== undefined) pieces.push({ text: fallbackText ?? "" });
      else missing.push({ name, offset: match.index });
    }
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return { pieces, missing, malformed };
}
