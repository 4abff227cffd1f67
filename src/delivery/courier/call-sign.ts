/** What the answer to a call says of how many there are. Pure. */
import type { DeliverResult, Outcome } from "../../connector.ts";
import type { CallSign } from "./pace.ts";

const TOO_MANY = 429;

/** @param result as the connector gave it, made sound */
export function callSign(result: DeliverResult): CallSign {
  if (result.tag === "unavailable") return result.unsent === true ? "unsent" : "overload";
  for (const outcome of result.outcomes?.values() ?? []) if (isOverload(outcome)) return "overload";
  return "answered";
}

/** A destination may say it of one delivery as well; a 404 or 409 is no sign of anything but that delivery. */
function isOverload(outcome: Outcome): boolean {
  const status = outcome.tag === "retry" ? (outcome.reason.status ?? 0) : 0;
  return status === TOO_MANY || status >= 500;
}
