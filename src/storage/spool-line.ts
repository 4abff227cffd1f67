/**
 * A line of the spool: one callback or quarantine entry as JSON, its body in base64, with a checksum of the rest of the
 * line. What a crash left half written does not pass for a whole line. Pure.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import type { Callback, Intake, QuarantineEntry } from "./contract.ts";

export type SpoolEntry =
  | { readonly kind: "callback"; readonly callback: Callback }
  | { readonly kind: "quarantine"; readonly entry: QuarantineEntry };

/** `{"v":1,"sum":"0123456789abcdef",` — the checksum is of all that follows. */
const HEAD = /^\{"v":1,"sum":"([0-9a-f]{16})",$/;
const HEAD_LENGTH = 32;

/** All entries of an intake, one line each, every line with its line break. */
export function spoolLines({ callbacks, quarantine }: Intake): string {
  return [
    ...callbacks.map((callback) => line({ callback: withBase64(callback) })),
    ...quarantine.map((entry) => line({ quarantine: withBase64(entry) })),
  ].join("");
}

/** Reads a line without its line break; undefined when it is not one that we wrote, whole. */
export function readSpoolLine(bytes: Buffer): SpoolEntry | undefined {
  const [, sum] = HEAD.exec(bytes.toString("latin1", 0, HEAD_LENGTH)) ?? [];
  const rest = bytes.subarray(HEAD_LENGTH);
  if (sum === undefined || sum !== checksum(rest)) return undefined;
  // the checksum proves that these are our own words
  const { callback, quarantine } = JSON.parse(`{${rest.toString("utf8")}`) as WrittenLine;
  if (callback !== undefined) return { kind: "callback", callback: withBytes(callback) };
  return quarantine === undefined ? undefined : { kind: "quarantine", entry: withBytes(quarantine) };
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
