/** The short way of what has just come: from its callback to claims, in one transaction. */
import { awaited, freshRoutes } from "../rules/carrying.ts";
import { lockConnectors } from "./connectors.ts";
import type { Context, Operations } from "./context.ts";
import { claimUnread, numberEvents } from "./expanding.ts";
import type { NumberWatch } from "./numbers.ts";
import { keepAside } from "./quarantine.ts";
import { eventsBehind, unroutedOf, writeRoutes } from "./routing.ts";
import { takeFromEach } from "./taking.ts";

export function carryingOperations(
  { transact, clockTickMs }: Context,
  expectHigher: NumberWatch,
): Pick<Operations, "carry"> {
  return {
    carry: (expansions, decided, takes) =>
      transact("carrying", async (transaction) => {
        const events = expansions.flatMap((expansion) => expansion.events);
        const names = decided.map(({ connector }) => connector);
        const claimed = await claimUnread(transaction, expansions);
        const number = () => numberEvents(transaction, claimed, expectHigher);
        // one more than those: then something else is behind
        const look = () =>
          Promise.all([
            lockConnectors(transaction, names, "UPDATE"),
            eventsBehind(transaction, names, events.length + 1),
          ]);
        // for what is late with a healed wish all connectors are locked, in their order: none of them may be before
        const [aside, [locked, behind]] = claimed.healed
          ? [await number(), await look()]
          : await Promise.all([number(), look()]);
        const rows = locked.map(({ row }) => row);
        const { routes, isBehind } = freshRoutes(events, decided, unroutedOf(rows, behind));
        const waits = awaited(routes);
        const meant = takes.flatMap((asked) => {
          const own = locked.find(({ connector }) => connector.name === asked.connector);
          return own === undefined || !waits.has(asked.connector) ? [] : [{ asked, locked: own }];
        });
        // each sees what was written before it: statements are answered in the order in which they are sent
        const [waiting, claims] = await Promise.all([
          writeRoutes(transaction, locked, routes),
          takeFromEach(transaction, meant, clockTickMs),
        ]);
        await keepAside(transaction, aside);
        return { waiting, isBehind, claims };
      }),
  };
}
