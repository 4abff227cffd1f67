/** Routes of events that have just been numbered. Pure. */
import type { Event } from "../../connector.ts";
import type { DecidedRoute, Route } from "../contract/deliveries.ts";
import type { Storage } from "../contract/storage.ts";

type Unrouted = Awaited<ReturnType<Storage["unrouted"]>>;

/** What can be routed, and whether something else must be routed first. */
export interface FreshRoutes {
  readonly routes: readonly Route[];
  readonly isBehind: boolean;
}

/**
 * @param events those that were decided on, in the order of the choices
 * @param unrouted what lies behind the cursors now that these are numbered
 */
export function freshRoutes(
  events: readonly Pick<Event, "id">[],
  decided: readonly DecidedRoute[],
  { events: all, cursors, startsAt }: Unrouted,
): FreshRoutes {
  // what comes twice is stored as it came first
  const places = new Map(events.map(({ id }, place) => [id, place] as const).reverse());
  const routes: Route[] = [];
  let isBehind = false;
  for (const { connector, choices } of decided) {
    const from = cursors[connector];
    const behind = from === undefined ? [] : all.filter(({ seq }) => seq > from);
    const to = behind.at(-1)?.seq;
    if (from === undefined || to === undefined) continue;
    if (behind.some(({ id }) => !places.has(id))) {
      isBehind = true;
      continue;
    }
    const meant = behind.filter(({ receivedAt }) => receivedAt >= (startsAt[connector] ?? 0));
    const deliveries = meant.map(({ seq, id }) => ({ ...choices[places.get(id) ?? -1], event: seq }));
    routes.push({ connector, from, to, deliveries });
  }
  return { routes, isBehind };
}

/** Connectors with something that waits. */
export function awaited(routes: readonly Route[]): ReadonlySet<string> {
  const waits = ({ deliveries }: Route) => deliveries.some(({ skip }) => skip === undefined);
  return new Set(routes.filter(waits).map(({ connector }) => connector));
}
