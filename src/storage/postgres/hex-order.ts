/** Beginnings of ids are looked for in the order of the database's language: in nearly all of them digits come before letters. */
import { NotReady } from "../contract/questions.ts";
import { behindHex } from "../rules/places.ts";
import type { Transaction } from "./context.ts";
import type { Row } from "./values.ts";

/** Danish and Norwegian sort `aa` behind `z`, and a few languages know letters of two characters. */
const IS_PLAIN = `SELECT ${["'9a' < 'a0'", "'aab' < 'ag'", "'faa' < 'fb'", "'aaaf' < 'aag'"].join(" AND ")} AS plain`;

/**
 * Ids that begin so, in their order, by the index by id.
 * @param from the id behind which it goes on; `null`: at the beginning
 * @throws NotReady where the database's language sorts ids otherwise than by their digits
 */
export async function beginningWith(
  transaction: Transaction,
  table: "events" | "quarantine",
  beginning: string,
  { from, most }: { readonly from: string | null; readonly most: number },
): Promise<readonly Row[]> {
  await insistOnHexOrder(transaction);
  return transaction.rows(
    `SELECT id, seq FROM ${table} WHERE id ${from === null ? ">=" : ">"} $1 AND id < $2 ORDER BY id LIMIT $3`,
    ...[from ?? beginning, behindHex(beginning), most],
  );
}

/** Rejects where what begins alike does not stand together. */
async function insistOnHexOrder({ one }: Transaction): Promise<void> {
  if ((await one(IS_PLAIN))?.plain === true) return;
  throw new NotReady("the order of letters in this database's language allows no beginnings: give the whole id");
}
