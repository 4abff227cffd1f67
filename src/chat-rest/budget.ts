/** Which calls share a budget: all that are signed with one secret key, whatever app, account or machine they are for. */
import { createHash } from "node:crypto";
import type { RestSettings } from "../config/schema.ts";

/**
 * The budget's key, for `Rates.limiter`. Hashed, since it may be kept in a database.
 * @param app its SDKAppID: a ready-made signature is one app's, and is made anew now and then
 */
export function budgetOf(app: string, { secret_key }: RestSettings): string {
  const secret = secret_key === undefined ? `app ${app}` : `key ${secret_key}`;
  return `chat ${createHash("sha256").update(`chat calls ${secret}`).digest("hex")}`;
}
