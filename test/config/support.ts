/** For tests of the configuration: YAML as a user writes it, in a folder of its own. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Config } from "../../src/config/checked-config.ts";
import type { Env } from "../../src/config/decoding/variables.ts";
import type { Fault } from "../../src/config/faults/fault.ts";
import { loadConfig } from "../../src/config/load.ts";

export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** What the samples below refer to. */
export const ENV: Env = {
  TOKEN: "chat-callback-token",
  KEY: "a-key-of-some-length",
  SECRET: WEBHOOK_SECRET,
  OPS_URL: "https://hooks.example/T0/B0/xyz",
  BEAT_URL: "https://beat.example/abc",
  EMPTY: "",
};

export const CHAT = `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${TOKEN}
`;

export const PARTNER = `connectors:
  partner:
    type: webhook
    url: https://partner.example/unsubscribes
    secret: \${SECRET}
`;

/** Calls `use` with a folder that is removed afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-config-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Loads this text from a file. */
export function load(yaml: string, env: Env = ENV) {
  return inFolder(async (folder) => {
    const file = join(folder, "bridge.yaml");
    await writeFile(file, yaml);
    return loadConfig(file, env);
  });
}

/** Loads what must be right. */
export async function loadGood(yaml: string, env?: Env): Promise<Config> {
  const result = await load(yaml, env);
  assert.deepEqual(result.ok ? [] : result.faults.map(inShort), []);
  assert.ok(result.ok);
  return result.config;
}

/** All that was found, as lines without the file's name. */
export async function findings(yaml: string, env?: Env): Promise<string[]> {
  const result = await load(yaml, env);
  return (result.ok ? result.config.warnings : result.faults).map(inShort);
}

export function inShort(fault: Fault): string {
  const path = fault.path === "" ? "" : ` ${fault.path}`;
  const mark = fault.severity === "warning" ? "warning: " : "";
  return `${fault.line}:${fault.column}${path}: ${mark}${fault.what}; ${fault.todo}`;
}

/** What is written, and all that is found. */
export type FaultRow = readonly [what: string, yaml: string, ...found: readonly string[]];

/** A test for each row, by area. */
export function faultTables(tables: Readonly<Record<string, readonly FaultRow[]>>): void {
  for (const [area, rows] of Object.entries(tables)) {
    describe(`faults of ${area}`, () => {
      for (const [what, yaml, ...expected] of rows) {
        it(`${what} is named at its place, with what to do`, async () => {
          assert.deepEqual(await findings(yaml), expected);
        });
      }
    });
  }
}
