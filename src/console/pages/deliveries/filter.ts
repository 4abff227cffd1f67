/** What the fields of the page, or of a link that somebody keeps, ask for. Pure. */
import type { DeliveryState } from "../../../storage/contract/deliveries.ts";
import type { LedgerFilter } from "../../../storage/contract/questions.ts";
import { timesIn } from "../../parts/times.tsx";
import type { Visit } from "../../visit.ts";

export const SHOWN_STATES = [
  ...(["waiting", "dead", "delivered", "superseded", "skipped", "discarded"] as const),
] satisfies readonly DeliveryState[];

/** Fields that are empty ask for nothing. @throws PageRefusal where a time is none */
export function filterIn(query: URLSearchParams, visit: Pick<Visit, "now" | "zone">): LedgerFilter {
  const given = (name: string): string | undefined => query.get(name) || undefined;
  const states = SHOWN_STATES.filter((state) => query.getAll("state").includes(state));
  const [connector, account, reason, user] = [given("connector"), given("account"), given("reason"), given("user")];
  return {
    ...(states.length > 0 && { states }),
    ...(connector !== undefined && { connector }),
    ...(account !== undefined && { account }),
    ...(reason !== undefined && { reason: reason.trim() }),
    ...(user !== undefined && { user }),
    ...timesIn(query, visit),
  };
}
