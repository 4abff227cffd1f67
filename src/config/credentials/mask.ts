/** Lines of a configuration as they may be shown: stars in the place of credentials, as wide as they were. Pure. */

const REFERENCE_OR_TEXT = /\$\{[A-Za-z_]\w*\}|[^\s]/g;

/** Characters become stars; variables stay, which say where the value comes from. */
function starred(text: string): string {
  return text.replace(REFERENCE_OR_TEXT, (part) => (part.length > 1 ? part : "*"));
}

/** A part of a line, from and to (exclusive), and what stands behind it in a comment. */
export function maskPart(line: string, from: number, to: number): string {
  const start = Math.max(0, from);
  const end = Math.min(line.length, to);
  if (start >= end) return line;
  const behind = line.slice(end);
  // the tail of a secret with a # in it, more often than not
  const tail = behind.replace(/(?<=^|\s)#.*$/, starred);
  return line.slice(0, start) + starred(line.slice(start, end)) + tail;
}

/**
 * What may be seen of a line that nobody can read: a variable, brackets and quotes, and the name of a setting that we know, with
 * its colon, where a line, a block or an entry begins. Anywhere else a word with a colon may be a part of a value.
 */
const PARTS = /(\$\{[A-Za-z_]\w*\}|(?<=^\s*(?:-\s+)*|\{\s*|,\s+)[a-z][a-z_]{1,30}:(?=\s|$)|[{}[\],"'])|[^\s{}[\],"']+/g;
/** Characters. */
const LONGEST_LINE = 2_000;
/** List marks and their like. */
const MARKS = /^[-:|>&*]+$/;

/** Everything but known names of settings, and variables: of a line of which nobody knows what is secret. */
export function maskValues(line: string, isName: (word: string) => boolean): string {
  // what stands before a part is looked at for each: a line of settings is short
  if (line.length > LONGEST_LINE) return starred(line);
  const comment = line.search(/(^|\s)#/);
  const body = comment === -1 ? line : line.slice(0, comment);
  const isShown = (part: string | undefined) =>
    part !== undefined && (!part.endsWith(":") || isName(part.slice(0, -1)));
  const masked = body.replace(PARTS, (part, shown: string | undefined) =>
    isShown(shown) || MARKS.test(part) ? part : stars(part),
  );
  return masked + starred(line.slice(body.length));
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
export function maskCredentials(line: string): string {
  const mask = (whole: string, name: string, value: string) =>
    /^["']?\$\{|^\{|^[|>&*#:=]/.test(value) ? whole : name + stars(value);
  const masked = line.replace(CREDENTIAL_LINE, mask).replace(CREDENTIAL_SLIP, mask);
  return masked.replace(PASSWORD_IN_URL, (whole, before: string, password: string) =>
    password.startsWith("${") ? whole : before + "*".repeat(password.length),
  );
}

/** The value's own width in stars, and what stands behind it. */
function stars(value: string): string {
  return "*".repeat(value.length);
}

/** Characters: shorter ones would blot out ordinary words. */
const SHORTEST_HIDDEN = 4;

/** A function that puts stars in the place of these secrets, as many as they have characters: a caret below keeps its place. */
export function masker(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_HIDDEN).sort((a, b) => b.length - a.length);
  return (text) => long.reduce((line, secret) => line.replaceAll(secret, stars(secret)), text);
}
