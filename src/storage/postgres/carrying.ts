/** The short way of what has just come: from its callback to claims, in one transaction. */
import { awaited, freshRoutes } from "../rules/carrying.ts";
import { lockConnectors } from "./connectors.ts";
import type { Context, Operations } from "./context.ts";
import { keepAside, numberEvents } from "./expanding.ts";
import type { NumberWatch } from "./numbers.ts";
import { unroutedBy, writeRoutes } from "./routing.ts";
import { takeFrom } from "./taking.ts";

export function carryingOperations(
  { transact, clockTickMs }: Context,
  expectHigher: NumberWatch,
): Pick<Operations, "carry"> {
  return {
    carry: (expansions, decided, takes) =>
      transact("carrying", async (transaction) => {
        const aside = await numberEvents(transaction, expansions, expectHigher);
        const names = decided.map(({ connector }) => connector);
        const locked = await lockConnectors(transaction, names, "UPDATE");
        const rows = locked.map(({ row }) => row);
        const events = expansions.flatMap((expansion) => expansion.events);
        // one more than those: then something else is behind
        const unrouted = await unroutedBy(transaction, rows, events.length + 1);
        const { routes, isBehind } = freshRoutes(events, decided, unrouted);
        const waiting = await writeRoutes(transaction, locked, routes);
        const waits = awaited(routes);
        const meant = takes.flatMap((asked) => {
          const own = locked.find(({ connector }) => connector.name === asked.connector);
          return own === undefined || !waits.has(asked.connector) ? [] : [{ asked, own }];
        });
        const claims = await Promise.all(meant.map(({ asked, own }) => takeFrom(transaction, own, asked, clockTickMs)));
        await keepAside(transaction, aside);
        return { waiting, isBehind, claims };
      }),
  };
}
