/** What `check --live` asks Salesforce: the token, the object's fields, this user's rights to them, and whether anybody is found. Changes nothing. */
import { type EventKind, errorWords, type Finding, type Render } from "../../src/connector.ts";
import {
  asRecord,
  isForeignRefusal,
  nearest,
  type Stopped,
  sampleDelivery,
  wordsWithMessage,
} from "../../src/connector-tools.ts";
import { type Call, callOf } from "./api.ts";
import { fieldValue } from "./compose.ts";
import type { Context } from "./deliver.ts";
import { askDescription, type Described, type Field, isText } from "./fields.ts";

export async function checkSalesforce(context: Context, signal: AbortSignal): Promise<readonly Finding[]> {
  const { settings, api } = context;
  const call = callOf(signal);
  const described = await askDescription(api, call);
  if (described.tag === "stopped") return [unreachable(described, context)];
  const { object } = settings;
  const reached: Finding = { ok: true, what: `${settings.instance_url} gives a token, and this user sees ${object}` };
  if (!described.isKnown) return [reached, undescribed(object), ...usageFindings(context)];
  return [
    reached,
    ...objectFindings(described, context),
    ...matchFindings(described, context),
    ...writtenFindings(described, context),
    ...(described.fields.has(settings.match.field) ? [await countCarriers(context, call)] : []),
    ...usageFindings(context),
  ];
}

function unreachable({ result }: Stopped, { settings }: Context): Finding {
  const { status } = result.reason;
  const what = `${settings.instance_url}: ${wordsWithMessage(result.reason)}`;
  if (result.tag !== "credentialsRefused") {
    const todo =
      status === 404
        ? "correct `object` or `api_version`, or let the user see the object (permission set, Object Settings)"
        : "look at the network, the proxy, `instance_url` and https://status.salesforce.com, then check again";
    return { ok: false, what, todo, setting: status === 404 ? "object" : "instance_url" };
  }
  if (isForeignRefusal(result.reason)) {
    const todo = "let this machine through the firewall or proxy, or correct `instance_url`";
    return { ok: false, what, todo, setting: "instance_url" };
  }
  const setting = settings.jwt === undefined ? "client_secret" : "jwt.private_key";
  const todo =
    "compare the app in Salesforce with the README, step by step: consumer key and secret, the flow that is enabled, the Run As user and its rights";
  return { ok: false, what, todo, setting };
}

function undescribed(object: string): Finding {
  const what = `Salesforce's list of the fields of ${object} is too long to be read: dates, numbers and checkboxes are sent as their templates make them`;
  return {
    ok: "warning",
    what,
    todo: "write the values in the form that the field takes, and look at one with preview --live",
  };
}

function objectFindings({ isUpdateable, isCreateable }: Described, { settings }: Context): Finding[] {
  const findings: Finding[] = [];
  const { object, when_missing } = settings;
  const todo = (right: string) => `give it "${right}" on ${object} in a permission set`;
  if (!isUpdateable) {
    findings.push({ ok: false, what: `this user must not edit ${object}`, todo: todo("Edit"), setting: "object" });
  }
  if (when_missing === "create" && !isCreateable) {
    const what = `this user must not create ${object}`;
    findings.push({ ok: false, what, todo: todo("Create"), setting: "when_missing" });
  }
  return findings;
}

function matchFindings({ fields }: Described, { settings }: Context): Finding[] {
  const { field: name } = settings.match;
  const setting = "match.field";
  const field = fields.get(name);
  if (field === undefined) return [missing(name, setting, fields)];
  if (!isText(field)) {
    const todo = "name a text field: numbers lose the zeros at their beginning";
    return [{ ok: false, what: `"${name}" is no text field (${field.type})`, todo, setting }];
  }
  return [externality(field, setting), uniqueness(field, settings.when_missing === "create")];
}

function externality({ name, type, isExternalId }: Field, setting: string): Finding {
  if (isExternalId) return { ok: true, what: `"${name}" is an External ID (${type}): it is indexed`, setting };
  const what = `"${name}" is no External ID: without an index Salesforce looks through all records, and gives up in a large org`;
  const todo = "tick External ID in Setup → Object Manager → the field → Edit";
  return { ok: "warning", what, todo, setting };
}

function uniqueness({ name, isUnique }: Field, isCreating: boolean): Finding {
  const setting = "match.field";
  if (isUnique) return { ok: true, what: `"${name}" is unique`, setting };
  if (isCreating) {
    const todo = "set `when_missing: retry`, or tick Unique in Setup → Object Manager → the field → Edit";
    return {
      ok: false,
      what: `"${name}" is not unique, so no record can be created by it`,
      todo,
      setting: "when_missing",
    };
  }
  const what = `"${name}" is not unique: a person with more records than \`match.max\` is refused, and told`;
  return {
    ok: "warning",
    what,
    todo: "tick Unique (and case sensitive) in Setup → Object Manager → the field → Edit",
    setting,
  };
}

function writtenFindings({ fields }: Described, { settings, templates }: Context): Finding[] {
  const set = [...templates.set].map(([name, render]) => ({
    name,
    render,
    setting: `set.${name}`,
    right: "isUpdateable" as const,
  }));
  const added = [...templates.create].map(([name, render]) => ({
    name,
    render,
    setting: `create.${name}`,
    right: "isCreateable" as const,
  }));
  return [...set, ...added].map(({ name, render, setting, right }) => {
    const field = fields.get(name);
    if (field === undefined) return missing(name, setting, fields);
    if (!field[right]) {
      const what = `this user must not write "${name}" (${field.type})`;
      const todo = `give it Edit on the field in a permission set (Object Settings → ${settings.object}); a formula or a system field takes no value at all`;
      return { ok: false, what, todo, setting };
    }
    return taking(field, render, setting);
  });
}

function missing(name: string, setting: string, fields: Described["fields"]): Finding {
  const near = nearest(name, [...fields.keys()]);
  const question = near === undefined ? "" : `; did you mean "${near}"?`;
  const todo = "correct the API name, create the field, or let the user see it (permission set, Field-Level Security)";
  return { ok: false, what: `this user sees no field "${name}"${question}`, todo, setting };
}

/** Whether a field takes what its template makes of a sample event. */
function taking(field: Field, render: Render, setting: string): Finding {
  for (const kind of ["unsubscribed", "subscribed"] as const) {
    const fault = faultOf(field, render, kind);
    if (fault === undefined) continue;
    // most connectors get unsubscriptions only
    if (kind === "unsubscribed") return { ok: false, ...fault, setting };
    return {
      ok: "warning",
      what: fault.what,
      todo: `it only matters if \`events\` lists subscribed; then: ${fault.todo}`,
      setting,
    };
  }
  return { ok: true, what: `"${field.name}" (${field.type}) takes the value`, setting };
}

function faultOf(field: Field, render: Render, kind: EventKind): { what: string; todo: string } | undefined {
  let value: unknown;
  try {
    value = fieldValue(render(sampleDelivery("jared", { kind })), field.type);
  } catch (error) {
    const what = `the template fails for an event "${kind}": ${errorWords(error)}`;
    return { what, todo: "correct the template" };
  }
  if (takes(field, value)) return undefined;
  const { name, type, options } = field;
  const what = `"${name}" (${type}) does not take "${String(value).slice(0, 60)}", which is what an event "${kind}" sends`;
  const shown = options.slice(0, 20).join(", ");
  return {
    what,
    todo: options.length === 0 ? `send a ${type}` : `send one of its values (${shown}), or add this one in Salesforce`,
  };
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

async function countCarriers({ api, settings }: Context, call: Call): Promise<Finding> {
  const { object, match } = settings;
  const setting = "match.field";
  const answer = await api.ask(api.query(`SELECT Id FROM ${object} WHERE ${match.field} != null LIMIT 1`), call);
  const { totalSize } = answer.tag === "answered" ? asRecord(answer.body) : {};
  if (typeof totalSize !== "number") {
    const why = answer.tag === "stopped" ? answer.result.reason.words : "an answer that is none of Salesforce";
    const todo = "see that the user may read the object, then check again";
    return { ok: false, what: `Salesforce could not be asked for records: ${why}`, todo, setting };
  }
  if (totalSize > 0) return { ok: true, what: `there are records with a value in "${match.field}"`, setting };
  const todo = "fill it with the Chat user ids of your people first; until then nobody will be found";
  return { ok: "warning", what: `no ${object} that this user sees carries a value in "${match.field}"`, todo, setting };
}

function usageFindings({ api, settings }: Context): Finding[] {
  const usage = api.usage.last();
  if (usage === undefined) return [];
  const { used, limit } = usage;
  const what = `${used} of the org's ${limit} API requests of 24 hours are used`;
  if (used < Math.floor((limit * settings.daily_share) / 100)) return [{ ok: true, what, setting: "daily_share" }];
  const todo = "look in Setup → System Overview for who uses them; the bridge waits until some are free again";
  return [{ ok: "warning", what, todo, setting: "daily_share" }];
}
