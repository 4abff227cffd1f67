/** Definitions of contact properties, asked once and remembered for a while. */
import type { Reason } from "../../src/connector.ts";
import { asRecord, type Stopped } from "../../src/connector-tools.ts";
import { type Answered, ask, misconfigured, type Postponed, unavailable } from "./answer.ts";
import type { Api } from "./api.ts";
import { textIn } from "./json.ts";
import { said } from "./sentences.ts";
import { LATEST, otherThan } from "./versions.ts";

/** What a definition says that matters here. */
export interface Definition {
  readonly name: string;
  readonly label: string;
  /** HubSpot's type: `string`, `number`, `date`, `datetime`, `enumeration`, `bool` … */
  readonly type: string;
  /** No two contacts can carry the same value. True for e-mail too. */
  readonly unique: boolean;
  readonly writable: boolean;
  /** Values that an enumeration takes; empty when HubSpot keeps them elsewhere. */
  readonly options: readonly string[];
}

export type Definitions = ReadonlyMap<string, Definition>;

export interface Properties {
  /** The definitions of all these names; stopped with a marketer's words when HubSpot has no property of a name. */
  get(names: readonly string[], signal: AbortSignal): Promise<{ tag: "known"; definitions: Definitions } | Stopped>;
  /** Asks anew next time. */
  forget(): void;
}

/** Definitions change rarely, and a change is noticed by its first error. Milliseconds. */
const REMEMBERED_MS = 10 * 60_000;

/** @param clock milliseconds; only differences count */
export function openProperties(api: Api, version: string, clock: () => number): Properties {
  const known = new Map<string, { definition: Definition; until: number }>();
  const remembered = (name: string): Definition | undefined => {
    const entry = known.get(name);
    return entry !== undefined && entry.until > clock() ? entry.definition : undefined;
  };
  return {
    async get(names, signal) {
      const found = await Promise.all(
        names.map(async (name) => remembered(name) ?? (await askDefinition(api, version, name, signal))),
      );
      const definitions = new Map<string, Definition>();
      for (const each of found) {
        if ("tag" in each) return each.tag === "missing" ? missingProperty(each.name) : each;
        definitions.set(each.name, each);
        if (remembered(each.name) === undefined) {
          known.set(each.name, { definition: each, until: clock() + REMEMBERED_MS });
        }
      }
      return { tag: "known", definitions };
    },
    forget: () => known.clear(),
  };
}

type Missing = { readonly tag: "missing"; readonly name: string };

/** A property that every account has. */
const ALWAYS_THERE = "hs_object_id";

/** Asks for one definition. HubSpot's 404 is believed only when it knows another one: a version that it does not know is 404 as well. */
export async function askDefinition(
  api: Api,
  version: string,
  name: string,
  signal: AbortSignal,
): Promise<Definition | Missing | Stopped> {
  const answer = await ask(api, api.property(name), signal);
  if (notFound(answer) !== undefined) return afterNotFound(api, version, name, signal);
  if (answer.tag === "stopped") return blamingNoDelivery(answer);
  if (answer.tag === "postponed") return unavailable(answer.reason, answer.retryAfterMs);
  const definition = readDefinition(answer.body);
  if (definition?.name === name) return definition;
  return unavailable(said("not_defined", { property: name }));
}

async function afterNotFound(api: Api, version: string, name: string, signal: AbortSignal): Promise<Missing | Stopped> {
  const known = await ask(api, api.property(ALWAYS_THERE), signal);
  const nothing = notFound(known);
  if (nothing !== undefined) return nothingThere(api, version, nothing, signal);
  if (known.tag === "stopped") return blamingNoDelivery(known);
  if (known.tag === "postponed") return unavailable(known.reason, known.retryAfterMs);
  if (readDefinition(known.body)?.name === ALWAYS_THERE) return { tag: "missing", name };
  return unavailable({ ...said("property_unsaid", { property: name }), status: 404 });
}

/** The answer, if it says in whatever words that there is nothing at this address. */
export function notFound(answer: Answered | Postponed | Stopped): Postponed | Stopped | undefined {
  return answer.tag !== "answered" && reasonIn(answer).status === 404 ? answer : undefined;
}

function reasonIn(answer: Postponed | Stopped): Reason {
  return answer.tag === "stopped" ? answer.result.reason : answer.reason;
}

/**
 * 404 for an API as a whole: its version is unknown where HubSpot answers by another one, and only a person can put that right. Else
 * it is a wrong address, or HubSpot in trouble, which may pass.
 */
export async function nothingThere(
  api: Api,
  version: string,
  answer: Postponed | Stopped,
  signal: AbortSignal,
): Promise<Stopped> {
  const other = otherThan(version);
  const known = await ask(api, api.account(other), signal);
  if (known.tag !== "answered" || known.body.portalId === undefined) return unavailable(reasonIn(answer));
  const why =
    version === LATEST
      ? said("version", { version, other })
      : said("version_such_as", { version, other, latest: LATEST });
  return { tag: "stopped", result: { tag: "gone", reason: { ...why, status: 404 } } };
}

/** A question about the settings says nothing of what was to be delivered. */
function blamingNoDelivery(stopped: Stopped): Stopped {
  return stopped.result.tag === "batchRejected" ? unavailable(stopped.result.reason) : stopped;
}

export function readDefinition(value: unknown): Definition | undefined {
  const body = asRecord(value);
  const name = textIn(body, "name");
  const type = textIn(body, "type");
  if (name === undefined || type === undefined) return undefined;
  const readOnly = asRecord(body.modificationMetadata).readOnlyValue === true;
  const options = Array.isArray(body.options) && body.externalOptions !== true ? body.options : [];
  return {
    name,
    label: textIn(body, "label") ?? name,
    type,
    // e-mail is unique in HubSpot without being declared so
    unique: body.hasUniqueValue === true || name === "email",
    writable: !readOnly && body.calculated !== true,
    options: options.flatMap((option) => textIn(asRecord(option), "value") ?? []),
  };
}

function missingProperty(name: string): Stopped {
  return misconfigured({
    ...said("no_property", { property: name }),
    status: 404,
  });
}
