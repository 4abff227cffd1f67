/** A configuration file as text: from offsets to lines and columns, and a line as it may be shown. */

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
}

export interface Source {
  /** The file's name as the user gave it: what faults show. */
  readonly file: string;
  readonly text: string;
  placeOf(offset: number): Place;
  /** A line without its line break, as it may be shown: credentials are masked, their width is kept for the caret. */
  line(number: number): string;
}

export function openSource(file: string, text: string): Source {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return {
    file,
    text,
    placeOf(offset) {
      const line = lastAtMost(starts, offset);
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
    line(number) {
      const start = starts[number - 1];
      if (start === undefined) return "";
      const line = text.slice(start, starts[number]).replace(/\r?\n$/, "");
      return maskCredentials(printable(line));
    },
  };
}

/** Index of the last of these ascending numbers that is not above `limit`. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Foreign text must not steer the terminal that it is printed on. Keeps the width. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
}

const CREDENTIAL_LINE = /^(.*?(?:auth|cookie|key|passw|secret|token)[\w-]*["']?\s*:\s+)(\S.*)$/i;
/** The same at the beginning of a line, where the colon, or the space behind it, was forgotten. */
const CREDENTIAL_SLIP =
  /^(\s*(?:- )?["']?[\w-]*(?:auth|cookie|key|passw|secret|token)[\w-]*["']?(?:\s*[:=]\s*|\s+))(\S.*)$/i;
const PASSWORD_IN_URL = /(:\/\/[^\s/@:]*:)([^\s/@]+)(?=@)/g;

/**
 * Hides what looks like a credential. A file that cannot be parsed cannot say which of its values are secret,
 * and its lines reach terminals and logs all the same.
 */
function maskCredentials(line: string): string {
  const mask = (whole: string, name: string, value: string) =>
    /^["']?\$\{|^\{|^[|>&*#:=]/.test(value) ? whole : name + stars(value);
  const masked = line.replace(CREDENTIAL_LINE, mask).replace(CREDENTIAL_SLIP, mask);
  return masked.replace(PASSWORD_IN_URL, (whole, before: string, password: string) =>
    password.startsWith("${") ? whole : before + "*".repeat(password.length),
  );
}

/** The value's own width in stars; a comment behind it stays. */
function stars(value: string): string {
  const comment = value.search(/\s#/);
  const end = comment === -1 ? value.length : comment;
  return "*".repeat(end) + value.slice(end);
}
