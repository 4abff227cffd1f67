/** Writing contacts, and finding out for each one whether it was written. */
import { type Outcome, rejected, retry } from "../../src/connector.ts";
import { askList, type Item, type ItemError, isAboutSettings, type Listed, type Stopped } from "./answer.ts";
import type { ApiRequest } from "./api.ts";
import { type Api, type ContactCreation, type ContactUpdate, LARGEST_BATCH } from "./api.ts";
import { chunksOf } from "./chunks.ts";
import type { Write } from "./plan.ts";

/** What became of a contact: its record id, or why it was not written. */
export type Written =
  | { readonly tag: "written"; readonly id: string }
  | { readonly tag: "failed"; readonly outcome: Outcome };

/** By the key of the write. When stopped, what was written before. */
export interface WriteReport {
  readonly written: ReadonlyMap<string, Written>;
  readonly stopped?: Stopped;
}

export function updateContacts(
  api: Api,
  writes: readonly Write<ContactUpdate>[],
  alone: boolean,
  signal: AbortSignal,
): Promise<WriteReport> {
  return writeAll(
    writes,
    (item, { key }) => item.id === key,
    (inputs) => api.update(inputs),
    { api, alone, signal },
  );
}

export function createContacts(
  api: Api,
  writes: readonly Write<ContactCreation>[],
  matchProperty: string,
  alone: boolean,
  signal: AbortSignal,
): Promise<WriteReport> {
  const isOf = (item: Item, { key, input }: Write<ContactCreation>) =>
    item.traceId === input.traceId || item.properties[matchProperty] === key;
  return writeAll(writes, isOf, (inputs) => api.create(inputs), { api, alone, signal });
}

interface Line {
  readonly api: Api;
  readonly alone: boolean;
  readonly signal: AbortSignal;
}

async function writeAll<T extends ContactCreation>(
  writes: readonly Write<T>[],
  isOf: (item: Item, write: Write<T>) => boolean,
  requestFor: (inputs: readonly T[]) => Promise<ApiRequest>,
  { api, alone, signal }: Line,
): Promise<WriteReport> {
  const written = new Map<string, Written>();
  for (const chunk of chunksOf(writes, LARGEST_BATCH)) {
    const answer = await askList(api, await requestFor(chunk.map(({ input }) => input)), alone, signal);
    if (answer.tag === "stopped") return { written, stopped: answer };
    for (const write of chunk) {
      const outcome =
        answer.tag === "postponed"
          ? failed(retry(answer.reason, answer.retryAfterMs))
          : readWritten(answer, write, (item) => isOf(item, write), chunk.length === 1);
      written.set(write.key, outcome);
    }
  }
  return { written };
}

/**
 * A 2xx proves nothing by itself: written is what HubSpot names as written, and does not name as failed.
 * @param isOnly whether the request had no other input: whatever went wrong then is about this one
 */
function readWritten<T extends ContactCreation>(
  { results, errors }: Listed,
  write: Write<T>,
  isIts: (item: Item) => boolean,
  isOnly: boolean,
): Written {
  const error = errors.find((each) => each.traceIds.includes(write.input.traceId) || each.ids.includes(write.key));
  if (error !== undefined) return failed(outcomeFor(error));
  const item = results.find(isIts);
  if (item !== undefined) return { tag: "written", id: item.id };
  const [first] = errors;
  return failed(isOnly && first !== undefined ? outcomeFor(first) : retry(unnamed(errors)));
}

function outcomeFor({ category, message }: ItemError): Outcome {
  const parts = { ...(category !== "" && { category }), ...(message !== "" && { message }) };
  switch (category) {
    case "VALIDATION_ERROR":
      // what would refuse everybody buries nobody: the definitions are looked at again next time
      if (isAboutSettings(message)) return retry({ words: "HubSpot refuses a property", ...parts });
      return rejected({ words: "HubSpot refuses a value", ...parts });
    case "OBJECT_NOT_FOUND":
      return retry({ words: "the contact was deleted or merged while it was being written", ...parts });
    default:
      return retry({ words: "HubSpot did not write the contact", ...parts });
  }
}

function unnamed(errors: readonly ItemError[]) {
  const words = "HubSpot's answer does not say that the contact was written";
  const [first] = errors;
  return first === undefined ? words : { words, category: first.category, message: first.message };
}

function failed(outcome: Outcome): Written {
  return { tag: "failed", outcome };
}
