/** The API: who may ask what, in which form it answers and refuses, and its description. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Value } from "@sinclair/typebox/value";
import { ENDPOINTS } from "../../src/api/api.ts";
import { NO_SUCH_PATH } from "../../src/api/problem.ts";
import { sentSchema } from "../../src/api/wire/sent-schema.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { patiently } from "../support/patiently.ts";
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

  const bare = (path: string, init: RequestInit = {}) =>
    patiently(() => fetch(world.origin + path, { redirect: "manual", ...init }));

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
    const nowhere = await bare("/api/v1/nothing", { headers: { authorization: `Bearer ${VIEWER}` } });
    assert.equal(((await nowhere.json()) as { type: string }).type, NO_SUCH_PATH);
  });

  it("answers every question to a viewer as its description says, and lets no viewer change anything", async () => {
    await postCallback(world.bridge.url, { users: ["jared", "mona/é ü"] });
    await eventually(async () => {
      const { json } = await world.read<{ deliveries: unknown[] }>("/deliveries?state=delivered&state=dead");
      return json.deliveries.length >= 2;
    });
    const { json: list } = await world.read<{ deliveries: { id: string }[] }>("/deliveries?limit=1");
    const given: Readonly<Record<string, string>> = {
      ...{ name: "crm", user: encodeURIComponent("mona/é ü"), id: encodeURIComponent(list.deliveries[0]?.id ?? "") },
    };
    const query = "?prefix=m&text=ab&connector=crm&user=nobody";
    for (const { method, path, query: schema, answer, least, status = 200 } of ENDPOINTS) {
      const names = Object.keys(schema?.properties ?? {});
      const parts = [...new URLSearchParams(query)].filter(([name]) => names.includes(name));
      const at = `${path.replaceAll(/\{(\w+)\}/g, (_, name) => given[name] ?? "")}?${new URLSearchParams(parts)}`;
      const answered = method === "GET" ? await world.read<unknown>(at, VIEWER) : await world.send(at, {}, VIEWER);
      if (least === "operator") assert.equal(answered.status, 403, `${path} ${answered.text}`);
      // a question with a body of its own, and nothing in it
      else if (method === "POST") assert.equal(answered.status, 422, `${path} ${answered.text}`);
      else if (/^.(plans|quarantine)..id/.test(path)) assert.equal(answered.status, 404, `${path} ${answered.text}`);
      else {
        assert.equal(answered.status, status, `${path} ${answered.text}`);
        const [fault] = [...Value.Errors(sentSchema(answer), answered.json)];
        assert.equal(fault, undefined, `${path} ${fault?.path} ${fault?.message}`);
      }
    }
    const story = await world.read<{ user: string; events: unknown[] }>(`/people/${given.user}`);
    assert.equal(story.json.user, "mona/é ü");
    assert.equal(story.json.events.length, 1);
    const asked = new URLSearchParams(["mona/é ü", "nobody", "mona/é ü"].map((user) => ["user", user]));
    type Verdicts = { people: { user: string; tag: string; delivered: string[]; dead: string[] }[] };
    const { people } = (await world.read<Verdicts>(`/verdicts?${asked}`)).json;
    assert.deepEqual(
      people.map(({ user, tag }) => [user, tag === "unknown"]),
      [
        ["mona/é ü", false],
        ["nobody", true],
      ],
    );
    const many = new URLSearchParams(Array.from({ length: 41 }, (_, n) => ["user", `user-${n}`]));
    assert.equal((await world.read(`/verdicts?${many}`)).status, 422);
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

  it("shows its description as a page, of which nothing comes from elsewhere or stands inline", async () => {
    const authorization = `Bearer ${VIEWER}`;
    const response = await bare("/api/docs", { headers: { authorization } });
    const html = await response.text();
    assert.equal(response.status, 200, html);
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /img-src 'self' data:;/);
    assert.doesNotMatch(policy, /unsafe|http/);
    assert.doesNotMatch(html, / style=| on[a-z]+=|<style|<script>|https?:/);
    const paths = [...html.matchAll(/(?:href|src)="(\/api\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    assert.equal(paths.length, 3);
    for (const path of paths) {
      const asset = await bare(path);
      assert.equal(asset.status, 200, path);
      assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
      assert.match(asset.headers.get("content-type") ?? "", /css|javascript/);
      await asset.body?.cancel();
    }
    const elsewhere = await bare("/api/openapi.json", { headers: { authorization } });
    assert.doesNotMatch(elsewhere.headers.get("content-security-policy") ?? "", /data:/);
    await elsewhere.body?.cancel();
  });
});
