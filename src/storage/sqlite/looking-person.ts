/** Persons in a SQLite store: who there is, and one person's events and deliveries, in bounded steps. */
import type { LedgerEntry } from "../contract/ledger.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import type { LedgerFilter } from "../contract/questions.ts";
import { eventsWithin } from "../rules/bounds.ts";
import { isContentMeant } from "../rules/ledger-content.ts";
import { isMeant, type Key } from "../rules/ledger-walk.ts";
import { type PersonPlace, personPlace, toPersonPlace } from "../rules/places.ts";
import { storyOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import type { Row } from "./context.ts";
import { editsBehind } from "./editing.ts";
import { connectorsOf, LEDGER } from "./filters.ts";
import { entriesOf, isThere, originsOf, type Reading, type SyncLooks } from "./reading.ts";

export function personLooks(reading: Reading): Pick<SyncLooks, "trace" | "people"> {
  const { all, one } = reading;
  const connectorIds = () => connectorsOf(reading, {}).map(({ id }) => Number(id));

  return {
    trace(user, { from, rows, limit }) {
      const connectors = connectorIds();
      const events = eventsOf(reading, user, from, eventsWithin(rows, connectors.length, limit));
      const links = isThere(reading, "healed") ? all("SELECT * FROM healed WHERE user_id = ?", user) : [];
      const hasEdits = isThere(reading, "edited");
      const found = events.found.flatMap(({ seq }) => {
        const event = one(
          `SELECT ${EVENT}, e.stored_at, e.callback AS e_callback FROM events e WHERE seq = ?`,
          Number(seq),
        );
        if (event === undefined) return [];
        const lines = connectors.map((connector) =>
          one(`${LEDGER} WHERE d.connector = ? AND d.event = ?`, connector, Number(seq)),
        );
        return [
          storyOf(
            event,
            lines.filter((line) => line !== undefined),
            links,
            hasEdits ? editsBehind(reading, [Number(event.e_callback)]) : [],
          ),
        ];
      });
      return { found, looked: looked(events.found, connectors), next: events.last && personPlace(events.last) };
    },

    people(prefix, { from, rows, limit }) {
      const most = Math.min(rows, limit);
      // one user after the other: each may have any number of events
      const found: string[] = [];
      const next = (user: string, isFirst: boolean) =>
        all(`SELECT user FROM events WHERE user ${isFirst ? ">=" : ">"} ? ORDER BY user LIMIT 1`, user)[0]?.user;
      let user = from === null ? next(prefix, true) : next(from, false);
      // users who begin so stand together, whatever follows
      while (user !== undefined && String(user).startsWith(prefix)) {
        if (found.length === most) return { found, looked: found.length + 1, next: found.at(-1) ?? null };
        found.push(String(user));
        user = next(String(user), false);
      }
      return { found, looked: found.length + 1, next: null };
    },
  };
}

/** One user's deliveries; of an event that is cut in two, the rest comes with the next look. */
export function personLedger(
  reading: Reading,
  filter: LedgerFilter & { readonly user: string },
  { from, rows, limit }: LookOptions,
): Look<LedgerEntry> {
  const connectors = connectorsOf(reading, filter).map(({ id }) => Number(id));
  const { originOf, numberOf } = originsOf(reading);
  const events = eventsOf(reading, filter.user, from, eventsWithin(rows, connectors.length, rows));
  const begun = from === null ? undefined : toPersonPlace(from);
  const isBegun = (event: Row) => begun !== undefined && begun.origin !== "" && begun.event === Number(event.seq);
  const rest = (event: Row) =>
    isBegun(event) ? connectors.filter((connector) => connector < numberOf(begun?.origin ?? "")) : connectors;
  const keys = [...begunEvent(reading, begun), ...events.found].flatMap((event) =>
    keysOf(reading, event, rest(event)).map((key) => ({ key, event })),
  );
  const meant = keys.filter(({ key }) => isMeant(key, filter));
  const chosen = meant.slice(0, limit);
  const last = meant.length > chosen.length ? chosen.at(-1) : undefined;
  const place = last === undefined ? events.last : { ...placeOf(last.event), origin: originOf(last.key.connector) };
  const entries = entriesOf(
    reading,
    chosen.map(({ key }) => key),
  );
  return {
    found: entries.filter((entry) => isContentMeant(entry, filter)),
    looked: looked(events.found, connectors) + chosen.length,
    next: place && personPlace(place),
  };
}
function looked(events: readonly Row[], connectors: readonly number[]): number {
  return 1 + events.length * (1 + connectors.length);
}

interface Events {
  readonly found: readonly Row[];
  /** The place behind them; null when there are no more. */
  readonly last: PersonPlace | null;
}

function eventsOf({ all }: Reading, user: string, from: string | null, most: number): Events {
  const place = from === null ? undefined : toPersonPlace(from);
  const behind = place === undefined ? "" : "AND (app, event_time, seq) < (?, ?, ?)";
  const found = all(
    `SELECT seq, app, event_time FROM events WHERE user = ? ${behind}
     ORDER BY app DESC, event_time DESC, seq DESC LIMIT ?`,
    ...[user, ...(place === undefined ? [] : [place.app, place.eventTime, place.event]), most],
  );
  const last = found.length < most ? undefined : found.at(-1);
  return { found, last: last === undefined ? null : placeOf(last) };
}

function placeOf({ app, event_time: time, seq }: Row): PersonPlace {
  return { app: String(app), eventTime: Number(time), event: Number(seq), origin: "" };
}

/** The event that the look before has handed out in part. */
function begunEvent({ all }: Reading, begun: PersonPlace | undefined): Row[] {
  if (begun === undefined || begun.origin === "") return [];
  return all("SELECT seq, app, event_time FROM events WHERE seq = ?", begun.event);
}

/** An event's lines, connectors backwards. */
function keysOf({ one }: Reading, { seq }: Row, connectors: readonly number[]): readonly Key[] {
  const event = Number(seq);
  return connectors
    .toSorted((a, b) => b - a)
    .flatMap((connector) => {
      const row = one("SELECT state, class FROM deliveries WHERE connector = ? AND event = ?", connector, event);
      if (row === undefined) return [];
      return [{ event, connector, state: String(row.state), class: row.class === null ? null : String(row.class) }];
    });
}
