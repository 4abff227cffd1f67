/** Whose rosters are kept, what is known of each account, and what was told and found. */
import { isInScope } from "../../rules/healing.ts";
import { accountOf, coverageOf, scopesOf } from "../../rules/roster-rows.ts";
import type { Context, Operations } from "../context.ts";
import { NOW } from "../values.ts";
import { followEvents } from "./following.ts";
import { keepScopes } from "./scopes.ts";

export function rosterOperations({
  transact,
}: Context): Pick<Operations, "keepRoster" | "followEvents" | "rosterAccounts" | "coverage"> {
  return {
    keepRoster: (scopes) =>
      transact("work", async (transaction) => {
        if (scopes !== null) return keepScopes(transaction, scopes);
        await transaction.run(
          `UPDATE reconciling SET unwanted_since = ${NOW} WHERE scopes IS NOT NULL AND unwanted_since IS NULL`,
        );
      }),

    followEvents: (limit) => transact("passing", (transaction) => followEvents(transaction, limit)),

    rosterAccounts: () =>
      transact("work", async ({ one, rows }) => {
        const scopes = scopesOf(await one("SELECT scopes FROM reconciling WHERE id = 1")) ?? [];
        const found = await rows("SELECT * FROM roster_accounts ORDER BY app, account");
        return found.map(accountOf).filter(({ app, account }) => isInScope(scopes, app, account));
      }),

    coverage: (of) =>
      transact("leisure", async ({ rows }) => {
        const where = of === undefined ? "" : "WHERE app = $1 AND account = $2";
        const values = of === undefined ? [] : [of.app, of.account];
        return (await rows(`SELECT * FROM coverage ${where} ORDER BY month DESC, app, account`, ...values)).map(
          coverageOf,
        );
      }),
  };
}
