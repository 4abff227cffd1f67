/** The API: who may ask what, in which form it answers and refuses, and its description. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ApiWorld, openApiWorld, VIEWER } from "./support.ts";

/** A connector, as the API tells it. */
interface Told {
  readonly condition: string;
  readonly status: { readonly name: string; readonly next_probe_at: string | null };
}

describe("the API", () => {
  let world: ApiWorld;
  before(async () => {
    world = await openApiWorld();
  });
  after(() => world.close());

  const bare = (path: string, init: RequestInit = {}) => fetch(world.origin + path, { redirect: "manual", ...init });

  it("tells a viewer of every connector", async () => {
    const all = await world.read<{ connectors: Told[] }>("/connectors", VIEWER);
    assert.equal(all.status, 200, all.text);
    assert.deepEqual(all.json.connectors.map(({ status }) => status.name).sort(), ["analytics", "crm", "partner"]);
    const { json } = await world.read<Told>("/connectors/crm", VIEWER);
    assert.equal(json.condition, "ready");
    assert.equal(json.status.next_probe_at, null);
  });

  it("says in RFC 9457 what is wrong, also where the listener refuses", async () => {
    const problems = [
      [await bare("/api/v1/connectors"), 401],
      [await bare("/api/v1/connectors", { headers: { authorization: "Bearer wrong-token-wrong-token" } }), 401],
      [await bare("/api/v1/nothing", { headers: { authorization: `Bearer ${VIEWER}` } }), 404],
      [await bare("/api/v1/connectors/nobody", { headers: { authorization: `Bearer ${VIEWER}` } }), 404],
      [await bare("/api/v1/status", { method: "POST", headers: { authorization: `Bearer ${VIEWER}` } }), 405],
      [await bare("/api/v1/status", { method: "DELETE", headers: { authorization: `Bearer ${VIEWER}` } }), 405],
      [await bare("/api/v1/status?limt=5", { headers: { authorization: `Bearer ${VIEWER}` } }), 422],
    ] as const;
    for (const [response, status] of problems) {
      assert.equal(response.status, status, response.url);
      assert.equal(response.headers.get("content-type"), "application/problem+json", response.url);
      assert.equal(response.headers.get("cache-control"), "no-store");
      const told = (await response.json()) as Record<string, unknown>;
      assert.equal(told.status, status);
      assert.equal(typeof told.detail, "string");
    }
    assert.equal(problems[4][0].headers.get("allow"), "GET");
  });

  it("describes itself in OpenAPI 3.1, with no reference that leads nowhere", async () => {
    const response = await bare("/api/openapi.json", { headers: { authorization: `Bearer ${VIEWER}` } });
    const text = await response.text();
    const { openapi, paths, components } = JSON.parse(text);
    assert.equal(openapi, "3.1.0");
    assert.ok(paths["/api/v1/connectors"].get);
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      assert.ok(components.schemas[name], name);
    }
  });
});
