/** Writing contacts, and finding out for each one whether it was written. */
import { type Outcome, rejected, retry } from "../../src/connector.ts";
import { chunksWithin, type Stopped } from "../../src/connector-tools.ts";
import { askList, byId, type Item, type ItemError, type Listed, type Postponed } from "./answer.ts";
import type { ApiRequest } from "./api.ts";
import { type Api, type ContactCreation, type ContactUpdate, LARGEST_BATCH } from "./api.ts";
import { contradiction } from "./kept.ts";
import type { Write } from "./plan.ts";
import type { Definitions } from "./properties.ts";
import { said } from "./sentences.ts";

/** What became of a contact: its record id, or why it was not written. */
export type Written =
  | { readonly tag: "written"; readonly id: string /** What HubSpot has kept instead. */; readonly differs?: string }
  | { readonly tag: "failed"; readonly outcome: Outcome };

/** By the key of the write. When stopped, what was written before. */
export interface WriteReport {
  readonly written: ReadonlyMap<string, Written>;
  readonly stopped?: Stopped;
}

export function updateContacts(
  api: Api,
  writes: readonly Write<ContactUpdate>[],
  { definitions, signal }: Writing,
): Promise<WriteReport> {
  const finder: Finder<ContactUpdate> = (items) => {
    const contacts = byId(items);
    return ({ key }) => contacts.get(key);
  };
  return writeAll(writes, finder, (inputs) => api.update(inputs), { api, definitions, signal });
}

export function createContacts(
  api: Api,
  writes: readonly Write<ContactCreation>[],
  matchProperty: string,
  { definitions, signal }: Writing,
): Promise<WriteReport> {
  const finder: Finder<ContactCreation> =
    (items) =>
    ({ key, input }) =>
      items.find((item) => item.traceId === input.traceId || item.properties[matchProperty] === key);
  return writeAll(writes, finder, (inputs) => api.create(inputs), { api, definitions, signal });
}

/** From what an answer lists to the contact that a write is about, if it is among them. */
type Finder<T extends ContactCreation> = (items: readonly Item[]) => (write: Write<T>) => Item | undefined;

export interface Writing {
  /** Of the properties that are written. */
  readonly definitions: Definitions;
  readonly signal: AbortSignal;
}

interface Line extends Writing {
  readonly api: Api;
}

async function writeAll<T extends ContactCreation>(
  writes: readonly Write<T>[],
  finder: Finder<T>,
  requestFor: (inputs: readonly T[]) => Promise<ApiRequest>,
  { api, definitions, signal }: Line,
): Promise<WriteReport> {
  const written = new Map<string, Written>();
  for (const chunk of chunksWithin(writes, { most: LARGEST_BATCH })) {
    const answer = await askList(api, await requestFor(chunk.map(({ input }) => input)), signal);
    if (answer.tag === "stopped") return { written, stopped: answer };
    const outcomeOf = outcomesIn(answer, finder, { definitions, isOnly: chunk.length === 1 });
    for (const write of chunk) written.set(write.key, outcomeOf(write));
  }
  return { written };
}

interface Chunk extends Pick<Writing, "definitions"> {
  /** The request had no other input: whatever went wrong then is about this one. */
  readonly isOnly: boolean;
}

function outcomesIn<T extends ContactCreation>(
  answer: Listed | Postponed,
  finder: Finder<T>,
  chunk: Chunk,
): (write: Write<T>) => Written {
  if (answer.tag === "postponed") return () => failed(retry(answer.reason, answer.retryAfterMs));
  const find = finder(answer.results);
  return (write) => readWritten(answer, write, find(write), chunk);
}

/** A 2xx proves nothing by itself: written is what HubSpot names as written, and does not name as failed. */
function readWritten<T extends ContactCreation>(
  { errors }: Listed,
  write: Write<T>,
  item: Item | undefined,
  { isOnly, definitions }: Chunk,
): Written {
  const error = errors.find((each) => each.traceIds.includes(write.input.traceId) || each.ids.includes(write.key));
  if (error !== undefined) return failed(outcomeFor(error));
  if (item !== undefined) {
    const differs = contradiction(write.input.properties, item.properties, definitions);
    return { tag: "written", id: item.id, ...(differs !== undefined && { differs }) };
  }
  const [first] = errors;
  return failed(isOnly && first !== undefined ? outcomeFor(first) : retry(unnamed(errors)));
}

function outcomeFor({ category, message, refused, isAboutSettings }: ItemError): Outcome {
  const parts = { ...(category !== "" && { category }), ...(message !== "" && { message }) };
  switch (category) {
    case "VALIDATION_ERROR":
      // what would refuse everybody buries nobody: the definitions are looked at again next time
      if (isAboutSettings) return retry({ ...said("refuses_property"), ...parts });
      return rejected({
        ...(refused === undefined ? said("refuses_value") : said("refuses_what", { what: refused })),
        ...parts,
      });
    case "OBJECT_NOT_FOUND":
      return retry({ ...said("deleted_meanwhile"), ...parts });
    default:
      return retry({ ...said("not_written"), ...parts });
  }
}

function unnamed(errors: readonly ItemError[]) {
  const unsaid = said("write_not_said");
  const [first] = errors;
  return first === undefined ? unsaid : { ...unsaid, category: first.category, message: first.message };
}

function failed(outcome: Outcome): Written {
  return { tag: "failed", outcome };
}
