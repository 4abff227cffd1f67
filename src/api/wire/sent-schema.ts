/** The schema of what is sent, made from the one in which the program's own form is declared. Pure. */
import { Kind, OptionalKind, type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { sentName } from "./codec.ts";

const made = new WeakMap<TSchema, TSchema>();

/** Checks what comes in, and describes what goes out. */
export function sentSchema(schema: TSchema): TSchema {
  const before = made.get(schema);
  if (before !== undefined) return before;
  const now = make(schema);
  made.set(schema, now);
  return now;
}

function make(schema: TSchema): TSchema {
  const isOptional = OptionalKind in schema;
  const inner = inside(schema);
  return isOptional ? Type.Optional(inner) : inner;
}

function inside(schema: TSchema): TSchema {
  switch (schema[Kind]) {
    case "Object": {
      const members = Object.entries(schema.properties as TProperties);
      const sent = members.map(([name, of]) => [sentName(name, of), sentSchema(of)] as const);
      const { type: _, properties: __, required: ___, ...options } = schema;
      return Type.Object(Object.fromEntries(sent), options);
    }
    case "Array":
      return { ...schema, items: sentSchema(schema.items) };
    case "Union":
      return { ...schema, anyOf: (schema.anyOf as readonly TSchema[]).map(sentSchema) };
    case "Record": {
      const [[pattern, of] = ["", Type.Unknown()]] = Object.entries(schema.patternProperties as TProperties);
      return { ...schema, patternProperties: { [pattern]: sentSchema(of) } };
    }
    default:
      return schema;
  }
}
