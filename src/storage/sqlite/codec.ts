/**
 * Values on their way between two threads: their text, and their bytes in one piece. Cloning objects costs several times as
 * much, most of all where many small byte arrays are in them.
 */

import { type CodecTable, listOf, tableOf } from "./codec-table.ts";

export interface Packed {
  readonly text: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Stands for bytes: `{ [PLACE]: [offset, length] }`. No name of ours begins like this, and foreign objects do not occur. */
const PLACE = "\0bytes";
/** Stands for a number that JSON has no word for. */
const NUMBER = "\0number";
/** Stands for a list of records that are alike: `{ [TABLE]: Table }`. */
const TABLE = "\0table";

/** The bytes of a value, as they come, and how many. */
interface Parts {
  readonly parts: Uint8Array[];
  size: number;
}

/** Packs what JSON can hold, and `Uint8Array` anywhere in it. */
export function pack(value: unknown): Packed {
  const into: Parts = { parts: [], size: 0 };
  // nothing at all, as a method without an answer gives it, has no text
  const text = value === undefined ? "" : JSON.stringify(withPlaces(value, into));
  const bytes = new Uint8Array(into.size);
  let at = 0;
  for (const part of into.parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { text, bytes };
}

// not JSON's own replacer: a Buffer would have turned itself into numbers before it is asked
function withPlaces(part: unknown, into: Parts): unknown {
  if (typeof part === "number") return Number.isFinite(part) ? part : { [NUMBER]: String(part) };
  if (typeof part !== "object" || part === null) return part;
  if (!(part instanceof Uint8Array))
    return Array.isArray(part) ? listWithPlaces(part, into) : recordWithPlaces(part as Record<string, unknown>, into);
  const place = [into.size, part.length];
  into.parts.push(part);
  into.size += part.length;
  return { [PLACE]: place };
}

// most lists and records need no places, and are handed on as they are: a copy would cost more than all the rest
function listWithPlaces(list: readonly unknown[], into: Parts): unknown {
  const { parts } = into;
  const from = parts.length;
  const table = tableOf(list, into.size, parts);
  if (table !== undefined) {
    for (let index = from; index < parts.length; index += 1) into.size += parts[index]?.length ?? 0;
    return { [TABLE]: table };
  }
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const placed = withPlaces(list[index], into);
    if (placed !== list[index]) {
      copy ??= [...list];
      copy[index] = placed;
    }
  }
  return copy ?? list;
}

function recordWithPlaces(record: Readonly<Record<string, unknown>>, into: Parts): unknown {
  let copy: Record<string, unknown> | undefined;
  // not Object.entries, which makes an array for each key; what travels are plain objects
  for (const key in record) {
    const placed = withPlaces(record[key], into);
    if (placed !== record[key]) {
      copy ??= { ...record };
      copy[key] = placed;
    }
  }
  return copy ?? record;
}

export function unpack({ text, bytes }: Packed): unknown {
  if (text === "") return undefined;
  const value: unknown = JSON.parse(text);
  return text.includes(MARK) ? restored(value, bytes) : value;
}

/** How the names above begin in the text. */
const MARK = JSON.stringify("\0").slice(1, -1);

function restored(value: unknown, bytes: Uint8Array): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (PLACE in value) {
    const [offset, length] = value[PLACE] as [number, number];
    return bytes.subarray(offset, offset + length);
  }
  if (NUMBER in value) return Number(value[NUMBER]);
  if (TABLE in value) return listOf(value[TABLE] as CodecTable, bytes);
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === "object" && part !== null) Reflect.set(value, key, restored(part, bytes));
  }
  return value;
}
