/**
 * A portal that lacks nothing that a request names: nobody who tries a configuration has made contacts and properties over here
 * first. Remembers by which value each contact was found, for a record id says nothing to people.
 */
import { asRecord, isRecord, parseJson } from "../../../src/connector-tools.ts";
import type { SandboxRequest, Told } from "../../kit/sandbox.ts";
import type { Portal } from "./portal.ts";

export interface Welcome {
  /** Makes the properties that a request names, and contacts of whom it asks for. */
  prepare(portal: Portal, request: SandboxRequest): void;
  tell(request: SandboxRequest): readonly Told[];
}

/** @param isStranger who has no contact */
export function openWelcome(isStranger: (value: string) => boolean): Welcome {
  /** By record id: the value that a contact was found by. */
  const found = new Map<string, string>();

  function meet(portal: Portal, property: string, value: string): void {
    const isThere = portal.idsWith(property, value).size > 0;
    if (!isThere && !isStranger(value)) portal.add({ [property]: value });
    for (const id of portal.idsWith(property, value)) found.set(id, value);
  }

  return {
    prepare(portal, request) {
      for (const name of namesIn(request)) {
        if (!portal.definitions.has(name)) portal.definitions.set(name, { name, unique: true });
      }
      const { property, values } = wantedBy(request);
      // whoever counts them finds some: as it is where a configuration is well
      const wanted = values.length === 0 ? [SOMEBODY] : values;
      if (property !== undefined) for (const value of wanted) meet(portal, property, value);
    },
    tell(request) {
      const wanted = wantedBy(request).values.map((person) => ({ person, set: {} }));
      return wanted.length > 0 ? wanted : changesIn(request, (id) => found.get(id) ?? id);
    },
  };
}

/** With a contact that nobody asked for. */
const SOMEBODY = "sample-1";

// by the ends of paths: versions of the API have them alike
const BATCH = /\/contacts\/batch\/(\w+)$/;
const SEARCH = /\/contacts\/search$/;
const PROPERTY = /\/properties\/(?:[\w.-]+\/)?contacts\/([^/]+)$/;

interface Wanted {
  readonly property: string | undefined;
  readonly values: readonly string[];
}

/** Whom a look-up asks for. */
function wantedBy({ path, body }: SandboxRequest): Wanted {
  const { inputs, idProperty, filterGroups } = asRecord(parseJson(body));
  if (BATCH.exec(path)?.[1] === "read") {
    const ids = recordsIn(inputs).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    return { property: typeof idProperty === "string" ? idProperty : undefined, values: ids };
  }
  if (!SEARCH.test(path)) return { property: undefined, values: [] };
  const [filter = {}] = recordsIn(recordsIn(filterGroups)[0]?.filters);
  const { propertyName, value, values = [value] } = filter;
  const texts = Array.isArray(values) ? values.filter((each) => typeof each === "string") : [];
  return { property: typeof propertyName === "string" ? propertyName : undefined, values: texts };
}

/** Properties that a request names. */
function namesIn(request: SandboxRequest): readonly string[] {
  const [, one] = PROPERTY.exec(request.path) ?? [];
  if (one !== undefined) return [decodeURIComponent(one)];
  const { property } = wantedBy(request);
  if (property !== undefined) return [property];
  if (!BATCH.test(request.path)) return [];
  const { inputs, properties } = asRecord(parseJson(request.body));
  const asked = Array.isArray(properties) ? properties.filter((each) => typeof each === "string") : [];
  return [...asked, ...recordsIn(inputs).flatMap((input) => Object.keys(asRecord(input.properties)))];
}

function changesIn({ path, body }: SandboxRequest, personOf: (id: string) => string): Told[] {
  if (!BATCH.test(path)) return [];
  return recordsIn(asRecord(parseJson(body)).inputs).map(({ id, properties }) => {
    const set = asRecord(properties);
    return { person: typeof id === "string" ? personOf(id) : String(set.chat_user_id ?? "a new contact"), set };
  });
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
