/** The API driven from its own description: whatever is asked, it answers as described, never with a fault of its own, and lets no viewer change anything. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Kind, type TObject, type TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { ENDPOINTS } from "../../src/api/api.ts";
import type { Endpoint } from "../../src/api/endpoint.ts";
import { openApiDocument } from "../../src/api/openapi.ts";
import { PROBLEM } from "../../src/api/problem.ts";
import { sentSchema } from "../../src/api/wire/sent-schema.ts";
import { faultyCallback, seedEverything } from "../cli/seed.ts";
import { callbackBody } from "../support/callbacks.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { CROWD, type Fronts, OPERATOR, openFronts, VIEWER } from "./fronts.ts";

/** What people, and programs with a slip, may write. */
const TEXTS = fc.oneof(
  fc.constantFrom(
    "crm",
    "partner",
    "rejected-1",
    "张伟",
    "nobody",
    "2h",
    "ab",
    "3f0c…:crm",
    "1:1",
    "../x",
    "%00",
    "\u202e",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 6 }),
);

/** Mostly what the schema asks for, and sometimes anything. */
function valueFor(schema: TSchema, known: readonly string[]): fc.Arbitrary<unknown> {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), TEXTS);
  return fc.oneof({ weight: 6, arbitrary: fitting(schema, known) }, { weight: 1, arbitrary: odd });
}

function fitting(schema: TSchema, known: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.form === "time")
    return fc.constantFrom("2026-01-31T08:00:00Z", "2026-11-01T00:00:00.5+02:00", "1970-01-01T00:00:00Z");
  switch (schema[Kind]) {
    case "Literal":
      return fc.constant(schema.const);
    case "Union":
      return fc.oneof(...(schema.anyOf as readonly TSchema[]).map((each) => fitting(each, known)));
    case "Boolean":
      return fc.boolean();
    case "Integer":
    case "Number":
      return fc.integer({ min: -1, max: 600 });
    case "Array":
      return fc.array(valueFor(schema.items, known), { maxLength: 3 });
    case "Object":
      return objectFor(schema as TObject, known);
    default:
      return fc.oneof(fc.constantFrom(...known, ""), TEXTS);
  }
}

function objectFor({ properties, required = [] }: TObject, known: readonly string[]): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(([name, of]) => [name, valueFor(of, known)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] as never[] });
}

interface Asked {
  readonly one: Endpoint;
  readonly path: string;
  readonly body: object | undefined;
}

function askedFor(known: readonly string[]): fc.Arbitrary<Asked> {
  return fc.constantFrom(...ENDPOINTS).chain((one) => {
    const parts = [...one.path.matchAll(/\{\w+\}/g)].map(() => fc.oneof(fc.constantFrom(...known), TEXTS));
    const query = one.query === undefined ? fc.constant({}) : objectFor(sentSchema(one.query) as TObject, known);
    const body = one.body === undefined ? fc.constant(undefined) : objectFor(sentSchema(one.body) as TObject, known);
    return fc.tuple(fc.tuple(...parts), query, body).map(([names, asked, sent]) => {
      let at = 0;
      const path = one.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(safe(names[at++] ?? "")) || "-");
      const pairs = Object.entries(asked).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((each) => [
          name,
          safe(typeof each === "string" ? each : JSON.stringify(each)),
        ]),
      );
      return { one, path: `${path}?${new URLSearchParams(pairs)}`, body: sent };
    });
  });
}

/** Half a character is none that an address can hold. */
const safe = (text: string): string => text.toWellFormed();

describe("the API, whatever is asked", { skip: ON_BUN_ALONE }, () => {
  let fronts: Fronts;
  let known: readonly string[];
  before(async () => {
    fronts = await openFronts(async (storage) => {
      await seedEverything(storage);
      const understood = faultyCallback(callbackBody({ users: ["late-1"] }), "EventTime: expected milliseconds");
      await storage.accept({ callbacks: [], quarantine: [understood, faultyCallback("{", "no JSON")] });
    });
    const entries = (await fronts.json("quarantine", "list")).entries as { id: string }[];
    const plan = await fronts.storage.beginPlan({
      id: "0123456789ab",
      repair: "replay",
      filter: {},
      actor: { name: "x", front: "api", proven: false },
    });
    known = [
      await fronts.id("expired-1", "crm"),
      await fronts.id("张伟", "partner"),
      plan.id,
      ...entries.map(({ id }) => id),
    ];
  });
  after(() => fronts.close());

  const runs = { numRuns: 250, verbose: 1 } as const;

  let calls = 0;
  const seen = new Set<number>();
  const described = openApiDocument(ENDPOINTS, "0", "") as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
  };

  async function judged({ one, path, body }: Asked, as: string): Promise<number> {
    const sent = one.method === "POST" ? (body ?? {}) : undefined;
    const { status, json } = await fronts.call(one.method, path, sent, `${as}${CROWD[calls++ % CROWD.length]}`);
    const place = `${one.method} ${path} ${JSON.stringify(body)} → ${status} ${JSON.stringify(json)}`;
    assert.ok(status < 500 && status !== 401, place);
    seen.add(status);
    const { responses } = described.paths[`/api/v1${one.path}`]?.[one.method.toLowerCase()] ?? { responses: {} };
    assert.ok(String(status) in responses, `not described: ${place}`);
    const [fault] = [...Value.Errors(status < 300 ? sentSchema(one.answer) : PROBLEM, json)];
    assert.equal(fault, undefined, `${fault?.path} ${fault?.message}: ${place}`);
    return status;
  }

  it("is answered to an operator as the description says", async () => {
    await fc.assert(
      fc.asyncProperty(askedFor(known), async (asked) => void (await judged(asked, OPERATOR))),
      runs,
    );
    for (const status of [200, 404, 422]) assert.ok(seen.has(status), `${status} was never answered`);
  });

  it("changes nothing where a viewer asks", async () => {
    const before = await contentOf(fronts);
    await fc.assert(
      fc.asyncProperty(askedFor(known), async (asked) => {
        const status = await judged(asked, VIEWER);
        // what is asked in a body and changes nothing is for viewers as well
        if (asked.one.least === "operator") assert.equal(status, 403);
      }),
      { ...runs, numRuns: 150 },
    );
    assert.deepEqual(await contentOf(fronts), before);
  });
});

/** All but who looked at what. */
async function contentOf({ storage, json }: Fronts): Promise<unknown> {
  const { connectors, quarantined } = await storage.status();
  const deliveries = await storage.deliveries({}, { limit: 1_000 });
  const { audit } = await json("audit", "list", "--limit", "1000");
  const acts = (audit as { operation: string }[]).filter(
    ({ operation }) => operation !== "search" && operation !== "export",
  );
  return { connectors, quarantined, deliveries, acts, plans: await storage.plans() };
}
