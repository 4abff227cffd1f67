/** Deliveries of the ledger, page by page or by their ids. */
import { splitId } from "../../basics/delivery-id.ts";
import { exportDeadLetters } from "../../dead-letters/export.ts";
import type { DeliveryFilter, LedgerEntry } from "../../storage/contract/ledger.ts";
import type { Asked, Found, LedgerFilter, Questions } from "../../storage/contract/questions.ts";
import { ledgerPlace, personPlace } from "../../storage/rules/places.ts";
import { insistOnConnector, namedConnectors } from "../connectors/named.ts";
import { everyFound, patiently, patientPage } from "../patience.ts";

/**
 * One page, newest event first; null when `after` is no delivery, and no place that an answer has named. Changes nothing. Rejects
 * with `Refused` when the store does not know the filter's connector.
 * @param isPatient looks on until the page is full; else it may end early, and says where to go on
 */
export async function listDeliveries(
  questions: Questions,
  filter: LedgerFilter,
  { limit, after }: Asked,
  isPatient: boolean,
): Promise<Found<LedgerEntry> | null> {
  await insistOnConnector(questions, filter.connector);
  const place = after === undefined ? undefined : await placeBehind(questions, filter, after);
  if (place === null) return null;
  const page = { limit, ...(place !== undefined && { after: place }) };
  return patientPage(page, (part) => questions.deliveries(filter, part), isPatient);
}

/** The id of a delivery stands for its place; null when there is no such delivery. */
async function placeBehind(questions: Questions, { user }: LedgerFilter, after: string): Promise<string | null> {
  if (!DELIVERY_ID.test(after)) return after;
  const entry = await oneDelivery(questions, after);
  if (entry === null) return null;
  const { seq, app, eventTime } = entry.event;
  const place = { event: seq, origin: splitId(entry.id)[1] };
  return user === undefined ? ledgerPlace(place) : personPlace({ app, eventTime, ...place });
}

const DELIVERY_ID = /^[0-9a-f]{64}:/;

/** The delivery with this id, or null; however old it is. */
export async function oneDelivery(questions: Questions, id: string): Promise<LedgerEntry | null> {
  const { entries } = await patiently({ limit: 1 }, ({ after }) => questions.delivery(id, after));
  return entries[0] ?? null;
}

/**
 * Writes the dead letters of all machines as the lines of a dead-letter file, and returns how many. Changes nothing. Rejects with
 * `Refused` when the store does not know the filter's connector.
 * @param write takes whole lines, line breaks included; what follows waits for it
 */
export async function writeDeadLetters(
  questions: Questions,
  filter: Omit<DeliveryFilter, "states" | "ids">,
  redact: (text: string) => string,
  write: (lines: string) => void | Promise<void>,
): Promise<number> {
  let written = 0;
  for (const connector of await namedConnectors(questions, filter.connector)) {
    const dead = { ...filter, connector, states: ["dead"] } as const;
    const letters = everyFound((page) => questions.deliveries(dead, page));
    written += await exportDeadLetters(letters, write, redact);
  }
  return written;
}
