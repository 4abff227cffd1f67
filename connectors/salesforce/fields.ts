/** What Salesforce says of the object's fields, asked once and remembered for a while. */
import { asRecord, type Stopped } from "../../src/connector-tools.ts";
import { blamingNoDelivery, misconfigured } from "./answer.ts";
import { type Api, type Call, notUnderstood } from "./api.ts";
import { said } from "./sentences.ts";

/** https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm */
export interface Field {
  readonly name: string;
  /** `string`, `boolean`, `date`, `datetime`, `double`, `int`, `picklist`, `multipicklist`, `textarea` … */
  readonly type: string;
  readonly isExternalId: boolean;
  readonly isUnique: boolean;
  /** By the user in whose name the bridge works. */
  readonly isUpdateable: boolean;
  readonly isCreateable: boolean;
  /** Values that a restricted picklist takes; empty where it takes others as well. */
  readonly options: readonly string[];
}

/** By name. A field that this user must not see is not among them: Salesforce does not say that it exists. */
export type Fields = ReadonlyMap<string, Field>;

export interface Described {
  readonly tag: "described";
  /** Empty where the answer was too long to be read. */
  readonly fields: Fields;
  readonly isKnown: boolean;
  /** Whether this user may change records of the object at all, and make them. */
  readonly isUpdateable: boolean;
  readonly isCreateable: boolean;
}

export interface Description {
  /** Stopped with a marketer's words where one of these fields is not there, or cannot be written. */
  get(need: Need, call: Call): Promise<Described | Stopped>;
  /** Asks anew next time. */
  forget(): void;
}

export interface Need {
  readonly match: string;
  readonly update: readonly string[];
  /** Fields of new records; undefined where none is made. */
  readonly create: readonly string[] | undefined;
}

/** Fields change rarely, and a change is noticed by its first error. Milliseconds. */
const REMEMBERED_MS = 60 * 60_000;

/** @param clock milliseconds; only differences count */
export function openDescription(api: Api, clock: () => number): Description {
  let known: { readonly described: Described; readonly until: number } | undefined;
  async function described(call: Call): Promise<Described | Stopped> {
    if (known !== undefined && known.until > clock()) return known.described;
    const found = await askDescription(api, call);
    known = found.tag === "described" ? { described: found, until: clock() + REMEMBERED_MS } : undefined;
    return found;
  }
  return {
    async get(need, call) {
      const found = await described(call);
      const fault = found.tag === "described" ? faultOf(need, found) : undefined;
      if (fault === undefined) return found;
      known = undefined;
      return fault;
    },
    forget: () => {
      known = undefined;
    },
  };
}

export async function askDescription(api: Api, call: Call): Promise<Described | Stopped> {
  const answer = await api.ask(api.describe(), call);
  if (answer.tag === "stopped") return isTooLong(answer) ? UNKNOWN : blamingNoDelivery(answer);
  const { fields, updateable, createable } = asRecord(answer.body);
  if (!Array.isArray(fields) || fields.length === 0) return notUnderstood();
  return {
    tag: "described",
    isKnown: true,
    fields: new Map(fields.flatMap(readField).map((field) => [field.name, field])),
    isUpdateable: updateable !== false,
    isCreateable: createable !== false,
  };
}

/** An org of many years may have more fields than we read: everything goes on, and values are sent as their templates make them. */
const UNKNOWN: Described = {
  tag: "described",
  fields: new Map(),
  isKnown: false,
  isUpdateable: true,
  isCreateable: true,
};

const isTooLong = ({ result }: Stopped): boolean => /^the answer is (larger|too costly)/.test(result.reason.words);

function readField(given: unknown): Field[] {
  const { name, type, externalId, unique, updateable, createable, restrictedPicklist, picklistValues } =
    asRecord(given);
  if (typeof name !== "string" || typeof type !== "string") return [];
  const values = restrictedPicklist === true && Array.isArray(picklistValues) ? picklistValues.map(asRecord) : [];
  const field = {
    name,
    type,
    isExternalId: externalId === true,
    isUnique: unique === true,
    isUpdateable: updateable === true,
    isCreateable: createable === true,
    options: values.flatMap(({ active, value }) => (active !== false && typeof value === "string" ? [value] : [])),
  };
  return [field];
}

/** Why nothing can be done with these fields: for everybody, so that no delivery is blamed. */
function faultOf({ match, update, create }: Need, { fields, isKnown }: Described): Stopped | undefined {
  if (!isKnown) return create === undefined ? undefined : misconfigured(said("undescribed"));
  const missing = [match, ...update, ...(create ?? [])].find((name) => !fields.has(name));
  if (missing !== undefined) return misconfigured(said("field_missing", { field: missing }));
  const fixed =
    update.find((name) => fields.get(name)?.isUpdateable === false) ??
    create?.find((name) => fields.get(name)?.isCreateable === false);
  if (fixed !== undefined) return misconfigured(said("field_fixed", { field: fixed }));
  if (!isText(fields.get(match))) return misconfigured(said("match_no_text", { field: match }));
  // two unsubscriptions of one person could otherwise make two records
  if (create !== undefined && fields.get(match)?.isUnique !== true)
    return misconfigured(said("not_unique", { field: match }));
  return undefined;
}

/** Ids are texts: `007` is not 7. */
export function isText(field: Field | undefined): boolean {
  return field !== undefined && TEXTS.has(field.type);
}

const TEXTS: ReadonlySet<string> = new Set(["string", "email", "phone", "encryptedstring", "url"]);
