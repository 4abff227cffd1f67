/** Passes that somebody wants at once. */
import type { AccountKey } from "../../contract/roster.ts";
import { WISHES, wishOf } from "../../rules/roster-rows.ts";
import { openAct } from "../audit.ts";
import type { Context, Operations, Transaction } from "../context.ts";

export function wishOperations({ transact }: Context): Pick<Operations, "wishPasses" | "passWishes" | "dropWishes"> {
  return {
    wishPasses: (accounts, act) =>
      transact("work", async (transaction) => {
        const at = await transaction.now();
        // in the order of their names: so no two who wish wait for each other
        for (const { app, account } of accounts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
          await transaction.run(
            `INSERT INTO pass_wishes (app, account, wished_at, act) VALUES ($1, $2, $3, $4)
             ON CONFLICT (app, account) DO UPDATE SET wished_at = excluded.wished_at, act = excluded.act`,
            ...[app, account, at, JSON.stringify(act)],
          );
        }
        await openAct(transaction, act);
        return at;
      }),

    passWishes: () =>
      transact("work", async ({ rows }) =>
        (await rows("SELECT * FROM pass_wishes ORDER BY wished_at, app, account LIMIT $1", WISHES)).map(wishOf),
      ),

    dropWishes: (accounts) =>
      transact("work", async (transaction) => {
        for (const account of accounts) await serveWish(transaction, account);
      }),
  };
}

const keyOf = ({ app, account }: AccountKey): string => `${app} ${account}`;

/** A pass of the account is begun, or nobody wants one any more. */
export async function serveWish({ run }: Transaction, { app, account }: AccountKey): Promise<void> {
  await run("DELETE FROM pass_wishes WHERE app = $1 AND account = $2", app, account);
}
