/** The JSON Schema that editors complete and explain by (yaml-language-server), from the one schema of the settings. */
import type { TSchema } from "@sinclair/typebox";
import type { ConnectorType } from "../../connector.ts";
import { propertiesOf } from "../connectors.ts";
import { DEPRECATED, type Deprecated } from "../deprecated/table.ts";
import { CONNECTOR_NAME, Common, SecretFile, Settings } from "../schema.ts";
import { mayBeLeftOut, type Setting, settingOf } from "../settings/setting.ts";
import { FORMS } from "../settings/units.ts";
import { asWritten } from "../settings/words.ts";
import { withDeprecated } from "./deprecated-schema.ts";

type Json = Readonly<Record<string, unknown>>;

/** A reference to the environment may stand wherever a value does. */
const VARIABLE: Json = { type: "string", pattern: "\\$\\{" };

/**
 * Definitions beside those of the types. No type can have such a name: theirs are in lower case. Each setting is referred to by
 * itself: `additionalProperties` of draft 07 knows only the properties that stand beside it, not those of an `allOf`.
 */
const SHARED = { everyConnector: "everyConnector", secretFile: "secretFile" } as const;

/**
 * @param types every built-in connector type
 * @param deprecated settings that are taken under their old names
 */
export function configJsonSchema(
  types: readonly ConnectorType[],
  deprecated: readonly Deprecated[] = DEPRECATED,
): Json {
  return withDeprecated(presentSchema(types), deprecated);
}

function presentSchema(types: readonly ConnectorType[]): Json {
  const definitions = {
    [SHARED.everyConnector]: { properties: propertiesSchema(new Map(Object.entries(Common.properties))) },
    [SHARED.secretFile]: jsonSchemaOf(SecretFile),
    ...Object.fromEntries(types.map((type) => [type.type, connectorDefinition(type)])),
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "unsub-bridge",
    description: "Where unsubscribes of Tencent Cloud Chat official accounts come from and where they go.",
    type: "object",
    properties: {
      ...propertiesSchema(new Map(Object.entries(Settings.properties))),
      connectors: connectorsSchema(types),
    },
    required: ["chat"],
    additionalProperties: false,
    definitions,
  };
}

function connectorsSchema(types: readonly ConnectorType[]): Json {
  const names = types.map(({ type }) => type);
  const ownType: Json = { type: "string", pattern: "[/\\\\]|\\.[cm]?[jt]s$|\\$\\{" };
  const connector: Json = {
    type: "object",
    description: "A destination under a name of your own; the name is the identity of its queue.",
    properties: {
      type: {
        description: types.map(({ type, summary }) => `${type}: ${summary}`).join("\n\n"),
        anyOf: [{ enum: names }, ownType],
      },
    },
    required: ["type"],
    allOf: names.map((name) => ({
      if: { properties: { type: { const: name } }, required: ["type"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
      then: { $ref: `#/definitions/${name}` },
    })),
  };
  return {
    type: ["object", "null"],
    description: "Where events go, each destination under a name of your own.",
    patternProperties: { [CONNECTOR_NAME.source]: connector },
    additionalProperties: false,
  };
}

function connectorDefinition(type: ConnectorType): Json {
  const own = propertiesSchema(new Map(Object.entries(type.settings.properties)));
  const shared = Object.keys(Common.properties).map((name) => [
    name,
    refTo(`${SHARED.everyConnector}/properties/${name}`),
  ]);
  return {
    type: "object",
    description: type.summary,
    properties: { type: { const: type.type, description: type.summary }, ...own, ...Object.fromEntries(shared) },
    required: ["type", ...required(propertiesOf(type))],
    additionalProperties: false,
  };
}

function refTo(definition: string): Json {
  return { $ref: `#/definitions/${definition}` };
}

function propertiesSchema(properties: ReadonlyMap<string, TSchema>): Record<string, Json> {
  return Object.fromEntries([...properties].map(([name, schema]) => [name, jsonSchemaOf(schema)]));
}

function required(properties: ReadonlyMap<string, TSchema>): string[] {
  return [...properties].flatMap(([name, schema]) => (name === "type" || mayBeLeftOut(schema) ? [] : [name]));
}

/** One setting, with description, default and examples as YAML says them. */
export function jsonSchemaOf(schema: TSchema): Json {
  const setting = settingOf(schema);
  const {
    description,
    default: byDefault,
    examples,
  } = schema as { description?: string; default?: unknown; examples?: unknown };
  const isFilledIn = setting.tag === "block" || byDefault === undefined;
  return {
    ...(description !== undefined && { description }),
    ...shapeOf(setting, schema),
    ...(!isFilledIn && { default: asWritten(schema, byDefault) }),
    ...(Array.isArray(examples) && { examples }),
  };
}

function shapeOf(setting: Setting, schema: TSchema): Json {
  switch (setting.tag) {
    case "block":
      return {
        type: mayBeLeftOut(schema) ? ["object", "null"] : "object",
        properties: propertiesSchema(setting.properties),
        required: required(setting.properties),
        additionalProperties: false,
      };
    case "record":
      return { type: ["object", "null"], additionalProperties: jsonSchemaOf(setting.values) };
    case "list":
      return {
        type: "array",
        items: jsonSchemaOf(setting.items),
        ...limits(schema, ["minItems", "maxItems", "uniqueItems"]),
      };
    case "choice":
      return choiceShape(setting.branches);
    case "literal":
      return { const: setting.value };
    case "duration":
    case "size":
    case "rate":
    case "share":
      return { type: "string", pattern: `${FORMS[setting.tag]}|${VARIABLE.pattern}` };
    case "integer":
    case "number":
      return { anyOf: [{ type: setting.tag, ...limits(schema, ["minimum", "maximum"]) }, VARIABLE] };
    case "boolean":
      return { anyOf: [{ type: "boolean" }, VARIABLE] };
    case "secret":
      return { anyOf: [{ type: ["string", "number"] }, refTo(SHARED.secretFile)] };
    case "template":
      return { type: ["string", "number", "boolean"] };
    case "text":
      // a pattern cannot hold for `${NAME}`, whose value the editor does not know
      return { type: ["string", "number", "boolean"] };
    default:
      return {};
  }
}

function choiceShape(branches: readonly TSchema[]): Json {
  const words = branches.flatMap((branch) => {
    const setting = settingOf(branch);
    return setting.tag === "literal" ? [setting.value] : [];
  });
  const others = branches.filter((branch) => settingOf(branch).tag !== "literal").map(jsonSchemaOf);
  const isOpen = others.some((other) => Array.isArray(other.type) || other.type === "string");
  return { anyOf: [...(words.length > 0 ? [{ enum: words }] : []), ...others, ...(isOpen ? [] : [VARIABLE])] };
}

function limits(schema: TSchema, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])));
}
