/** What the fields of the page, or of a link that somebody keeps, ask for. Pure. */
import type { DeliveryState } from "../../../storage/contract/deliveries.ts";
import type { LedgerFilter } from "../../../storage/contract/questions.ts";

export const SHOWN_STATES = [
  ...(["waiting", "dead", "delivered", "superseded", "skipped", "discarded"] as const),
] satisfies readonly DeliveryState[];

/** Milliseconds. */
export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000, "30d": 30 * 86_400_000 } as const;

/** Fields that are empty, or say what nobody knows, ask for nothing. @param now milliseconds since 1970 */
export function filterIn(query: URLSearchParams, now: number): LedgerFilter {
  const given = (name: string): string | undefined => query.get(name) || undefined;
  const states = SHOWN_STATES.filter((state) => query.getAll("state").includes(state));
  const since = timeOf(given("since"), now);
  const [connector, account, reason, user] = [given("connector"), given("account"), given("reason"), given("user")];
  return {
    ...(states.length > 0 && { states }),
    ...(connector !== undefined && { connector }),
    ...(account !== undefined && { account }),
    ...(reason !== undefined && { reason: reason.trim() }),
    ...(user !== undefined && { user }),
    ...(since !== undefined && { since }),
  };
}

function timeOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (Object.hasOwn(SPANS, text)) return now - SPANS[text as keyof typeof SPANS];
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
