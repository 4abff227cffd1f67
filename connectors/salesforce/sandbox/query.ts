/** The stand-in's queries: the few shapes that it knows, in pages, and without case. */
import type { SandboxAnswer } from "../../kit/sandbox.ts";
import type { Org } from "./org.ts";
import { refusal } from "./refusal.ts";

/** A query that can be read. */
export interface Query {
  readonly object: string;
  readonly fields: readonly string[];
  readonly by: string;
  /** Undefined: whoever has any. */
  readonly values: readonly string[] | undefined;
  readonly limit: number;
}

const SHAPE = /^SELECT ([\w, ]+) FROM (\w+) WHERE (\w+) (?:IN \((.*)\)|!= null)(?: LIMIT (\d+))?$/s;
const TEXT = /'((?:[^'\\]|\\['"\\nrtbf])*)'(?:, |$)/sy;
const SIGNS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** Undefined where Salesforce would say that the query is malformed. */
export function readQuery(soql: string): Query | undefined {
  const [, fields = "", object = "", by = "", list, limit] = SHAPE.exec(soql) ?? [];
  if (object === "") return undefined;
  const values = list === undefined ? undefined : textsIn(list);
  if (list !== undefined && values === undefined) return undefined;
  return { object, fields: fields.split(", "), by, values, limit: Number(limit ?? Number.POSITIVE_INFINITY) };
}

function textsIn(list: string): string[] | undefined {
  const texts: string[] = [];
  let at = 0;
  while (at < list.length) {
    TEXT.lastIndex = at;
    const found = TEXT.exec(list);
    if (found === null) return undefined;
    texts.push((found[1] ?? "").replace(/\\(.)/gs, (_, sign: string) => SIGNS[sign] ?? sign));
    at = TEXT.lastIndex;
  }
  return texts;
}

/** The results of earlier queries that have further pages. */
export interface Cursors {
  readonly results: Map<string, readonly object[]>;
  readonly pageSize: number;
}

export function query(soql: string, org: Org, cursors: Cursors, root: string): SandboxAnswer {
  const asked = readQuery(soql);
  if (asked === undefined) return refusal(400, "MALFORMED_QUERY", "unexpected token");
  const object = org.object(asked.object);
  if (object === undefined) {
    return refusal(400, "INVALID_TYPE", `sObject type '${asked.object}' is not supported.`);
  }
  // names are taken in any case, and given as they are
  const own = new Map([...object.fields.keys()].map((name) => [name.toLowerCase(), name]));
  const ownName = (name: string) => own.get(name.toLowerCase()) ?? name;
  const unknown = [...asked.fields, asked.by].find((name) => !object.fields.has(ownName(name)));
  if (unknown !== undefined) {
    return refusal(400, "INVALID_FIELD", `No such column '${unknown}' on entity '${asked.object}'.`);
  }
  const records = object
    .find(ownName(asked.by), asked.values)
    .slice(0, asked.limit)
    .map((record) => ({
      attributes: { type: asked.object, url: `${root}/sobjects/${asked.object}/${record.Id}` },
      ...Object.fromEntries(asked.fields.map(ownName).map((name) => [name, record[name] ?? null])),
    }));
  return page(records, 0, cursors, root);
}

/** From `01g…-<where it begins>`. */
export function nextPage(locator: string, cursors: Cursors, root: string): SandboxAnswer {
  const [key = "", start = ""] = locator.split("-");
  const records = cursors.results.get(key);
  if (records === undefined) return refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
  return page(records, Number(start), cursors, root, key);
}

function page(
  records: readonly object[],
  start: number,
  { results, pageSize }: Cursors,
  root: string,
  known?: string,
): SandboxAnswer {
  const end = start + pageSize;
  const isDone = end >= records.length;
  const key = known ?? `01g${String(results.size + 1).padStart(15, "0")}`;
  if (!isDone) results.set(key, records);
  return {
    status: 200,
    body: {
      totalSize: records.length,
      done: isDone,
      ...(!isDone && { nextRecordsUrl: `${root}/query/${key}-${end}` }),
      records: records.slice(start, end),
    },
  };
}
