/** Fields of Chat's answers, each taken only as what it is documented to be. Pure. */
import type { Said } from "../../basics/sentences.ts";
import { isRecord } from "../../connector-tools.ts";
import type { Fields } from "../body.ts";

/** What was read of an answer, or what is odd about it: then nothing of it is believed. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly odd: Said };

export const read = <T>(value: T): Read<T> => ({ ok: true, value });
export const odd = (said: Said): { readonly ok: false; readonly odd: Said } => ({ ok: false, odd: said });

/** Bytes; as for the ids of callbacks. */
const LONGEST_ID = 256;

/** An id that can be kept, and compared with those of callbacks. */
export function isId(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value) &&
    Buffer.byteLength(value) <= LONGEST_ID
  );
}

/** A whole number that is not negative. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** As milliseconds since 1970 this would be the year 33658: what is larger was meant as milliseconds. */
const MOST_SECONDS = 1_000_000_000_000;
/** March 1973. */
const FEWEST_SECONDS = 100_000_000;

/** Seconds since 1970. */
export function isTime(value: unknown): value is number {
  return isCount(value) && value >= FEWEST_SECONDS && value < MOST_SECONDS;
}

/** The list under this name, when it is one of objects. */
export function objectsIn(fields: Fields, name: string): readonly Fields[] | undefined {
  const value = fields[name];
  return Array.isArray(value) && value.every(isRecord) ? value : undefined;
}
