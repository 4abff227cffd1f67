/** The short way of what has just come: from its callback to claims, in the transaction that somebody else opened. */
import { awaited, freshRoutes, takeArgs } from "../rules/carrying.ts";
import type { Operations } from "./context.ts";

type Steps = Pick<Operations, "expand" | "unrouted" | "route" | "take">;

export function carryingOperations({ expand, unrouted, route, take }: Steps): Pick<Operations, "carry"> {
  return {
    carry(expansions, decided, takes) {
      expand(expansions);
      const events = expansions.flatMap((expansion) => expansion.events);
      const names = decided.map(({ connector }) => connector);
      // one more than those: then something else is behind
      const { routes, isBehind } = freshRoutes(events, decided, unrouted(names, events.length + 1));
      const waiting = route(routes);
      const waits = awaited(routes);
      const claims = takes.filter(({ connector }) => waits.has(connector)).map((asked) => take(...takeArgs(asked)));
      return { waiting, isBehind, claims };
    },
  };
}
