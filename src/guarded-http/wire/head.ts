/** The head of an HTTP/1.1 answer (RFC 9112): its status line and its fields, out of bytes. Pure. */

/** Bytes of the heads of one answer, the interim ones included. */
export const LONGEST_HEAD = 32 * 1024;

export interface Head {
  readonly status: number;
  /** HTTP/1.1, not 1.0. */
  readonly isPersistent: boolean;
  /** By name in lower case, in the order in which they came. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Every line was as RFC 9112 wants it: what this answer says of its own end can be relied on. */
  readonly isWellFormed: boolean;
}

/** Bytes of the empty lines before a head: looked through anew with each piece of it. */
export const MOST_EMPTY = 64;

/** Where the bytes behind the blank line that ends a head begin; undefined while it has not come, also of bytes that are no head. */
export function endOfHead(bytes: Buffer): number | undefined {
  // RFC 9112 2.2: an empty line before it is skipped, and a line feed alone ends a line as well
  const start = startOfHead(bytes);
  if (start === -1) return undefined;
  const proper = bytes.indexOf("\n\r\n", start, "latin1");
  const bare = bytes.indexOf("\n\n", start, "latin1");
  if (bare !== -1 && (proper === -1 || bare < proper)) return bare + 2;
  return proper === -1 ? undefined : proper + 3;
}

/** Where its status line begins; -1 while nothing but empty lines has come. */
function startOfHead(bytes: Buffer): number {
  const most = Math.min(bytes.length, MOST_EMPTY);
  let start = 0;
  while (start < most && (bytes[start] === CR || bytes[start] === LF)) start += 1;
  return start < most ? start : -1;
}

/** Empty lines that go on and on: no head is behind them. */
export const isEmptiness = (bytes: Buffer): boolean => bytes.length >= MOST_EMPTY && startOfHead(bytes) === -1;

const CR = 13;
const LF = 10;

/** Reads a whole head, the blank line included. Undefined when it is no HTTP/1. */
export function readHead(text: string): Head | undefined {
  const [statusLine = "", ...lines] = text.trim().split(/\r?\n/);
  const [, minor, status] = STATUS_LINE.exec(statusLine) ?? [];
  if (status === undefined) return undefined;
  const fields = new Map<string, string[]>();
  let isWellFormed = !ODD_LINES.test(text);
  for (const line of lines) {
    const [, name, value = ""] = FIELD.exec(line) ?? [];
    if (name === undefined) isWellFormed = false;
    else addTo(fields, name.toLowerCase(), value.trim());
  }
  return { status: Number(status), isPersistent: minor === "1", fields, isWellFormed };
}

function addTo(fields: Map<string, string[]>, name: string, value: string): void {
  const known = fields.get(name);
  if (known === undefined) fields.set(name, [value]);
  else known.push(value);
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/;
/** An empty line before the status line, or a line feed alone. */
const ODD_LINES = /^[\r\n]|[^\r]\n/;

/** A name right before the colon: neither a blank there nor a continued line is taken for one (RFC 9112 5.1, 5.2). */
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/;

/** The values of a field that is a list, in lower case; empty without one. */
export function listIn({ fields }: Head, name: string): readonly string[] {
  const values = fields.get(name);
  if (values === undefined) return NONE;
  return values
    .join()
    .toLowerCase()
    .split(",")
    .map((value) => value.trim());
}

const NONE: readonly string[] = [];
