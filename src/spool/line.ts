/**
 * A line of the spool: one callback or quarantine entry as JSON, its body in base64, with a checksum of the rest of the
 * line. What a crash left half written does not pass for a whole line. Pure.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import type { Callback, Intake, QuarantineEntry } from "../storage/contract/callbacks.ts";

export type SpoolEntry =
  | { readonly kind: "callback"; readonly callback: Callback }
  | { readonly kind: "quarantine"; readonly entry: QuarantineEntry }
  /** Whole, and not a line that this release writes: perhaps a newer one does. */
  | { readonly kind: "foreign" };

/** `{"v":1,"sum":"0123456789abcdef",` — the checksum is of all that follows. */
const HEAD = /^\{"v":1,"sum":"([0-9a-f]{16})",$/;
const HEAD_LENGTH = 32;
/** The head of a newer release: only the version differs. */
const NEWER_HEAD = /^\{"v":(?:[2-9]|[1-9]\d{1,8}),"sum":"([0-9a-f]{16})",/;
const LONGEST_HEAD = 48;

/** All entries of an intake, one line each, every line with its line break. */
export function spoolLines({ callbacks, quarantine }: Intake): string {
  return [
    ...callbacks.map((callback) => line({ callback: withBase64(callback) })),
    ...quarantine.map((entry) => line({ quarantine: withBase64(entry) })),
  ].join("");
}

/** Reads a line without its line break; undefined when it is not whole. Never throws. */
export function readSpoolLine(line: Buffer): SpoolEntry | undefined {
  const bytes = withoutWrapping(line);
  const [, sum] = HEAD.exec(bytes.toString("latin1", 0, HEAD_LENGTH)) ?? [];
  const rest = bytes.subarray(HEAD_LENGTH);
  if (sum === undefined || sum !== checksum(rest)) return isWholeForeign(bytes) ? FOREIGN : undefined;
  return entryIn(rest) ?? FOREIGN;
}

/** What an editor on Windows puts around lines: a carriage return behind each, a byte order mark before the first. */
function withoutWrapping(line: Buffer): Buffer {
  const from = BYTE_ORDER_MARK.equals(line.subarray(0, BYTE_ORDER_MARK.length)) ? BYTE_ORDER_MARK.length : 0;
  return line.subarray(from, line.at(-1) === CARRIAGE_RETURN ? -1 : undefined);
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CARRIAGE_RETURN = 0x0d;

const FOREIGN: SpoolEntry = { kind: "foreign" };

/** A line of another release, or of somebody else: what a crash cut is no JSON, or its checksum is wrong. */
function isWholeForeign(bytes: Buffer): boolean {
  const start = bytes.toString("latin1", 0, LONGEST_HEAD);
  const [head, sum] = NEWER_HEAD.exec(start) ?? [];
  if (head !== undefined) return sum === checksum(bytes.subarray(head.length));
  // one of ours in which a byte is wrong is not whole
  return !start.startsWith('{"v":') && !start.includes(',"sum":"') && parsed(bytes) !== undefined;
}

/** Undefined when something is missing or of another kind: the store must get nothing that it cannot hold. */
function entryIn(rest: Buffer): SpoolEntry | undefined {
  const line = parsed(Buffer.concat([Buffer.from("{"), rest])) as WrittenLine | undefined;
  if (isCallback(line?.callback)) return { kind: "callback", callback: withBytes(line.callback) };
  return isQuarantine(line?.quarantine) ? { kind: "quarantine", entry: withBytes(line.quarantine) } : undefined;
}

function isCallback(value: unknown): value is Written<Callback> {
  if (typeof value !== "object" || value === null) return false;
  const { app, command, platform, clientIp, receivedAt, body } = value as Record<string, unknown>;
  return [app, command, platform, clientIp, body].every((one) => typeof one === "string") && isCount(receivedAt);
}

function isQuarantine(value: unknown): value is Written<QuarantineEntry> {
  if (!isCallback(value)) return false;
  const { id, fault, size } = value as unknown as Record<string, unknown>;
  return typeof id === "string" && typeof fault === "string" && isCount(size);
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value);

function parsed(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

interface WrittenLine {
  readonly callback?: Written<Callback>;
  readonly quarantine?: Written<QuarantineEntry>;
}

type Written<T> = Omit<T, "body"> & { readonly body: string };

function line(entry: WrittenLine): string {
  const rest = JSON.stringify(entry).slice(1);
  return `{"v":1,"sum":"${checksum(rest)}",${rest}\n`;
}

function checksum(rest: string | Uint8Array): string {
  return hash("sha256", rest, "hex").slice(0, 16);
}

function withBase64<T extends Callback>(value: T): Written<T> {
  const { buffer, byteOffset, byteLength } = value.body;
  return { ...value, body: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
}

function withBytes<T extends Callback>(value: Written<T>): Omit<T, "body"> & { readonly body: Uint8Array } {
  return { ...value, body: Buffer.from(value.body, "base64") };
}
