/** What the store says to the configuration: queues without a connector, and connectors that now write elsewhere. Pure. */
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { destinationOf } from "../../delivery/destination.ts";
import type { ConnectorStatus } from "../../storage/contract/ledger.ts";
import { countWords } from "../status/count-words.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

const ABOUT = "queues";

/** @param known the connectors that the store knows */
export function checkQueues(
  { connectors }: Pick<Config, "connectors">,
  known: readonly ConnectorStatus[],
  placeOf: PlaceOf,
): CheckFinding[] {
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
): CheckFinding[] {
  const { name, type, common } = connector;
  const path = ["connectors", name];
  const former = known.has(name) || common.was === undefined ? undefined : known.get(common.was);
  const row = known.get(name) ?? former;
  if (row === undefined) return [];
  if (row.type !== type.type) {
    const what = `connectors.${name}: the queue of this name belongs to a connector of type ${row.type}`;
    const todo = "give this connector a name of its own: what waits was meant for another kind of destination";
    return [{ ok: false, about: ABOUT, what, todo, place: placeOf([...path, former === undefined ? "type" : "was"]) }];
  }
  const lines: CheckFinding[] = [];
  if (former !== undefined) {
    const what = `connectors.${name} takes over the queue of "${former.name}": ${waiting(former)}`;
    lines.push({ ok: true, about: ABOUT, what });
  }
  const destination = destinationOf(connector);
  if (row.destination !== destination) {
    const what = `connectors.${name} now writes to ${destination}, before to ${row.destination}: ${waiting(row)}`;
    const todo = "go on if that is meant; for a destination of its own, give the connector another name";
    lines.push(
      row.waiting === 0
        ? { ok: true, about: ABOUT, what }
        : { ok: "warning", about: ABOUT, what: `${what} and will go there now`, todo, place: placeOf(path) },
    );
  }
  return lines;
}

function orphan(row: ConnectorStatus): CheckFinding[] {
  if (row.waiting === 0) return [];
  const what = `"${row.name}" (${row.type}, ${row.destination}) is no longer configured: ${waiting(row)} for it and will be kept`;
  const todo = `put it back, or name it in the connector that shall take them over: \`was: ${row.name}\``;
  return [{ ok: "warning", about: ABOUT, what, todo }];
}

function waiting(row: ConnectorStatus): string {
  if (row.waiting === 0) return "nothing waits";
  return `${countWords(row, "waiting")} ${row.waiting === 1 ? "delivery waits" : "deliveries wait"}`;
}
