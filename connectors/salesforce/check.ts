/** What `check --live` asks Salesforce: the token, the object's fields, this user's rights to them, and whether anybody is found. Changes nothing. */
import type { Delivery, Found, Render } from "../../src/connector.ts";
import {
  asRecord,
  didYouMean,
  foundOnSamples,
  isForeignRefusal,
  type OnSample,
  type Stopped,
  withMessage,
} from "../../src/connector-tools.ts";
import { type Call, callOf } from "./api.ts";
import { fieldValue } from "./compose.ts";
import type { Context } from "./deliver.ts";
import { askDescription, type Described, type Field, isText } from "./fields.ts";
import { found, words } from "./findings.ts";

export async function checkSalesforce(context: Context, signal: AbortSignal): Promise<readonly Found[]> {
  const { settings, api } = context;
  const call = callOf(signal);
  const described = await askDescription(api, call);
  if (described.tag === "stopped") return [unreachable(described, context)];
  const { object } = settings;
  const reached = found(true, "reached", { instance: settings.instance_url, object });
  if (!described.isKnown) return [reached, found("warning", "undescribed", { object }), ...usageFindings(context)];
  return [
    reached,
    ...objectFindings(described, context),
    ...matchFindings(described, context),
    ...writtenFindings(described, context),
    ...(described.fields.has(settings.match.field) ? [await countCarriers(context, call)] : []),
    ...usageFindings(context),
  ];
}

function unreachable({ result }: Stopped, { settings }: Context): Found {
  const values = { instance: settings.instance_url, reason: withMessage(result.reason) };
  if (result.tag !== "credentialsRefused") {
    return result.reason.status === 404
      ? { ...found(false, "not_there", values), setting: "object" }
      : { ...found(false, "trouble", values), setting: "instance_url" };
  }
  if (isForeignRefusal(result.reason)) {
    return { ...found(false, "foreign_refusal", values), setting: "instance_url" };
  }
  const setting = settings.jwt === undefined ? "client_secret" : "jwt.private_key";
  return { ...found(false, "refused", values), setting };
}

function objectFindings({ isUpdateable, isCreateable }: Described, { settings }: Context): Found[] {
  const { object, when_missing } = settings;
  const isCreating = when_missing === "create";
  return [
    ...(isUpdateable ? [] : [{ ...found(false, "no_edit", { object }), setting: "object" }]),
    ...(isCreating && !isCreateable ? [{ ...found(false, "no_create", { object }), setting: "when_missing" }] : []),
  ];
}

function matchFindings({ fields }: Described, { settings }: Context): Found[] {
  const { field: name } = settings.match;
  const setting = "match.field";
  const field = fields.get(name);
  if (field === undefined) return [missing(name, setting, fields)];
  const { type, isExternalId } = field;
  if (!isText(field)) return [{ ...found(false, "no_text", { name, type }), setting }];
  const external = isExternalId ? found(true, "external", { name, type }) : found("warning", "not_external", { name });
  return [{ ...external, setting }, uniqueness(field, settings.when_missing === "create")];
}

function uniqueness({ name, isUnique }: Field, isCreating: boolean): Found {
  const setting = "match.field";
  if (isUnique) return { ...found(true, "unique", { name }), setting };
  if (isCreating) return { ...found(false, "not_unique_to_create", { name }), setting: "when_missing" };
  return { ...found("warning", "not_unique", { name }), setting };
}

function writtenFindings({ fields }: Described, { settings, templates }: Context): Found[] {
  const set = [...templates.set].map(([name, render]) => ({
    ...{ name, render, setting: `set.${name}` },
    right: "isUpdateable" as const,
  }));
  const added = [...templates.create].map(([name, render]) => ({
    ...{ name, render, setting: `create.${name}` },
    right: "isCreateable" as const,
  }));
  return [...set, ...added].map(({ name, render, setting, right }) => {
    const field = fields.get(name);
    if (field === undefined) return missing(name, setting, fields);
    const values = { name, type: field.type, object: settings.object };
    return field[right] ? taking(field, render, setting) : { ...found(false, "not_written", values), setting };
  });
}

function missing(name: string, setting: string, fields: Described["fields"]): Found {
  return { ...found(false, "no_field", { name, meant: didYouMean(name, [...fields.keys()]) }), setting };
}

function taking(field: Field, render: Render, setting: string): Found {
  const valueFrom = (delivery: Delivery) => fieldValue(render(delivery), field.type);
  return { ...foundOnSamples(field, valueFrom, (value, sample) => faultOf(field, value, sample)), setting };
}

function faultOf(field: Field, value: unknown, { kind, ok, only }: OnSample): Found | undefined {
  if (takes(field, value)) return undefined;
  const { name, type, options } = field;
  const values = { name, type, value: String(value).slice(0, 60), kind, only };
  if (options.length === 0) return found(ok, "type", values);
  return found(ok, "option", { ...values, options: options.slice(0, 20).join(", ") });
}

function takes({ type, options }: Field, value: unknown): boolean {
  if (value === null) return true;
  switch (type) {
    case "boolean":
      return typeof value === "boolean";
    case "double":
    case "int":
    case "currency":
    case "percent":
      return typeof value === "number";
    case "date":
    case "datetime":
      return /^\d{4}-\d\d-\d\d/.test(String(value)) && !Number.isNaN(Date.parse(String(value)));
    default:
      return (
        options.length === 0 ||
        String(value)
          .split(";")
          .every((each) => options.includes(each))
      );
  }
}

async function countCarriers({ api, settings }: Context, call: Call): Promise<Found> {
  const { object, match } = settings;
  const setting = "match.field";
  const answer = await api.ask(api.query(`SELECT Id FROM ${object} WHERE ${match.field} != null LIMIT 1`), call);
  const { totalSize } = answer.tag === "answered" ? asRecord(answer.body) : {};
  if (typeof totalSize !== "number") {
    const reason = answer.tag === "stopped" ? answer.result.reason : words("not_theirs");
    return { ...found(false, "uncounted", { reason }), setting };
  }
  const values = { name: match.field };
  if (totalSize > 0) return { ...found(true, "carry", values), setting };
  return { ...found("warning", "none_carries", { ...values, object }), setting };
}

function usageFindings({ api, settings }: Context): Found[] {
  const usage = api.usage.last();
  if (usage === undefined) return [];
  const { used, limit } = usage;
  const isLow = used < Math.floor((limit * settings.daily_share) / 100);
  const usageFound = isLow ? found(true, "used", { used, limit }) : found("warning", "used_up", { used, limit });
  return [{ ...usageFound, setting: "daily_share" }];
}
