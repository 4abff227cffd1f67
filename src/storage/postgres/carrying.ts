/** The short way of what has just come: from its callback to claims, step by step, so that no lock of one is held for the next. */
import { awaited, freshRoutes, takeArgs } from "../rules/carrying.ts";
import type { Operations } from "./context.ts";

type Steps = Pick<Operations, "expand" | "unrouted" | "route" | "take">;

export function carryingOperations({ expand, unrouted, route, take }: Steps): Pick<Operations, "carry"> {
  return {
    async carry(expansions, decided, takes) {
      await expand(expansions);
      const events = expansions.flatMap((expansion) => expansion.events);
      const names = decided.map(({ connector }) => connector);
      const { routes, isBehind } = freshRoutes(events, decided, await unrouted(names, events.length + 1));
      const waiting = await route(routes);
      const waits = awaited(routes);
      const meant = takes.filter(({ connector }) => waits.has(connector));
      const claims = await Promise.all(meant.map((asked) => take(...takeArgs(asked))));
      return { waiting, isBehind, claims };
    },
  };
}
