/** Whose rosters are kept, what is known of each account, and what was told and found. */
import { isInScope } from "../../rules/healing.ts";
import { accountOf, coverageOf } from "../../rules/roster-rows.ts";
import type { Context, Operations } from "../context.ts";
import { followEvents } from "./following.ts";
import { reconcilingIn } from "./roster.ts";
import { keepScopes } from "./scopes.ts";

export function rosterOperations(
  context: Context,
): Pick<Operations, "keepRoster" | "followEvents" | "rosterAccounts" | "coverage"> {
  const { all, run, now } = context;
  return {
    keepRoster(scopes) {
      if (scopes !== null) keepScopes(context, scopes);
      else run("UPDATE reconciling SET unwanted_since = ? WHERE scopes IS NOT NULL AND unwanted_since IS NULL", now());
    },

    followEvents: (limit) => followEvents(context, limit),

    rosterAccounts() {
      const { scopes = [] } = reconcilingIn(context);
      return all("SELECT * FROM roster_accounts ORDER BY app, account")
        .map(accountOf)
        .filter(({ app, account }) => isInScope(scopes, app, account));
    },

    coverage(of) {
      const where = of === undefined ? "" : "WHERE app = ? AND account = ?";
      const values = of === undefined ? [] : [of.app, of.account];
      return all(`SELECT * FROM coverage ${where} ORDER BY month DESC, app, account`, ...values).map(coverageOf);
    },
  };
}
