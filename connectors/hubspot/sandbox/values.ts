/** Which values a property takes. */
import type { InvalidValue } from "./errors.ts";
import type { Portal, PropertyDefinition } from "./portal.ts";

/** What is wrong with the properties of one input; empty when nothing is. */
export function validate(portal: Portal, properties: Readonly<Record<string, unknown>>): InvalidValue[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const fault = faultOf(portal.definitions.get(name), name, value);
    return fault === undefined ? [] : [{ name, ...fault }];
  });
}

function faultOf(
  definition: PropertyDefinition | undefined,
  name: string,
  value: unknown,
): Omit<InvalidValue, "name"> | undefined {
  if (definition === undefined) return { error: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` };
  if (definition.readOnly || definition.calculated) {
    return { error: "READ_ONLY_VALUE", message: `"${name}" is a read only property` };
  }
  if (typeof value !== "string") return { error: "INVALID_TYPE", message: `${name} must be a text` };
  // an empty text clears a property, whatever its type
  if (value === "") return undefined;
  return wrongType(definition, value);
}

function wrongType({ type, options = [] }: PropertyDefinition, value: string): Omit<InvalidValue, "name"> | undefined {
  const message = `${value} was not a valid ${type}`;
  switch (type) {
    case "enumeration":
    case "bool": {
      const allowed = type === "bool" ? ["true", "false"] : options;
      if (value.split(";").every((each) => allowed.includes(each))) return undefined;
      return {
        error: "INVALID_OPTION",
        message: `${value} was not one of the allowed options: [${allowed.join(", ")}]`,
      };
    }
    case "number":
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? undefined : { error: "INVALID_NUMBER", message };
    case "datetime":
      return Number.isNaN(timeOf(value)) ? { error: "INVALID_DATE", message } : undefined;
    case "date":
      return timeOf(value) % 86_400_000 === 0
        ? undefined
        : { error: "INVALID_DATE", message: `${message}: not midnight UTC` };
    default:
      return undefined;
  }
}

function timeOf(value: string): number {
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  // ISO 8601 alone: what a runtime takes for a date beside it is its own affair
  return /^\d{4}-\d\d-\d\d(T|$)/.test(value) ? Date.parse(value) : Number.NaN;
}
