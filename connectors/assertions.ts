/** What a connector's answers must say, and what they must never say. For the conformance suite and for tests of one's own. */
import assert from "node:assert/strict";
import type { DeliverResult, Delivery } from "../src/connector.ts";

/** A connector gets this long, in milliseconds, to notice that it is to stop. Generous: it says "never", not "slowly". */
const PATIENCE_MS = 5_000;

/** What became of a `deliver`: a throw means "try all again". */
export type Result = DeliverResult | { readonly tag: "threw"; readonly error: string };

/** The result of a `deliver`, a throw included. Fails when it shows a secret. */
export async function settled(result: Promise<DeliverResult>, secrets: readonly string[]): Promise<Result> {
  const settledResult: Result = await result.catch((error) => ({ tag: "threw", error: String(error) }));
  assertNoSecrets(settledResult, secrets);
  return settledResult;
}

/** Fails when it takes too long. */
export async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the connector does not come back")), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A signal that never aborts. */
export const forever = (): AbortSignal => new AbortController().signal;
export const idsOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ id }) => id);
export const outcomesOf = (result: Result) => ("outcomes" in result ? result.outcomes : undefined);

function idsWith(result: Result, tag: string): string[] {
  const entries = [...(outcomesOf(result) ?? [])];
  return entries.flatMap(([id, outcome]) => (outcome.tag === tag ? [id] : [])).sort();
}

export const deliveredIds = (result: Result): string[] => idsWith(result, "delivered");

export function assertNothingDelivered(result: Result): void {
  assert.deepEqual(deliveredIds(result), []);
}

/** Neither a rejection nor an "unmatched": both can end as dead letters for a trouble that was not theirs. */
export function assertNothingBuried(result: Result): void {
  assert.deepEqual([...idsWith(result, "rejected"), ...idsWith(result, "unmatched")], []);
  assert.notEqual(result.tag, "batchRejected");
  assert.notEqual(result.tag, "gone");
}

export function assertNoSecrets(shown: unknown, secrets: readonly string[]): void {
  const text = JSON.stringify(shown, (_, value) => (value instanceof Map ? [...value] : value));
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), base64(secret), base64(`${secret}:`)]) {
      assert.ok(!text.includes(form), "a secret shows");
    }
  }
}

/** Without the last characters, which depend on what follows. */
const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/=*$/, "").slice(0, -1);
