/** Dead letters, a folder for their file, and secrets that must never be in it. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redactor } from "../../src/config/credentials/redact.ts";
import type { DeadLetter } from "../../src/storage/contract/ledger.ts";
import { taken } from "../support/deliveries.ts";

export const SECRET = 'canary "secret"/+ü?~';
export const redact = redactor([SECRET]);

export function letter(seq: number, change: Partial<DeadLetter> = {}): DeadLetter {
  const { id, event } = taken(seq);
  return {
    id,
    generation: 1,
    connector: "crm",
    event,
    class: "rejected",
    reason: { words: "HubSpot refuses it", status: 400, category: "VALIDATION_ERROR", message: "no such option" },
    attempts: 5,
    firstAttemptAt: 1_670_574_415_000,
    lastAttemptAt: 1_670_574_416_000,
    ...change,
  };
}

/** The secret as it may come back in a vendor's message. */
export function formsOfSecret(): string[] {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return [
    SECRET,
    encodeURIComponent(SECRET),
    new URLSearchParams({ q: SECRET }).toString(),
    JSON.stringify({ token: SECRET }),
    base64(SECRET),
    base64(`x${SECRET}y`),
    base64(`xy:${SECRET}`),
    Buffer.from(SECRET).toString("base64url"),
    Buffer.from(SECRET).toString("hex"),
  ];
}

/** Fails when the text holds the secret, or most of it, in any of these forms. */
export function assertNoSecret(text: string): void {
  const base64 = (offset: number) =>
    Buffer.from(`${" ".repeat(offset)}${SECRET}`)
      .toString("base64")
      .slice(offset + 2, -5);
  const forms = [
    "canary",
    "secret",
    base64(0),
    base64(1),
    base64(2),
    base64(0).replaceAll("+", "-").replaceAll("/", "_"),
    Buffer.from(SECRET).toString("hex"),
  ];
  for (const form of forms) assert.ok(!text.includes(form), `${form} in ${text}`);
}

export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dead-letters-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
