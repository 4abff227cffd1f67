/** Definitions of contact properties, asked once and remembered for a while. */
import { asRecord } from "../../src/connector-tools.ts";
import { ask, misconfigured, type Stopped, unavailable } from "./answer.ts";
import type { Api } from "./api.ts";
import { textIn } from "./json.ts";

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
export function openProperties(api: Api, clock: () => number): Properties {
  const known = new Map<string, { definition: Definition; until: number }>();
  const remembered = (name: string): Definition | undefined => {
    const entry = known.get(name);
    return entry !== undefined && entry.until > clock() ? entry.definition : undefined;
  };
  return {
    async get(names, signal) {
      const found = await Promise.all(
        names.map(async (name) => remembered(name) ?? (await askDefinition(api, name, signal))),
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

/** Asks for one definition. */
export async function askDefinition(
  api: Api,
  name: string,
  signal: AbortSignal,
): Promise<Definition | { readonly tag: "missing"; readonly name: string } | Stopped> {
  const answer = await ask(api, api.property(name), signal);
  if (answer.tag === "stopped") return blamingNoDelivery(answer);
  if (answer.tag === "postponed") {
    // HubSpot's own 404, not a wrong address's
    if (answer.reason.status === 404) return { tag: "missing", name };
    return unavailable(answer.reason, answer.retryAfterMs);
  }
  const definition = readDefinition(answer.body);
  if (definition?.name === name) return definition;
  return unavailable({ words: `HubSpot's answer does not define the property "${name}"` });
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
    words: `HubSpot has no contact property "${name}": create it there, or correct its name in the settings`,
    status: 404,
  });
}
