/** What HubSpot refuses everybody pauses the connector, from the YAML to the queue: nobody is given up, and other settings end it. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type HubSpotSandboxOptions, startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { loadConfig } from "../../src/config/load.ts";
import { template } from "../../src/config/templates/templates.ts";
import { type Engine, openEngine } from "../support/engine.ts";

const USERS = Array.from({ length: 25 }, (_, index) => `user-${index}`);

/** A HubSpot that knows all of them, and an engine that runs with these lines of the connector. */
async function withHubSpot(
  options: HubSpotSandboxOptions,
  prove: (engine: Engine, connectors: (...lines: string[]) => ReturnType<typeof connectorsOf>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-hubspot-"));
  const hubspot = await startHubSpotSandbox({ contacts: USERS, ...options });
  const connectors = (...lines: string[]) => connectorsOf(join(folder, "bridge.yaml"), hubspot.url, lines);
  const engine = await openEngine(await connectors(), { template });
  try {
    await engine.unsubscribe(USERS);
    await prove(engine, connectors);
  } finally {
    await engine.close();
    await hubspot.close();
    await rm(folder, { recursive: true });
  }
}

async function connectorsOf(file: string, url: string, lines: readonly string[]) {
  const settings = [`base_url: ${url}`, "rate: 1000/s", "match: { property: chat_user_id }", ...lines];
  const set = lines.some((line) => line.startsWith("set:")) ? [] : ['set: { chat_subscription: "{{ event }}" }'];
  const block = ["type: hubspot", "access_token: a-token", ...settings, ...set].map((line) => `    ${line}`).join("\n");
  await writeFile(
    file,
    `chat: { apps: [{ sdk_app_id: 1400000000, token: a-token }] }\nconnectors:\n  crm:\n${block}\n`,
  );
  const loaded = await loadConfig(file, {});
  assert.ok(loaded.ok, loaded.ok ? "" : JSON.stringify(loaded.faults));
  return loaded.config.connectors;
}

async function pausedWith(engine: Engine): Promise<readonly [cause: string | undefined, words: string]> {
  await engine.connectorIs("crm", ({ state }) => state.status === "paused");
  const row = await engine.storage.connector("crm");
  // paused, and nobody is given up
  assert.deepEqual(new Set(Object.values(await engine.states("crm"))), new Set(["waiting"]));
  return [row?.state.cause, row?.state.reason?.words ?? ""];
}

async function assertAllDelivered(engine: Engine): Promise<void> {
  await engine.settled();
  assert.deepEqual(new Set(Object.values(await engine.states("crm"))), new Set(["delivered"]));
}

describe("a HubSpot account", () => {
  it("whose rule refuses everybody pauses the connector, named by property and rule, until `set` keeps it", async () => {
    const rules = { conditional: [{ property: "reason", when: ["chat_subscription", "unsubscribed"] }] } as const;
    await withHubSpot({ rules, properties: [{ name: "reason" }] }, async (engine, connectors) => {
      const [cause, words] = await pausedWith(engine);
      assert.equal(cause, "refusing");
      assert.match(
        words,
        /^everything is refused: .*: "reason" must be filled, says a rule of the account about "chat_subscription"$/,
      );
      await engine.reload(await connectors('set: { chat_subscription: "{{ event }}", reason: left }'));
      await assertAllDelivered(engine);
    });
  });

  it("that does not know the API version pauses the connector, and says what to set, until that is set", async () => {
    await withHubSpot({ versions: new Set(["v3"]) }, async (engine, connectors) => {
      const [cause, words] = await pausedWith(engine);
      assert.equal(cause, "gone");
      assert.match(words, /^HubSpot does not know API version 2026-09, .*: set `api_version` to one that it supports$/);
      await engine.reload(await connectors("api_version: v3"));
      await assertAllDelivered(engine);
    });
  });
});
