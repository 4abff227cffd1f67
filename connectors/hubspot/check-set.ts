/** Whether the properties to write take what the templates make of a sample event. Pure. */
import { type EventKind, errorWords, type Finding, type Render } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { propertyValue } from "./compose.ts";
import type { Definition, Definitions } from "./properties.ts";
import { dayOf, isUnixSeconds, SECONDS_WAY_OUT, timeOf } from "./times.ts";

/** A finding for each property that exists. */
export function checkSet(set: ReadonlyMap<string, Render>, definitions: Definitions): Finding[] {
  return [...set].flatMap(([name, render]) => {
    const definition = definitions.get(name);
    return definition === undefined ? [] : [checkProperty(definition, render)];
  });
}

function checkProperty(definition: Definition, render: Render): Finding {
  const { name, type } = definition;
  const setting = `set.${name}`;
  if (!definition.writable) {
    const what = `"${name}" cannot be written: HubSpot keeps or calculates its value`;
    return { ok: false, what, todo: "choose a property of your own", setting };
  }
  if (ONE_WAY.has(name)) return oneWay(name);
  for (const kind of ["unsubscribed", "subscribed"] as const) {
    const fault = faultOf(definition, render, kind);
    if (fault === undefined) continue;
    // most connectors get unsubscriptions only
    if (kind === "unsubscribed") return { ok: false, ...fault, setting };
    const todo = `it only matters if \`events\` lists subscribed; then: ${fault.todo}`;
    return { ok: "warning", what: fault.what, todo, setting };
  }
  return { ok: true, what: `"${name}" (${type}) takes the value`, setting };
}

/**
 * HubSpot answers 200 to a write that would set them back, and keeps what it has:
 * https://knowledge.hubspot.com/records/use-lifecycle-stages
 */
const ONE_WAY: ReadonlySet<string> = new Set(["lifecyclestage"]);

function oneWay(name: string): Finding {
  const what = `"${name}" goes one way: HubSpot takes a write that would set it back, and keeps the stage that it has`;
  const todo =
    "write a property of your own; what HubSpot keeps otherwise is noted with the delivery, and counted by status";
  return { ok: "warning", what, todo, setting: `set.${name}` };
}

function faultOf(
  definition: Definition,
  render: Render,
  kind: EventKind,
): { readonly what: string; readonly todo: string } | undefined {
  let value: string;
  try {
    value = propertyValue(render(sampleDelivery("jared", { kind })), definition.type);
  } catch (error) {
    const words = errorWords(error);
    return { what: `the template fails for an event "${kind}": ${words}`, todo: "correct the template" };
  }
  // an empty text clears a property, whatever its type
  if (value === "") return undefined;
  if (isDate(definition) && isUnixSeconds(value)) {
    const what = `"${definition.name}" (${definition.type}) would become ${dayOf(Number(value))}: HubSpot reads "${value}", which are seconds since 1970, as milliseconds`;
    return { what, todo: SECONDS_WAY_OUT };
  }
  if (takes(definition, value)) return undefined;
  const { name, type, options } = definition;
  const what = `"${name}" (${type}) does not take "${value.slice(0, 60)}", which is what an event "${kind}" sends`;
  if (options.length === 0) return { what, todo: `send a ${type}, or choose a property of another type` };
  const shown = options.slice(0, 20).join(", ") + (options.length > 20 ? " …" : "");
  return { what, todo: `send one of its options (${shown}), or add this one in HubSpot` };
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
