/** What a request says, checked by the schemas of what it asks for. */
import { Kind, type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { Value, type ValueError } from "@sinclair/typebox/value";
import { nearest } from "../basics/suggest.ts";
import { shown } from "../basics/text.ts";
import { ProblemError, type ProblemMember } from "./problem.ts";
import { decode } from "./wire/codec.ts";
import { sentSchema } from "./wire/sent-schema.ts";

const NOTHING = Type.Object({});

/** The query by its schema. Throws a problem with every fault. */
export function readQuery<Q extends TObject>(schema: Q | undefined, query: URLSearchParams): Static<Q> {
  const sent = sentSchema(schema ?? NOTHING) as TObject;
  const given = Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const all = query.getAll(name);
      const of = sent.properties[name];
      return [name, of !== undefined && isList(of) ? all : all.length === 1 ? all[0] : all];
    }),
  );
  // what stands in an address is text
  return checked(schema ?? NOTHING, Value.Convert(sent, given), "query") as Static<Q>;
}

/** The body by its schema: JSON, or nothing where nothing is needed. Throws a problem with every fault. */
export function readJson<B extends TObject>(schema: B | undefined, body: Uint8Array, type: string | null): Static<B> {
  if (body.length > 0 && !/^application\/json\b/i.test(type ?? "")) {
    throw new ProblemError(415, "send the body as `content-type: application/json`");
  }
  return checked(schema ?? NOTHING, body.length === 0 ? {} : parsed(body), "body") as Static<B>;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ProblemError(400, "the body is no JSON in UTF-8");
  }
}

function checked(schema: TObject, given: unknown, where: "query" | "body"): unknown {
  const sent = sentSchema(schema) as TObject;
  const faults = [...strangers(sent, given, where), ...misfits(sent, given, where)];
  if (faults.length > 0) {
    throw new ProblemError(422, faults.map(({ place, detail }) => `${place}: ${detail}`).join("; "), {
      errors: faults,
    });
  }
  return decode(schema, given);
}

/** A name that nobody knows is a slip, and passed over it would mean more than was meant. */
function strangers({ properties }: TObject, given: unknown, where: string): ProblemMember[] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return [];
  const known = Object.keys(properties);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(properties, name))
    .map((name) => {
      const meant = nearest(name, known);
      const todo = meant === undefined ? `there is ${known.join(", ") || "none"}` : `did you mean ${meant}?`;
      return { place: `${where} ${shown(name, 60)}`, detail: `nobody knows it; ${todo}` };
    });
}

/** So many are told. */
const MOST = 10;

function misfits(schema: TSchema, given: unknown, where: string): ProblemMember[] {
  const faults = new Map<string, ProblemMember>();
  for (const error of Value.Errors(schema, given)) {
    const place = `${where}${error.path.replaceAll("/", " ")}`;
    if (!faults.has(place)) faults.set(place, { place, detail: wordsOf(error) });
    if (faults.size >= MOST) break;
  }
  return [...faults.values()];
}

function wordsOf({ schema, message, value }: ValueError): string {
  if (value === undefined) return "it is missing";
  const { form } = schema as { readonly form?: unknown };
  if (form === "time") return "write a time such as 2026-01-31T08:00:00Z";
  const words = (schema.anyOf as readonly TSchema[] | undefined)?.flatMap((each) =>
    each[Kind] === "Literal" ? [String(each.const)] : [],
  );
  if (words !== undefined && words.length > 0) return `write ${words.join(", ")}`;
  const [first = "", ...rest] = message;
  return first.toLowerCase() + rest.join("");
}

const isList = (schema: TSchema): boolean => schema.type === "array";
