/** Whose records they are: from values of the match field to record ids. */
import type { Reason } from "../../src/connector.ts";
import { asRecord, type Stopped } from "../../src/connector-tools.ts";
import { type Api, type Call, LARGEST_BATCH, notUnderstood, type SalesforceRecord } from "./api.ts";
import { said } from "./sentences.ts";
import type { SalesforceSettings } from "./settings.ts";
import { chunksForQuery, selectBy } from "./soql.ts";

/** What Salesforce knows about one value. */
export type Match =
  | { readonly tag: "found"; readonly ids: readonly string[] }
  /** Salesforce said that there is nobody. */
  | { readonly tag: "missing"; readonly reason: Reason }
  /** Salesforce said nothing that could be relied on: ask again. */
  | { readonly tag: "unclear"; readonly reason: Reason }
  /** More than anybody wants to write. */
  | { readonly tag: "many"; readonly count: number };

export type LookUp = { readonly tag: "looked"; readonly matches: ReadonlyMap<string, Match> } | Stopped;

/** A page has 200 at least, and 2,000 at most. */
const MOST_RECORDS = 2_000;

type Where = Pick<SalesforceSettings, "object" | "match">;

/** Finds the records of all values: one request for 200, or for as many as fit into an address. */
export async function lookUp(api: Api, where: Where, values: readonly string[], call: Call): Promise<LookUp> {
  const chunks = chunksForQuery(values, LARGEST_BATCH);
  const matches = new Map<string, Match>();
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    const found = await queryAll(api, lookUpQuery(where, chunk), call);
    if (found.tag === "stopped") return found;
    const [value] = chunk;
    if (found.tag === "read")
      for (const [each, match] of matchesIn(found.records, chunk, where)) matches.set(each, match);
    else if (chunk.length > 1) chunks.unshift(...halves(chunk));
    else if (value !== undefined) matches.set(value, { tag: "many", count: found.count });
  }
  return { tag: "looked", matches };
}

export function lookUpQuery({ object, match }: Where, values: readonly string[]): string {
  return selectBy({ object, fields: ["Id", match.field], by: match.field, values });
}

type Pages =
  | { readonly tag: "read"; readonly records: readonly SalesforceRecord[] }
  | { readonly tag: "tooMany"; readonly count: number };

/** All pages of a query; an answer that is not whole is none. */
export async function queryAll(api: Api, soql: string, call: Call): Promise<Pages | Stopped> {
  const records = new Map<string, SalesforceRecord>();
  for (let request = api.query(soql); ; ) {
    const answer = await api.ask(request, call);
    if (answer.tag === "stopped") return answer;
    const page = readPage(answer.body);
    if (page === undefined) return notUnderstood();
    if (page.total > MOST_RECORDS) return { tag: "tooMany", count: page.total };
    const before = records.size;
    for (const record of page.records) records.set(String(record.Id), record);
    // without each of those that it says it found, nobody can be said to be missing
    if (page.next === undefined)
      return records.size === page.total ? { tag: "read", records: [...records.values()] } : notUnderstood();
    const next = api.page(page.next);
    if (next === undefined || records.size === before) return notUnderstood();
    request = next;
  }
}

interface Page {
  readonly total: number;
  readonly records: readonly SalesforceRecord[];
  readonly next: string | undefined;
}

function readPage(body: object): Page | undefined {
  const { totalSize, done, records, nextRecordsUrl } = asRecord(body);
  if (typeof totalSize !== "number" || typeof done !== "boolean" || !Array.isArray(records)) return undefined;
  const read = records.map(asRecord);
  if (!read.every(({ Id }) => typeof Id === "string" && Id !== "")) return undefined;
  if (done) return { total: totalSize, records: read, next: undefined };
  return typeof nextRecordsUrl === "string" ? { total: totalSize, records: read, next: nextRecordsUrl } : undefined;
}

/** User ids are case-sensitive in Chat, and Salesforce finds without case: values are compared exactly. */
function matchesIn(
  records: readonly SalesforceRecord[],
  values: readonly string[],
  { match: { field } }: Where,
): [string, Match][] {
  const ids = new Map<string, string[]>();
  const spellings = new Map<string, string>();
  const asked = new Set(values.map((value) => value.toLowerCase()));
  /** Each record shows which of the values it was found for. */
  let isClear = true;
  for (const record of records) {
    const carried = carriedBy(record, field);
    if (typeof carried !== "string" || !asked.has(carried.toLowerCase())) {
      isClear = false;
      continue;
    }
    ids.set(carried, [...(ids.get(carried) ?? []), String(record.Id)]);
    spellings.set(carried.toLowerCase(), carried);
  }
  return values.map((value) => {
    const found = ids.get(value);
    if (found !== undefined) return [value, { tag: "found", ids: found }];
    if (!isClear) return [value, { tag: "unclear", reason: said("unreadable", { field }) }];
    const twin = spellings.get(value.toLowerCase());
    const reason = twin === undefined ? said("nobody", { field }) : said("other_case", { field, twin });
    return [value, { tag: "missing", reason }];
  });
}

/** Salesforce takes names of fields in any case, and answers with its own. */
function carriedBy(record: SalesforceRecord, field: string): unknown {
  if (Object.hasOwn(record, field)) return record[field];
  const own = Object.keys(record).find((name) => name.toLowerCase() === field.toLowerCase());
  return own === undefined ? undefined : record[own];
}

function halves<T>(list: readonly T[]): T[][] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
