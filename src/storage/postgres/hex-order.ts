/** Beginnings of ids are looked for in the order of the database's language: in nearly all of them digits come before letters. */
import { NotReady } from "../contract/questions.ts";
import type { Transaction } from "./context.ts";

/** Danish and Norwegian sort `aa` behind `z`, and a few languages know letters of two characters. */
const IS_PLAIN = `SELECT ${["'9a' < 'a0'", "'aab' < 'ag'", "'faa' < 'fb'", "'aaaf' < 'aag'"].join(" AND ")} AS plain`;

/** Rejects with `NotReady` where what begins alike does not stand together. */
export async function insistOnHexOrder({ one }: Transaction): Promise<void> {
  if ((await one(IS_PLAIN))?.plain === true) return;
  throw new NotReady("the order of letters in this database's language allows no beginnings: give the whole id");
}
