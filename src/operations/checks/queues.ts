/** What the store says to the configuration: queues without a connector, and connectors that now write elsewhere. Pure. */

import { number } from "../../basics/format.ts";
import type { Said } from "../../basics/sentences.ts";
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { destinationOf } from "../../delivery/destination.ts";
import type { ConnectorStatus } from "../../storage/contract/ledger.ts";
import { certaintyOf } from "../status/count-words.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";
import { found, words } from "./found.ts";

const ABOUT = "queues";

/** @param known the connectors that the store knows */
export function checkQueues(
  { connectors }: Pick<Config, "connectors">,
  known: readonly ConnectorStatus[],
  placeOf: PlaceOf,
): OwnFinding[] {
  const byName = new Map(known.map((row) => [row.name, row]));
  const names = new Set(connectors.map(({ name }) => name));
  const adopted = new Set(connectors.flatMap(({ name, common }) => (byName.has(name) ? [] : (common.was ?? []))));
  return [
    ...connectors.flatMap((connector) => checkConnector(connector, byName, placeOf)),
    ...known.filter(({ name }) => !names.has(name) && !adopted.has(name)).flatMap(orphan),
  ];
}

function checkConnector(
  connector: ConnectorConfig,
  known: ReadonlyMap<string, ConnectorStatus>,
  placeOf: PlaceOf,
): OwnFinding[] {
  const { name, type, common } = connector;
  const path = ["connectors", name];
  const former = known.has(name) || common.was === undefined ? undefined : known.get(common.was);
  const row = known.get(name) ?? former;
  if (row === undefined) return [];
  if (row.type !== type.type) {
    const place = placeOf([...path, former === undefined ? "type" : "was"]);
    return [{ ...found(false, "queue_of_other_type", { name, type: row.type }), about: ABOUT, place }];
  }
  const lines: OwnFinding[] = [];
  if (former !== undefined) {
    const values = { name, former: former.name, waiting: waiting(former) };
    lines.push({ ...found(true, "queue_taken_over", values), about: ABOUT });
  }
  const destination = destinationOf(connector);
  if (row.destination !== destination) {
    const values = { name, destination, before: row.destination, waiting: waiting(row) };
    lines.push(
      row.waiting === 0
        ? { ...found(true, "destination_changed", values), about: ABOUT }
        : { ...found("warning", "queue_redirected", values), about: ABOUT, place: placeOf(path) },
    );
  }
  return lines;
}

function orphan(row: ConnectorStatus): OwnFinding[] {
  if (row.waiting === 0) return [];
  const { name, type, destination } = row;
  return [{ ...found("warning", "orphaned", { name, type, destination, waiting: waiting(row) }), about: ABOUT }];
}

function waiting(row: ConnectorStatus): Said {
  if (row.waiting === 0) return words("nothing_waits");
  const certainty = certaintyOf(row, "waiting");
  const count = number(row.waiting);
  if (certainty !== "exact") return words(certainty === "about" ? "about_wait" : "at_least_wait", { count });
  return row.waiting === 1 ? words("one_waits") : words("wait", { count });
}
