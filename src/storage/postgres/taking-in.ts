/** What was read again is taken in, and the entries of the quarantine that it was read from go: one transaction. */
import { errorWords } from "../../basics/error-words.ts";
import type { Act } from "../contract/audit.ts";
import type { TakeInResult, TakenIn } from "../contract/callbacks.ts";
import { TAKEN_BY_ANOTHER } from "../rules/repairing.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { editsOf } from "./edits.ts";
import { keepCallback, keepCallbacks } from "./intake.ts";
import { keepQuarantine, lockSums } from "./quarantine.ts";
import { isFaultOfRow } from "./trouble.ts";

export function takingInOperations({ transact }: Context): Pick<Operations, "takeIn"> {
  const takeTogether = (taken: readonly TakenIn[], act: Act): Promise<TakeInResult> =>
    transact("leisure", async (transaction) => {
      const refused = await takeAll(transaction, taken);
      await noteAct(transaction, act, taken.length - refused.length);
      return { refused };
    });

  /** One by one, since one of them cannot be stored. */
  async function takeEach(taken: readonly TakenIn[], act: Act): Promise<TakeInResult> {
    const refused: TakeInResult["refused"][number][] = [];
    for (const [index, one] of taken.entries()) {
      try {
        refused.push(...(await takeTogether([one], act)).refused.map(({ why }) => ({ index, why })));
      } catch (error) {
        if (!isFaultOfRow(error)) throw error;
        refused.push({ index, why: errorWords(error) });
      }
    }
    return { refused };
  }

  return {
    async takeIn(taken, act) {
      try {
        return await takeTogether(taken, act);
      } catch (error) {
        if (!isFaultOfRow(error)) throw error;
        return takeEach(taken, act);
      }
    },
  };
}

async function takeAll(transaction: Transaction, taken: readonly TakenIn[]) {
  await lockSums(transaction);
  const removed = await remove(
    transaction,
    taken.flatMap(({ served }) => served),
  );
  const isGone = ({ served }: TakenIn) => served.length > 0 && !served.some((id) => removed.has(id));
  const meant = taken.filter((one) => !isGone(one));
  const edits = await editsOf(
    transaction,
    [...removed.values()].map((seq) => ({ seq })),
  );
  const edited = new Set(edits.map(({ entry }) => String(entry)));
  const isEdited = ({ served }: TakenIn) => served.some((id) => edited.has(id));
  await keepCallbacks(
    transaction,
    meant.filter((one) => !isEdited(one)).flatMap(({ callback }) => callback ?? []),
  );
  for (const one of meant.filter(isEdited)) await keepEdited(transaction, one, removed);
  // behind what went: that may be the same entry
  await keepQuarantine(
    transaction,
    meant.flatMap(({ quarantine }) => quarantine),
  );
  return taken.flatMap((one, index) => (isGone(one) ? [{ index, why: TAKEN_BY_ANOTHER }] : []));
}

/** One by one: what was edited is to know what was made of it. */
async function keepEdited(
  transaction: Transaction,
  { callback, served }: TakenIn,
  removed: ReadonlyMap<string, number>,
): Promise<void> {
  const kept = callback && (await keepCallback(transaction, callback));
  if (kept === undefined) return;
  const numbers = served.flatMap((id) => removed.get(id) ?? []);
  await transaction.run("UPDATE edited SET callback = $1 WHERE seq = ANY($2::bigint[])", kept, numbers);
}

/** By their ids the numbers that they had. */
async function remove({ rows }: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const gone = await rows("DELETE FROM quarantine WHERE id = ANY($1::text[]) RETURNING id, seq", ids);
  return new Map(gone.map(({ id, seq }) => [String(id), Number(seq)]));
}
