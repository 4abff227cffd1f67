/** Reads the ids of deliveries from a dead-letter file, for `dead-letters replay --file`. */
import { createReadStream } from "node:fs";
import { type Line, linesOf } from "../basics/lines.ts";

export interface DeadLetterId {
  readonly id: string;
  /** How often the delivery had been given up, this time included: a repeated line of a crash has the same. */
  readonly generation: number;
}

/** A line that is none of ours, and why. */
export interface LineFault {
  /** From 1. */
  readonly line: number;
  readonly what: string;
  /** Which sentence that is, for whoever says it in another language. */
  readonly code: LineFaultCode;
}

const LINE_FAULTS = {
  too_long: "the line is too long for a dead letter",
  empty: "the line is empty",
  no_json: "the line is not JSON: it was cut off, or is from another file",
  no_letter: "the line is not a dead letter",
  other_version: "the line is of another version than this release reads, which is 1",
  no_id: "the line names no delivery id",
  no_generation: "the line has no generation",
} as const;

export type LineFaultCode = keyof typeof LINE_FAULTS;

export interface DeadLetterIds {
  /** Each delivery once, with its latest generation, in the order of the file. */
  readonly letters: readonly DeadLetterId[];
  readonly faults: readonly LineFault[];
}

/** Far above any line of ours, in bytes; a file of another kind may have no line breaks at all. */
const LONGEST_LINE = 64 * 1024;
/** Of a file of another kind one need not hear about every line. */
const MOST_FAULTS = 100;

/**
 * Streams the file, so that its size does not matter. Rejects when it cannot be read.
 * @param source a path, or the bytes themselves, such as standard input
 */
export async function readDeadLetterIds(source: string | AsyncIterable<Uint8Array>): Promise<DeadLetterIds> {
  const generations = new Map<string, number>();
  const faults: LineFault[] = [];
  const chunks = typeof source === "string" ? createReadStream(source) : source;
  for await (const line of linesOf(chunks, LONGEST_LINE)) {
    const read = readDeadLetterLine(line);
    if (typeof read === "string") {
      if (faults.length < MOST_FAULTS) faults.push({ line: line.number, what: LINE_FAULTS[read], code: read });
    } else generations.set(read.id, Math.max(read.generation, generations.get(read.id) ?? 0));
  }
  return { letters: [...generations].map(([id, generation]) => ({ id, generation })), faults };
}

/** The delivery that the line names, or what is wrong with the line. Pure. */
export function readDeadLetterLine({ bytes, cut }: Pick<Line, "bytes" | "cut">): DeadLetterId | LineFaultCode {
  if (cut) return "too_long";
  const text = bytes.toString("utf8").trim();
  if (text === "") return "empty";
  const value = parsed(text);
  if (value === undefined) return "no_json";
  if (typeof value !== "object" || value === null || !("v" in value)) return "no_letter";
  if (value.v !== 1) return "other_version";
  if (!("id" in value) || typeof value.id !== "string" || value.id === "") return "no_id";
  if (!("generation" in value) || !Number.isSafeInteger(value.generation)) return "no_generation";
  return { id: value.id, generation: Number(value.generation) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
