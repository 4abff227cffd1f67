/** Whose contacts they are: from values of the match property to record ids. */
import type { Reason } from "../../src/connector.ts";
import type { Stopped } from "../../src/connector-tools.ts";
import { askList, byId, type Item, type ItemError, type Postponed, unavailable } from "./answer.ts";
import { type Api, LARGEST_BATCH } from "./api.ts";
import { chunksForSearch, chunksWithoutTwins } from "./chunks.ts";
import { textIn } from "./json.ts";
import { said } from "./sentences.ts";

/** What HubSpot knows about one value. */
export type Match =
  | { readonly tag: "found"; readonly ids: readonly string[] }
  /** HubSpot said that there is nobody. */
  | { readonly tag: "missing"; readonly reason: Reason }
  /** HubSpot said nothing that could be relied on: ask again. */
  | { readonly tag: "unclear"; readonly reason: Reason; readonly retryAfterMs?: number };

export type LookUp = { readonly tag: "looked"; readonly matches: ReadonlyMap<string, Match> } | Stopped;

export interface Question {
  readonly property: string;
  readonly unique: boolean;
  readonly values: readonly string[];
}

/** Other e-mail addresses of a contact: `batch/read` by e-mail finds those too. */
const OTHER_EMAILS = "hs_additional_emails";
/** Search gives no more than so many results, however one pages. */
const MOST_RESULTS = 10_000;

/** Finds the contacts of all values: one request for 100 where the property is unique, else searches. */
export async function lookUp(api: Api, question: Question, signal: AbortSignal): Promise<LookUp> {
  const chunks = question.unique
    ? chunksWithoutTwins(question.values, LARGEST_BATCH)
    : chunksForSearch(question.values, LARGEST_BATCH);
  const matches = new Map<string, Match>();
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    const step = await lookUpChunk(api, question, chunk, signal);
    if (step.tag === "stopped") return step;
    if (step.tag === "halve") chunks.unshift(...halves(chunk));
    else for (const [value, match] of step.matches) matches.set(value, match);
  }
  return { tag: "looked", matches };
}

/** Properties that `batch/read` must return for a comparison. */
export function readProperties(property: string): readonly string[] {
  return property === "email" ? [property, OTHER_EMAILS] : [property];
}

type Step = LookUp | { readonly tag: "halve" };

async function lookUpChunk(
  api: Api,
  question: Question,
  values: readonly string[],
  signal: AbortSignal,
): Promise<Step> {
  const { property, unique } = question;
  if (!unique) return searchAll(api, question, values, signal);
  const request = await api.read(property, values, readProperties(property));
  const answer = await askList(api, request, signal);
  if (answer.tag === "stopped") return answer;
  if (answer.tag === "postponed") return looked(values, () => unclear(answer));
  // a contact may be listed for each of its addresses
  const carriers = carriersIn(byId(answer.results).values(), property);
  return looked(values, (value) => matchRead(value, property, carriers, answer.errors));
}

/** All pages of one search. */
async function searchAll(
  api: Api,
  { property }: Question,
  values: readonly string[],
  signal: AbortSignal,
): Promise<Step> {
  const items = new Map<string, Item>();
  for (let after: string | undefined; ; ) {
    const answer = await askList(api, await api.search(property, values, after), signal);
    if (answer.tag === "stopped") return answer;
    if (answer.tag === "postponed") return looked(values, () => unclear(answer));
    if (answer.total === undefined) return unavailable(said("count_missing"));
    if (answer.total > MOST_RESULTS && values.length > 1) return { tag: "halve" };
    const before = items.size;
    for (const item of answer.results) items.set(item.id, item);
    const complete = items.size >= Math.min(answer.total, MOST_RESULTS);
    if (complete) {
      const carriers = carriersIn(items.values(), property);
      const isClear = carriesOnly(carriers, values, items.size);
      return looked(values, (value) => matchSearched(value, property, carriers, isClear));
    }
    // a page that brings nothing new will not bring the rest either
    if (answer.after === undefined || items.size === before) return looked(values, () => INCOMPLETE);
    after = answer.after;
  }
}

const INCOMPLETE: Match = {
  tag: "unclear",
  reason: said("search_incomplete"),
};

function looked(values: readonly string[], match: (value: string) => Match): LookUp {
  return { tag: "looked", matches: new Map(values.map((value) => [value, match(value)])) };
}

/** Who carries which value of the match property, in one answer. */
interface Carriers {
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** The values in lower case, and how one of the contacts spells them. */
  readonly spellings: ReadonlyMap<string, string>;
}

function carriersIn(items: Iterable<Item>, property: string): Carriers {
  const ids = new Map<string, string[]>();
  const spellings = new Map<string, string>();
  for (const { id, properties } of items) {
    for (const value of carriedValues(properties, property)) {
      const known = ids.get(value);
      if (known === undefined) ids.set(value, [id]);
      else known.push(id);
      spellings.set(value.toLowerCase(), value);
    }
  }
  return { ids, spellings };
}

/** User ids are case-sensitive in Chat, so values are compared exactly; e-mail addresses are not. */
function carriedValues(properties: Item["properties"], property: string): Iterable<string> {
  const own = textIn(properties, property);
  if (property !== "email") return own === undefined ? [] : [own];
  const others = textIn(properties, OTHER_EMAILS)?.split(";") ?? [];
  return new Set([own ?? "", ...others].map((email) => email.trim().toLowerCase()));
}

function matchRead(value: string, property: string, { ids, spellings }: Carriers, errors: readonly ItemError[]): Match {
  const carrying = ids.get(value);
  if (carrying !== undefined) return { tag: "found", ids: carrying };
  const error = errors.find((each) => isAbout(each, value));
  if (error !== undefined && error.category !== "OBJECT_NOT_FOUND") {
    const { category, message } = error;
    return { tag: "unclear", reason: { ...said("look_up_failed"), category, message } };
  }
  const twin = spellings.get(value.toLowerCase());
  if (error !== undefined || twin !== undefined) return missing(property, twin);
  return { tag: "unclear", reason: said("not_mentioned") };
}

/** @param isClear whoever was found shows for which of the values */
function matchSearched(value: string, property: string, { ids, spellings }: Carriers, isClear: boolean): Match {
  const carrying = ids.get(value);
  if (carrying !== undefined) return { tag: "found", ids: carrying };
  return isClear ? missing(property, spellings.get(value.toLowerCase())) : UNREADABLE;
}

/** Whether each of so many contacts shows one of the values, in whichever case: else nobody knows whom it was found for. */
function carriesOnly({ ids }: Carriers, values: readonly string[], count: number): boolean {
  const asked = new Set(values.map((value) => value.toLowerCase()));
  const shown = [...ids].flatMap(([value, carrying]) => (asked.has(value.toLowerCase()) ? carrying : []));
  return new Set(shown).size === count;
}

const UNREADABLE: Match = { tag: "unclear", reason: said("search_unreadable") };

function isAbout({ ids }: ItemError, value: string): boolean {
  return ids.some((id) => id.toLowerCase() === value.toLowerCase());
}

function missing(property: string, twin: string | undefined): Match {
  const reason = twin === undefined ? said("no_contact", { property }) : said("other_case", { property, twin });
  return { tag: "missing", reason };
}

function unclear({ reason, retryAfterMs }: Postponed): Match {
  return { tag: "unclear", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function halves<T>(list: readonly T[]): T[][] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
