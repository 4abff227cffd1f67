/** Cutting lists into requests. Pure. */
import { chunksWithin } from "../../src/connector-tools.ts";

/** HubSpot refuses a search whose body is longer, in characters; the rest of the body is allowed for. */
const LONGEST_VALUES = 2_500;

/**
 * Chunks in which no two values differ only in case: HubSpot compares without case, so its answer could not be told apart,
 * and it refuses a batch that names one contact twice.
 */
export function chunksWithoutTwins(values: readonly string[], size: number): string[][] {
  const chunks: { values: string[]; seen: Set<string> }[] = [];
  for (const value of new Set(values)) {
    const plain = value.toLowerCase();
    const room = chunks.find((chunk) => chunk.values.length < size && !chunk.seen.has(plain));
    if (room === undefined) chunks.push({ values: [value], seen: new Set([plain]) });
    else {
      room.values.push(value);
      room.seen.add(plain);
    }
  }
  return chunks.map((chunk) => chunk.values);
}

/** Chunks of at most `size` values that fit into the body of a search. */
export function chunksForSearch(values: readonly string[], size: number): string[][] {
  const limits = { most: size, bytes: LONGEST_VALUES, sizeOf: (value: string) => JSON.stringify(value).length + 1 };
  return chunksWithin([...new Set(values)], limits);
}
