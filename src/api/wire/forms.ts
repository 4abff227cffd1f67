/** Kinds of values that are sent in another form than the program holds them in. A schema of the API is made of these and of TypeBox's. */
import { FormatRegistry, type Static, type TLiteral, type TSchema, type TUnion, Type } from "@sinclair/typebox";
import { instantIn } from "../../basics/instant.ts";

/** What a schema says of its form, beside what JSON Schema knows. */
export interface Form {
  /** `time`: milliseconds since 1970 as ISO 8601 in UTC. `bytes`: as base64. `map`: by key, as an object. */
  readonly form?: "time" | "bytes" | "map";
  /** The name that a member is sent by, where that is not its own in snake case. */
  readonly sentAs?: string;
}

const INSTANT = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)$";

/** A day that there is: what the pattern says of its form is said to clients as well. */
FormatRegistry.Set("instant", (text) => instantIn(text) !== undefined);

/** Milliseconds since 1970. */
export function time(description?: string) {
  return Type.Unsafe<number>(
    Type.String({
      form: "time",
      pattern: INSTANT,
      format: "instant",
      ...(description !== undefined && { description }),
    }),
  );
}

export function bytes(description: string) {
  return Type.Unsafe<Uint8Array>(Type.String({ form: "bytes", contentEncoding: "base64", description }));
}

export function mapOf<S extends TSchema>(of: S, description: string) {
  return Type.Unsafe<ReadonlyMap<string, Static<S>>>(Type.Record(Type.String(), of, { form: "map", description }));
}

export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** One of these words. */
export function word<const W extends readonly string[]>(...words: W): TUnion<TLiteral<W[number]>[]> {
  return Type.Union(words.map((each) => Type.Literal(each)));
}

/** A member that is sent by another name. */
export function sentAs<S extends TSchema>(name: string, schema: S): S {
  return { ...schema, sentAs: name };
}
