/** Which calls share a budget: all that are signed with one secret, whatever app, account or machine they are for. */
import { createHash } from "node:crypto";
import type { RestSettings } from "../config/schema.ts";

/** The budget's key, for `Rates.limiter`. Hashed, since it may be kept in a database. */
export function budgetOf({ secret_key, user_sig }: RestSettings): string {
  const secret = createHash("sha256").update(secret_key ?? user_sig ?? "");
  return `chat ${secret.digest("hex")}`;
}
