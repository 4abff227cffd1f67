/** What a connector answered, and whether it shows what it must not. For the conformance suite and for tests of one's own. */
import type { DeliverResult, Delivery } from "../../src/connector.ts";

/** A connector gets this long, in milliseconds, to notice that it is to stop. Generous: it says "never", not "slowly". */
const PATIENCE_MS = 5_000;

/** What became of a `deliver`: a throw means "try all again". */
export type Result = DeliverResult | { readonly tag: "threw"; readonly error: string };

/** The result of a `deliver`, a throw included. */
export async function resultOf(result: Promise<DeliverResult>): Promise<Result> {
  return result.catch((error) => ({ tag: "threw", error: String(error) }));
}

/** Fails when it takes too long. */
export async function withinPatience<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `it did not come back within ${PATIENCE_MS / 1000} s: hand the signal on, as \`tools.fetch\` takes it`;
    timer = setTimeout(() => reject(new Error(words)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A signal that never aborts. */
export const forever = (): AbortSignal => new AbortController().signal;
export const idsOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ id }) => id);
export const outcomesOf = (result: Result) => ("outcomes" in result ? result.outcomes : undefined);

/** Ids of those that were delivered, sorted. */
export function deliveredIds(result: Result): string[] {
  const entries = [...(outcomesOf(result) ?? [])];
  return entries.flatMap(([id, outcome]) => (outcome.tag === "delivered" ? [id] : [])).sort();
}

/** The first of these secrets that shows, as it is or in a form that vendors' headers give it; undefined when none does. */
export function shownSecret(said: unknown, secrets: readonly string[]): string | undefined {
  const text = JSON.stringify(said, (_, value) => (value instanceof Map ? [...value] : value)) ?? "";
  return secrets.find((secret) =>
    [secret, encodeURIComponent(secret), base64(secret), base64(`${secret}:`)].some((form) => text.includes(form)),
  );
}

/** Without the last characters, which depend on what follows. */
const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/=*$/, "").slice(0, -1);
