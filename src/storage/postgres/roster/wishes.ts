/** Passes that somebody wants at once. */
import type { AccountKey } from "../../contract/accounts.ts";
import { WISHES, wishOf } from "../../rules/roster-rows.ts";
import { openAct } from "../audit.ts";
import type { Context, Operations, Transaction } from "../context.ts";

export function wishOperations({ transact }: Context): Pick<Operations, "wishPasses" | "passWishes" | "dropWishes"> {
  return {
    wishPasses: (accounts, act) =>
      transact("work", async (transaction) => {
        const at = await transaction.now();
        for (const { app, account } of inOrder(accounts)) {
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

    dropWishes: (accounts, act) =>
      transact("work", async ({ run }) => {
        for (const { app, account } of inOrder(accounts)) {
          await run(
            "DELETE FROM pass_wishes WHERE app = $1 AND account = $2 AND act = $3",
            ...[app, account, JSON.stringify(act)],
          );
        }
      }),
  };
}

/** By their names: so no two who wish wait for each other. */
function inOrder(accounts: readonly AccountKey[]): readonly AccountKey[] {
  const keyOf = ({ app, account }: AccountKey) => `${app} ${account}`;
  return accounts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A pass of the account is begun. */
export async function serveWish({ run }: Transaction, { app, account }: AccountKey): Promise<void> {
  await run("DELETE FROM pass_wishes WHERE app = $1 AND account = $2", app, account);
}
