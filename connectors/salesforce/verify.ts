/** `verify`: whether Salesforce holds what it said it took. Reads back; changes nothing. */
import { retry } from "../../src/connector.ts";
import { asRecord, type Stopped } from "../../src/connector-tools.ts";
import { type Api, type Call, LARGEST_BATCH, notUnderstood, type SalesforceRecord } from "./api.ts";
import { queryAll } from "./lookup.ts";
import type { Write } from "./plan.ts";
import { said } from "./sentences.ts";
import { chunksForQuery, selectBy } from "./soql.ts";
import type { Written } from "./write.ts";

/**
 * The same results, with what differs. A record that is not there any more is tried again.
 * @param written by the keys of the writes
 */
export async function verified(
  api: Api,
  object: string,
  writes: readonly Write[],
  written: ReadonlyMap<string, Written>,
  call: Call,
): Promise<Map<string, Written> | Stopped> {
  const done = writes.flatMap(({ key, record }) => {
    const each = written.get(key);
    return each?.tag === "written" ? [{ key, record, id: each.id }] : [];
  });
  const held = await readBack(api, object, done, call);
  if ("tag" in held) return held;
  const found = new Map(written);
  for (const { key, record, id } of done) {
    const now = held.get(id.slice(0, 15));
    if (now === undefined) found.set(key, VANISHED);
    else found.set(key, { tag: "written", id, ...differing(record, now) });
  }
  return found;
}

const VANISHED: Written = { tag: "failed", outcome: retry(said("deleted")) };

async function readBack(
  api: Api,
  object: string,
  done: readonly { readonly id: string; readonly record: SalesforceRecord }[],
  call: Call,
): Promise<Map<string, SalesforceRecord> | Stopped> {
  const fields = new Set(done.flatMap(({ record }) => namesIn(record)));
  const held = new Map<string, SalesforceRecord>();
  const ids = done.map(({ id }) => id);
  for (const values of chunksForQuery(ids, LARGEST_BATCH)) {
    const soql = selectBy({ object, fields: ["Id", ...fields], by: "Id", values });
    const pages = await queryAll(api, soql, call);
    if (pages.tag === "stopped") return pages;
    if (pages.tag === "tooMany") return notUnderstood();
    for (const record of pages.records) held.set(String(asRecord(record).Id).slice(0, 15), record);
  }
  return held;
}

const namesIn = (record: SalesforceRecord): string[] => Object.keys(record).filter((name) => name !== "id");

function differing(sent: SalesforceRecord, held: SalesforceRecord): { differs?: string } {
  const all = namesIn(sent).flatMap((name) =>
    agree(sent[name], held[name]) ? [] : [`"${name}" is ${shown(held[name])}, not ${shown(sent[name])}`],
  );
  return all.length === 0 ? {} : { differs: `Salesforce holds other values: ${all.join("; ")}` };
}

/** As long as nobody can say for certain that they differ, they agree: Salesforce trims texts, and writes times its own way. */
export function agree(sent: unknown, held: unknown): boolean {
  // the query did not say it
  if (held === undefined) return true;
  const [one, other] = [plain(sent), plain(held)];
  if (one === other) return true;
  if (one === "" || other === "") return false;
  const [a, b] = [timeOf(one), timeOf(other)];
  if (a !== undefined && b !== undefined) return Math.abs(a - b) < SECOND_MS;
  return Number(one) === Number(other) || partsOf(one) === partsOf(other);
}

const SECOND_MS = 1_000;

/** A checkbox that is not ticked is as good as empty. */
function plain(value: unknown): string {
  return value === null || value === undefined || value === false
    ? ""
    : String(value).normalize("NFC").trim().toLowerCase();
}

/** `2026-01-01T00:00:00.000+0000`, as Salesforce writes it, is none that every runtime reads. */
function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const time = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(time) ? undefined : time;
}

const partsOf = (text: string): string => text.split(";").sort().join(";");

const LONGEST = 60;

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "empty";
  const text = String(value);
  return `"${text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`}"`;
}
