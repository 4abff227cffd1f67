/** Whether a store has a table: one that an older release has made may lack it. */
import type { Transaction } from "./context.ts";

export async function isThere({ one }: Pick<Transaction, "one">, table: string): Promise<boolean> {
  return (await one("SELECT to_regclass($1) AS there", table))?.there !== null;
}
