/** What connectors are routed, and routes of events that have just been numbered. Pure. */
import type { Event } from "../../connector.ts";
import type { StoredEvent } from "../contract/callbacks.ts";
import type { AskedTake, Choice, DecidedRoute, Route } from "../contract/deliveries.ts";
import type { Storage } from "../contract/storage.ts";

/** What lies behind the cursors. */
export type Unrouted = Awaited<ReturnType<Storage["unrouted"]>>;

/** What can be routed, and whether something else must be routed first. */
interface FreshRoutes {
  readonly routes: readonly Route[];
  readonly isBehind: boolean;
}

/**
 * @param events those that were decided on, in the order of the choices
 * @param unrouted what lies behind the cursors now that these are numbered
 */
export function freshRoutes(
  events: readonly Event[],
  decided: readonly DecidedRoute[],
  { events: all, cursors, startsAt }: Unrouted,
): FreshRoutes {
  // what comes twice is stored as it came first
  const places = new Map(events.map(({ id }, place) => [id, place] as const).reverse());
  const isOther = (stored: Event) => !isDecidedOn(stored, events[places.get(stored.id) ?? -1]);
  const routes: Route[] = [];
  let isBehind = false;
  for (const { connector, choices } of decided) {
    const from = cursors[connector];
    if (from === undefined) continue;
    if (all.some((event) => event.seq > from && isOther(event))) {
      isBehind = true;
      continue;
    }
    const choose = ({ id }: Pick<Event, "id">) => choices[places.get(id) ?? -1] ?? {};
    const route = routeOf({ connector, from, startsAt: startsAt[connector] ?? 0 }, all, choose);
    if (route !== undefined) routes.push(route);
  }
  return { routes, isBehind };
}

/** What the same event says that came before may be something else: by whom, from where. */
function isDecidedOn(stored: Event, given: Event | undefined): boolean {
  return (
    given !== undefined &&
    stored.receivedAt === given.receivedAt &&
    stored.operator === given.operator &&
    stored.platform === given.platform &&
    stored.clientIp === given.clientIp
  );
}

/** From where on a connector is to be routed. */
export interface Behind {
  readonly connector: string;
  /** Its cursor: events up to it are routed. */
  readonly from: number;
  /** Events received before it (milliseconds since 1970) are not for this connector. */
  readonly startsAt: number;
}

/** What a connector gets of these events; undefined where none is behind its cursor. */
export function routeOf<E extends Pick<StoredEvent, "seq" | "receivedAt">>(
  { connector, from, startsAt }: Behind,
  events: readonly E[],
  choose: (event: E) => Choice,
): Route | undefined {
  const behind = events.filter(({ seq }) => seq > from);
  const last = behind.at(-1);
  if (last === undefined) return undefined;
  const meant = behind.filter(({ receivedAt }) => receivedAt >= startsAt);
  const deliveries = meant.map((event) => ({ event: event.seq, ...choose(event) }));
  return { connector, from, to: last.seq, deliveries };
}

/** The arguments of a take, in their order. */
export function takeArgs({ connector, limit, probeLimit, leaseMs, token, holder }: AskedTake) {
  return [connector, limit, probeLimit, leaseMs, token, holder] as const;
}

/** Connectors with something that waits. */
export function awaited(routes: readonly Route[]): ReadonlySet<string> {
  const waits = ({ deliveries }: Route) => deliveries.some(({ skip }) => skip === undefined);
  return new Set(routes.filter(waits).map(({ connector }) => connector));
}
