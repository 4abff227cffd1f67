/** Passes that somebody wants at once. */
import type { AccountKey } from "../../contract/accounts.ts";
import type { PassWish } from "../../contract/passes.ts";
import { WISHES, wishOf } from "../../rules/roster-rows.ts";
import { openAct } from "../audit.ts";
import type { Context, Operations } from "../context.ts";

export function wishOperations(context: Context): Pick<Operations, "wishPasses" | "passWishes" | "dropWishes"> {
  const { all, run, now } = context;
  return {
    wishPasses(accounts, act) {
      const at = now();
      for (const { app, account } of accounts) {
        run(
          `INSERT INTO pass_wishes (app, account, wished_at, act) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET wished_at = excluded.wished_at, act = excluded.act`,
          ...[app, account, at, JSON.stringify(act)],
        );
      }
      openAct(context, act);
      return at;
    },

    passWishes: (): readonly PassWish[] =>
      all("SELECT * FROM pass_wishes ORDER BY wished_at, app, account LIMIT ?", WISHES).map(wishOf),

    dropWishes(accounts, act) {
      for (const { app, account } of accounts) {
        run("DELETE FROM pass_wishes WHERE app = ? AND account = ? AND act = ?", app, account, JSON.stringify(act));
      }
    },
  };
}

/** A pass of the account is begun. */
export function serveWish({ run }: Pick<Context, "run">, { app, account }: AccountKey): void {
  run("DELETE FROM pass_wishes WHERE app = ? AND account = ?", app, account);
}
