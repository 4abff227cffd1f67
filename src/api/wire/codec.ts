/** From what the program holds to what is sent, and back, by the schema in which both are declared. Pure. */
import { Kind, OptionalKind, type Static, type TObject, type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { snakeCase } from "../../basics/snake-case.ts";
import type { Form } from "./forms.ts";

/** As something is handed out that nobody changes any more. */
export type Handed<T> = T extends Uint8Array
  ? T
  : T extends ReadonlyMap<string, infer V>
    ? ReadonlyMap<string, Handed<V>>
    : T extends readonly (infer E)[]
      ? readonly Handed<E>[]
      : T extends object
        ? { readonly [K in keyof T]: HandedMember<T, K> }
        : T;

/** What may be left out may be undefined as well. */
type HandedMember<T, K extends keyof T> =
  Record<never, never> extends Pick<T, K> ? Handed<T[K]> | undefined : Handed<T[K]>;

/** What came is not what the schema says. */
export class Misshapen extends Error {}

/** What is sent of a value; what the schema does not name stays here. */
export function encode<S extends TSchema>(schema: S, value: Handed<Static<S>>): unknown {
  return sent(schema, value);
}

/** The value again. Throws `Misshapen`; what the schema does not name is a newer release's, and passed over. */
export function decode<S extends TSchema>(schema: S, json: unknown): Static<S> {
  return held(schema, json, "");
}

/** The name by which a member is sent. */
export function sentName(name: string, schema: TSchema): string {
  return (schema as Form).sentAs ?? snakeCase(name);
}

const isObject = (schema: TSchema): schema is TObject => schema[Kind] === "Object";

/** The one kind beside null that a union is of; undefined where it is one of words. */
function variantOf(schema: TSchema): TSchema | undefined {
  if (schema[Kind] !== "Union") return undefined;
  const others = (schema.anyOf as readonly TSchema[]).filter((each) => each[Kind] !== "Null");
  return others.length === 1 ? others[0] : undefined;
}

const membersOf = (schema: TObject): [string, TSchema][] => Object.entries(schema.properties as TProperties);

const ofMap = (schema: TSchema): TSchema => Object.values(schema.patternProperties as TProperties)[0] ?? Type.Unknown();

function sent(schema: TSchema, value: unknown): unknown {
  const { form } = schema as Form;
  if (value === null || value === undefined) return value;
  if (form === "time") return new Date(Number(value)).toISOString();
  if (form === "bytes") return Buffer.from(value as Uint8Array).toString("base64");
  if (form === "map") {
    const entries = [...(value as ReadonlyMap<string, unknown>)];
    return Object.fromEntries(entries.map(([key, each]) => [key, sent(ofMap(schema), each)]));
  }
  const variant = variantOf(schema);
  if (variant !== undefined) return sent(variant, value);
  if (schema[Kind] === "Array") return (value as readonly unknown[]).map((each) => sent(schema.items, each));
  if (!isObject(schema)) return value;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    membersOf(schema).flatMap(([name, of]) => {
      if (members[name] === undefined && OptionalKind in of) return [];
      return [[sentName(name, of), sent(of, members[name])]];
    }),
  );
}

function held(schema: TSchema, json: unknown, place: string): unknown {
  const { form } = schema as Form;
  if (json === null || json === undefined) return nothing(schema, json, place);
  if (form === "time") return timeIn(json, place);
  if (form === "bytes") return new Uint8Array(Buffer.from(String(json), "base64"));
  if (form === "map") {
    const entries = Object.entries(objectIn(json, place));
    return new Map(entries.map(([key, each]) => [key, held(ofMap(schema), each, `${place}/${key}`)]));
  }
  const variant = variantOf(schema);
  if (variant !== undefined) return held(variant, json, place);
  if (schema[Kind] === "Array") {
    if (!Array.isArray(json)) throw new Misshapen(`${place} is no list`);
    return json.map((each, index) => held(schema.items, each, `${place}/${index}`));
  }
  if (!isObject(schema)) return json;
  const members = objectIn(json, place);
  return Object.fromEntries(
    membersOf(schema).flatMap(([name, of]) => {
      const sentBy = sentName(name, of);
      if (members[sentBy] === undefined && OptionalKind in of) return [];
      return [[name, held(of, members[sentBy], `${place}/${sentBy}`)]];
    }),
  );
}

function nothing(schema: TSchema, json: null | undefined, place: string): unknown {
  const mayBeNull = schema[Kind] === "Unknown" || schema[Kind] === "Null" || variantsOf(schema).some(isNull);
  if (json === null && mayBeNull) return null;
  throw new Misshapen(`${place} is missing`);
}

const variantsOf = (schema: TSchema): readonly TSchema[] => (schema[Kind] === "Union" ? schema.anyOf : []);
const isNull = (schema: TSchema): boolean => schema[Kind] === "Null";

function timeIn(json: unknown, place: string): number {
  const at = Date.parse(String(json));
  if (Number.isNaN(at)) throw new Misshapen(`${place} is no time`);
  return at;
}

function objectIn(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new Misshapen(`${place} is no object`);
}
