/** From the YAML to the receiver: how many requests of a webhook are under way at once. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { template } from "../../src/config/templates/templates.ts";
import { openEngine } from "../support/engine.ts";
import { type ManualDestination, startManualDestination } from "../support/manual-destination.ts";

const PEOPLE = Array.from({ length: 3_000 }, (_, index) => `u-${index}`);

/** A webhook with these lines, and a queue before it. */
async function withQueue(lines: string, prove: (receiver: ManualDestination) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-concurrency-"));
  const receiver = await startManualDestination();
  const file = join(folder, "bridge.yaml");
  const webhook = `{ type: webhook, url: "${receiver.url}", allow_http: true, allow_private_network: true, ${lines} }`;
  await writeFile(
    file,
    `chat: { apps: [{ sdk_app_id: 1400000000, token: a-token }] }\nconnectors:\n  partner: ${webhook}\n`,
  );
  const loaded = await loadConfig(file, {});
  assert.ok(loaded.ok, loaded.ok ? "" : JSON.stringify(loaded.faults));
  const engine = await openEngine(loaded.config.connectors, { template });
  try {
    await engine.unsubscribe(PEOPLE);
    await prove(receiver);
  } finally {
    receiver.answerAll();
    await engine.close();
    await receiver.close();
    await rm(folder, { recursive: true });
  }
}

/** Fewer are never sent at once by the settings below, however slow the machine is: so many can be waited for. */
const FEW = 6;

/**
 * Answers the two oldest, again and again.
 * @returns how many were there at once at most
 */
async function answer(receiver: ManualDestination, goesOn: (most: number, answered: number) => boolean) {
  let [most, answered] = [0, 0];
  while (goesOn(most, answered)) {
    await receiver.arrived(answered + FEW);
    most = Math.max(most, receiver.arrivals.length - answered);
    for (const arrival of receiver.arrivals.slice(answered, answered + 2)) arrival.answer(204);
    answered += 2;
    await new Promise(setImmediate);
  }
  return most;
}

describe("a webhook's requests", () => {
  it("are eight at once to begin with, and more and more while they are answered well", async () => {
    await withQueue("timeout: 60s", async (receiver) => {
      await receiver.arrived(8);
      assert.equal(receiver.arrivals.length, 8);
      const most = await answer(receiver, (already, answered) => already < 20 && answered < 2_900);
      assert.ok(most >= 20, `${most}`);
    });
  });

  it("are never more at once than `concurrency`", async () => {
    await withQueue("timeout: 60s, concurrency: 6", async (receiver) => {
      const most = await answer(receiver, (_, answered) => answered < 1_000);
      assert.ok(most <= 6, `${most}`);
    });
  });
});
