/** The stand-in's collections: up to 200 records, each taken or refused by itself, in a 200 however many are refused. */
import { asRecord, parseJson } from "../../../src/connector-tools.ts";
import type { SandboxAnswer } from "../../kit/sandbox.ts";
import type { FieldDefinition, Org, SalesforceObject } from "./org.ts";
import { type RecordRefusal, recordRefusal, refusal } from "./refusal.ts";

const MOST_RECORDS = 200;
const LONGEST_TEXT = 255;

type Result = { readonly id: string; readonly success: true; readonly errors: readonly [] } | RecordRefusal;

export function collection(verb: "update" | "create", text: string, org: Org): SandboxAnswer {
  const { allOrNone, records } = asRecord(parseJson(text));
  if (!Array.isArray(records) || typeof allOrNone !== "boolean") {
    return refusal(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body.");
  }
  if (records.length > MOST_RECORDS)
    return refusal(400, "INVALID_INPUT", "record limit reached. cannot submit more than 200");
  const read = records.map(asRecord);
  const misfit = read.map((record) => misfitIn(record, org)).find((fault) => fault !== undefined);
  if (misfit !== undefined) return refusal(400, "JSON_PARSER_ERROR", misfit);
  const times = new Map<unknown, number>();
  for (const { id } of read) times.set(id, (times.get(id) ?? 0) + 1);
  const results = read.map((record): Result => {
    if (verb === "create") return create(record, org);
    if ((times.get(record.id) ?? 0) > 1)
      return recordRefusal("DUPLICATE_VALUE", `duplicate id in list: ${record.id}`, ["id"]);
    return update(record, org);
  });
  return { status: 200, body: results };
}

function objectOf(record: Readonly<Record<string, unknown>>, org: Org): [string, SalesforceObject | undefined] {
  const type = String(asRecord(record.attributes).type);
  return [type, org.object(type)];
}

function valuesOf({ attributes: _, id: __, ...values }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return values;
}

function update(record: Readonly<Record<string, unknown>>, org: Org): Result {
  const [, object] = objectOf(record, org);
  const id = String(record.id);
  const known = object?.records.get(id);
  if (object === undefined || known === undefined) {
    return recordRefusal("ENTITY_IS_DELETED", "entity is deleted");
  }
  const values = valuesOf(record);
  const fault = faultIn(values, object);
  if (fault !== undefined) return fault;
  Object.assign(known, kept(values, object));
  return { id, success: true, errors: [] };
}

function create(record: Readonly<Record<string, unknown>>, org: Org): Result {
  const [name, object] = objectOf(record, org);
  if (object === undefined) return recordRefusal("INVALID_TYPE", `sObject type '${name}' is not supported.`);
  const values = valuesOf(record);
  const lacking = org.requiredFor(name).filter((field) => (values[field] ?? "") === "");
  if (lacking.length > 0) {
    return recordRefusal("REQUIRED_FIELD_MISSING", `Required fields are missing: [${lacking.join(", ")}]`, lacking);
  }
  const fault = faultIn(values, object) ?? twinOf(values, object);
  if (fault !== undefined) return fault;
  return { id: org.add(name, kept(values, object)), success: true, errors: [] };
}

function faultIn(values: Readonly<Record<string, unknown>>, { fields }: SalesforceObject): RecordRefusal | undefined {
  for (const [name, value] of Object.entries(values)) {
    const field = fields.get(name);
    if (field === undefined) return recordRefusal("INVALID_FIELD", `No such column '${name}'`, [name]);
    if (field.readOnly) {
      const message = `Unable to create/update fields: ${name}. Please check the security settings of this field.`;
      return recordRefusal("INVALID_FIELD_FOR_INSERT_UPDATE", message, [name]);
    }
    if (field.options !== undefined && value !== null && !field.options.includes(String(value))) {
      const message = `bad value for restricted picklist field: ${value}`;
      return recordRefusal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [name]);
    }
    if (typeof value === "string" && value.length > LONGEST_TEXT) {
      return recordRefusal("STRING_TOO_LONG", `${name}: data value too large (max length=255)`, [name]);
    }
  }
  return undefined;
}

function twinOf(
  values: Readonly<Record<string, unknown>>,
  { fields, records }: SalesforceObject,
): RecordRefusal | undefined {
  const unique = [...fields.values()].filter((field) => field.unique);
  for (const { name } of unique) {
    const value = String(values[name] ?? "").toLowerCase();
    const twin = [...records.values()].find(
      (record) => value !== "" && String(record[name] ?? "").toLowerCase() === value,
    );
    if (twin !== undefined) {
      const message = `duplicate value found: ${name} duplicates value on record with id: ${twin.Id}`;
      return recordRefusal("DUPLICATE_VALUE", message, [name]);
    }
  }
  return undefined;
}

/** As Salesforce keeps it: texts without blanks at their ends, and without what it drops. */
function kept(values: Readonly<Record<string, unknown>>, { fields }: SalesforceObject): Record<string, unknown> {
  const taken = Object.entries(values).filter(([name]) => fields.get(name)?.ignored !== true);
  return Object.fromEntries(taken.map(([name, value]) => [name, typeof value === "string" ? value.trim() : value]));
}

/** What no parser of Salesforce takes spoils the whole call. */
function misfitIn(record: Readonly<Record<string, unknown>>, org: Org): string | undefined {
  const [, object] = objectOf(record, org);
  for (const [name, value] of Object.entries(valuesOf(record))) {
    const field = object?.fields.get(name);
    if (field !== undefined && value !== null && !fits(field, value)) {
      return `Cannot deserialize instance of ${field.type ?? "string"} from value ${JSON.stringify(value)}`;
    }
  }
  return undefined;
}

function fits({ type = "string" }: FieldDefinition, value: unknown): boolean {
  switch (type) {
    case "boolean":
      return typeof value === "boolean";
    case "double":
      return typeof value === "number";
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(String(value));
    case "datetime":
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(String(value));
    default:
      return typeof value === "string";
  }
}
