/**
 * The description of the API, OpenAPI 3.1, made from the schemas by which it checks and answers: TypeBox's types are JSON Schema, which is
 * what OpenAPI 3.1 holds. Pure.
 */
import { Kind, OptionalKind, type TObject, type TProperties, type TSchema } from "@sinclair/typebox";
import { PROBLEM_TYPE } from "../admin/answers.ts";
import { API_PATH } from "./calling.ts";
import { type Endpoint, TAGS } from "./endpoint.ts";
import { PROBLEM } from "./problem.ts";
import { sentSchema } from "./wire/sent-schema.ts";

/** @param base of the admin listener, without a slash at its end */
export function openApiDocument(endpoints: readonly Endpoint[], version: string, base: string): object {
  const schemas = new Map<string, object>();
  const describe = describer(schemas);
  const paths: Record<string, Record<string, object>> = {};
  for (const one of endpoints) {
    const path = API_PATH + one.path;
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one, describe) };
  }
  describe(PROBLEM);
  return {
    openapi: "3.1.0",
    info: { title: "unsub-bridge", version, description: INTRODUCTION, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: base === "" ? "/" : base }],
    security: [{ token: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The token of one of admin.accounts." },
      },
    },
  };
}

const INTRODUCTION = [
  "What the console and the command line can ask and do. It only grows: pass over members and words that you do not know.",
  "Times are ISO 8601 in UTC. Lists go on behind `next`, handed in as `after`, until it is null; a list may end early, and `looked` says how many rows were read for it.",
  "Viewers read, operators repair. What goes wrong is answered as a problem (RFC 9457).",
].join("\n\n");

type Describe = (schema: TSchema) => object;

function operation({ method, path, summary, description, tag, least, ...declared }: Endpoint, describe: Describe) {
  const { params = {}, query, body, status = 200, answer, refusals = {} } = declared;
  const answers = { [status]: { description: "What was asked for.", ...content(describe(answer)) } };
  const problems = Object.entries({ ...REFUSALS, ...(method === "POST" ? OF_POSTS : {}), ...refusals }).map(
    ([code, words]) => [code, { description: words, ...content(describe(PROBLEM), PROBLEM_TYPE) }],
  );
  return {
    ...{ operationId: operationId(method, path), tags: [tag], summary },
    description: [description, `Takes the role ${least}.`].filter(Boolean).join("\n\n"),
    parameters: [...pathParameters(path, params), ...queryParameters(query, describe)],
    ...(body !== undefined && {
      requestBody: { required: needsSomething(body), ...content(describe(body)) },
    }),
    responses: { ...answers, ...Object.fromEntries(problems) },
  };
}

/** Any call may meet these. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "The request is none.",
  401: "No token, or a wrong one.",
  403: "The account may not do this, or another site's page asks for it.",
  421: "The address that was asked for is none of this listener.",
  422: "A parameter, or the body, is not as described.",
  429: "Too many requests; `retry-after` says when to come again.",
  500: "A fault of the bridge; its log says more.",
  503: "The store cannot be asked just now; `retry-after` says when to come again.",
};
const OF_POSTS: Readonly<Record<number, string>> = {
  408: "The body did not come to its end.",
  413: "The body is too large.",
  415: "The body is no `application/json`.",
};

const content = (schema: object, type = "application/json") => ({ content: { [type]: { schema } } });

const needsSomething = (body: TObject): boolean => (body.required ?? []).length > 0;

function operationId(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replaceAll(/[/{}-]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`;
}

function pathParameters(path: string, params: Readonly<Record<string, string>>): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    ...{ name, in: "path", required: true, description: params[name] ?? "" },
    schema: { type: "string", minLength: 1 },
  }));
}

function queryParameters(query: TObject | undefined, describe: Describe): object[] {
  if (query === undefined) return [];
  const { properties } = sentSchema(query) as TObject;
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: "query", required: !(OptionalKind in schema), description: schema.description ?? "" },
    schema: describe(schema),
  }));
}

/** JSON Schema of what is sent; a schema with a name of its own stands among the components, and is pointed at. */
function describer(components: Map<string, object>): Describe {
  const describe: Describe = (schema) => {
    const name = schema.$id;
    if (name === undefined) return plain(sentSchema(schema), describe);
    if (!components.has(name)) {
      components.set(name, {});
      components.set(name, plain(sentSchema(schema), describe));
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  return describe;
}

function plain(schema: TSchema, describe: Describe): object {
  const { $id: _, form, sentAs: __, pattern, anyOf, items, properties, patternProperties, ...rest } = schema;
  if (form === "time") return { ...rest, format: "date-time" };
  return {
    ...rest,
    ...(pattern !== undefined && { pattern }),
    ...(anyOf !== undefined && alternatives(anyOf, describe)),
    ...(items !== undefined && { items: describe(items) }),
    ...(properties !== undefined && { properties: describedEach(properties, describe) }),
    ...(patternProperties !== undefined && { additionalProperties: describe(firstOf(patternProperties)) }),
  };
}

const describedEach = (properties: TProperties, describe: Describe): object =>
  Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, describe(of)]));

const firstOf = (patterns: TProperties): TSchema => Object.values(patterns)[0] as TSchema;

/** Words, and null beside something, as they are written usually. */
function alternatives(anyOf: readonly TSchema[], describe: Describe): object {
  const words = anyOf.filter((each) => each[Kind] === "Literal").map((each) => each.const);
  if (words.length === anyOf.length) return { type: "string", enum: words };
  return { anyOf: anyOf.map(describe) };
}
