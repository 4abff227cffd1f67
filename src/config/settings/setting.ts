/** What a setting's schema means to us: one closed union, read by validation, the JSON Schema, the docs and the coverage test. */
import { Kind, OptionalKind, type TObject, type TSchema } from "@sinclair/typebox";

export type Setting =
  | { readonly tag: "block"; readonly properties: ReadonlyMap<string, TSchema> }
  /** Names of one's own, values of one shape. */
  | { readonly tag: "record"; readonly values: TSchema }
  | { readonly tag: "list"; readonly items: TSchema }
  | { readonly tag: "choice"; readonly branches: readonly TSchema[] }
  | { readonly tag: "literal"; readonly value: string | number | boolean }
  | { readonly tag: "text" | "secret" | "template" | "tree" }
  | { readonly tag: "duration" | "size" | "rate" | "share" }
  | { readonly tag: "integer" | "number" | "boolean" }
  /** Something of TypeBox that we have no words for: checked by TypeBox itself. */
  | { readonly tag: "other" };

export function settingOf(schema: TSchema): Setting {
  if (schema.templateTree === true) return { tag: "tree" };
  const unit: unknown = schema.unit;
  if (unit === "duration" || unit === "size" || unit === "rate" || unit === "share") return { tag: unit };
  switch (schema[Kind]) {
    case "Object":
      return { tag: "block", properties: new Map(Object.entries((schema as TObject).properties)) };
    case "Record":
      return {
        tag: "record",
        values: Object.values(schema.patternProperties as Record<string, TSchema>)[0] ?? schema,
      };
    case "Array":
      return { tag: "list", items: schema.items as TSchema };
    case "Union":
      return { tag: "choice", branches: schema.anyOf as TSchema[] };
    case "Literal":
      return { tag: "literal", value: schema.const as string | number | boolean };
    case "String":
      return { tag: schema.secret === true ? "secret" : schema.template === true ? "template" : "text" };
    case "Integer":
      return { tag: "integer" };
    case "Number":
      return { tag: "number" };
    case "Boolean":
      return { tag: "boolean" };
    default:
      return { tag: "other" };
  }
}

/** Of a list of names that stand elsewhere in the file. */
export interface NamesElsewhere {
  /** The block at the top of the file whose names they are. */
  readonly below: string;
  /** What to write where there are none. */
  readonly first: string;
}

export function namesElsewhere(schema: TSchema): NamesElsewhere | undefined {
  return (schema as { names?: NamesElsewhere }).names;
}

export function isOptional(schema: TSchema): boolean {
  return schema[OptionalKind] === "Optional";
}

/** True when nothing stands for it where it is left out: with a default, `Type.Optional` around it says nothing more. */
export function hasNoValue(schema: TSchema): boolean {
  return isOptional(schema) && schema.default === undefined;
}

/** True when the setting may be left out: it is optional, has a default, or is a block of which that holds throughout. */
export function mayBeLeftOut(schema: TSchema): boolean {
  if (isOptional(schema) || schema.default !== undefined) return true;
  const setting = settingOf(schema);
  return setting.tag === "block" && [...setting.properties.values()].every(mayBeLeftOut);
}
