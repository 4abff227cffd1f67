/** Whether the properties to write take what the templates make of a sample event. Pure. */
import { type EventKind, errorWords, type Found, type Render, sentenceOfError } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { propertyValue } from "./compose.ts";
import { found, words } from "./findings.ts";
import type { Definition, Definitions } from "./properties.ts";
import { dayOf, isUnixSeconds, timeOf } from "./times.ts";

/** A finding for each property that exists. */
export function checkSet(set: ReadonlyMap<string, Render>, definitions: Definitions): Found[] {
  return [...set].flatMap(([name, render]) => {
    const definition = definitions.get(name);
    return definition === undefined ? [] : [checkProperty(definition, render)];
  });
}

function checkProperty(definition: Definition, render: Render): Found {
  const { name, type } = definition;
  const setting = `set.${name}`;
  if (!definition.writable) {
    return { ...found(false, "read_only", { name }), setting };
  }
  if (ONE_WAY.has(name)) return { ...found("warning", "one_way", { name }), setting };
  for (const kind of ["unsubscribed", "subscribed"] as const) {
    const fault = faultOf(definition, render, kind);
    if (fault !== undefined) return { ...fault, setting };
  }
  return { ...found(true, "takes", { name, type }), setting };
}

/**
 * HubSpot answers 200 to a write that would set them back, and keeps what it has:
 * https://knowledge.hubspot.com/records/use-lifecycle-stages
 */
const ONE_WAY: ReadonlySet<string> = new Set(["lifecyclestage"]);

function faultOf(definition: Definition, render: Render, kind: EventKind): Found | undefined {
  // most connectors get unsubscriptions only
  const [ok, only] =
    kind === "unsubscribed" ? ([false, ""] as const) : (["warning", words("only_subscribed")] as const);
  let value: string;
  try {
    value = propertyValue(render(sampleDelivery("jared", { kind })), definition.type);
  } catch (error) {
    return found(ok, "template", { kind, fault: sentenceOfError(errorWords(error)), only });
  }
  // an empty text clears a property, whatever its type
  if (value === "") return undefined;
  const { name, type, options } = definition;
  if (isDate(definition) && isUnixSeconds(value)) {
    return found(ok, "seconds", { name, type, day: dayOf(Number(value)), value, template: "{{ event_time }}", only });
  }
  if (takes(definition, value)) return undefined;
  const values = { name, type, value: value.slice(0, 60), kind, only };
  if (options.length === 0) return found(ok, "type", values);
  const shown = options.slice(0, 20).join(", ") + (options.length > 20 ? " …" : "");
  return found(ok, "option", { ...values, options: shown });
}

const isDate = ({ type }: Definition): boolean => type === "date" || type === "datetime";

/** Neither thousands separators nor what only a programming language takes for a number. */
const DECIMAL = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

function takes({ type, options }: Definition, value: string): boolean {
  switch (type) {
    case "enumeration":
    case "bool":
      return options.length === 0 || value.split(";").every((each) => options.includes(each));
    case "number":
      return DECIMAL.test(value);
    case "date":
    case "datetime":
      return timeOf(value) !== undefined;
    default:
      return true;
  }
}
