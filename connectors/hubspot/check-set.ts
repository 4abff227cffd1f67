/** Whether the properties to write take what the templates make of a sample event. Pure. */
import type { Delivery, Found, Render } from "../../src/connector.ts";
import { foundOnSamples, type OnSample } from "../../src/connector-tools.ts";
import { propertyValue } from "./compose.ts";
import { found } from "./findings.ts";
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
  const valueFrom = (delivery: Delivery) => propertyValue(render(delivery), type);
  return { ...foundOnSamples(definition, valueFrom, (value, sample) => faultOf(definition, value, sample)), setting };
}

/**
 * HubSpot answers 200 to a write that would set them back, and keeps what it has:
 * https://knowledge.hubspot.com/records/use-lifecycle-stages
 */
const ONE_WAY: ReadonlySet<string> = new Set(["lifecyclestage"]);

function faultOf(definition: Definition, value: string, { kind, ok, only }: OnSample): Found | undefined {
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
