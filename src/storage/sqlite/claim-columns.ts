/**
 * A claim on its way between two threads: its deliveries in columns. Of a thousand of them most say nearly the same, and reading them as
 * JSON took as long as all else that is done for them. Pure.
 */
import { deliveryIdOf } from "../../basics/delivery-id.ts";
import type { StoredEvent } from "../contract/callbacks.ts";
import type { Claim, TakenDelivery } from "../contract/deliveries.ts";

/** Values in the order of the deliveries, or the one that all of them share. */
type ValueColumn<T> = { readonly same: T } | { readonly each: readonly T[] };

/** What only a healed event has. */
type HealedPart = Pick<StoredEvent, "source" | "discoveredAt" | "happenedBetween">;

type EventColumns = { readonly [Name in Exclude<keyof StoredEvent, keyof HealedPart>]: ValueColumn<StoredEvent[Name]> };

interface DeliveryColumns {
  readonly count: number;
  readonly event: EventColumns;
  readonly healed: ValueColumn<HealedPart | null>;
  readonly attempts: ValueColumn<number>;
  readonly generation: ValueColumn<number>;
  readonly firstAttemptClock: ValueColumn<number | null>;
}

export interface ClaimInColumns extends Omit<Claim, "deliveries"> {
  /** Undefined where there is none. */
  readonly columns?: DeliveryColumns;
}

export function claimInColumns({ deliveries, ...claim }: Claim): ClaimInColumns {
  const [first] = deliveries;
  return first === undefined ? claim : { ...claim, columns: columnsOf(deliveries, first) };
}

function columnsOf(deliveries: readonly TakenDelivery[], first: TakenDelivery): DeliveryColumns {
  const column = <T>(read: (delivery: TakenDelivery) => T): ValueColumn<T> => {
    const same = read(first);
    return deliveries.every((one) => read(one) === same) ? { same } : { each: deliveries.map(read) };
  };
  return {
    count: deliveries.length,
    event: {
      seq: column(({ event }) => event.seq),
      id: column(({ event }) => event.id),
      kind: column(({ event }) => event.kind),
      app: column(({ event }) => event.app),
      officialAccount: column(({ event }) => event.officialAccount),
      user: column(({ event }) => event.user),
      operator: column(({ event }) => event.operator),
      byAdmin: column(({ event }) => event.byAdmin),
      platform: column(({ event }) => event.platform),
      clientIp: column(({ event }) => event.clientIp),
      eventTime: column(({ event }) => event.eventTime),
      receivedAt: column(({ event }) => event.receivedAt),
    },
    healed: column(({ event }) => healedPartOf(event)),
    attempts: column(({ attempts }) => attempts),
    generation: column(({ generation }) => generation),
    firstAttemptClock: column(({ firstAttemptClock }) => firstAttemptClock),
  };
}

function healedPartOf({ source, discoveredAt, happenedBetween }: StoredEvent): HealedPart | null {
  if (source === undefined || discoveredAt === undefined || happenedBetween === undefined) return null;
  return { source, discoveredAt, happenedBetween };
}

/** The claim that it was made of. */
export function claimOfColumns({ columns, ...claim }: ClaimInColumns): Claim {
  if (columns === undefined) return { ...claim, deliveries: [] };
  const { origin } = claim.connector;
  return { ...claim, deliveries: Array.from({ length: columns.count }, (_, at) => deliveryAt(columns, at, origin)) };
}

function deliveryAt(columns: DeliveryColumns, at: number, origin: string): TakenDelivery {
  const { event: of } = columns;
  const event = {
    seq: valueAt(of.seq, at),
    id: valueAt(of.id, at),
    kind: valueAt(of.kind, at),
    app: valueAt(of.app, at),
    officialAccount: valueAt(of.officialAccount, at),
    user: valueAt(of.user, at),
    operator: valueAt(of.operator, at),
    byAdmin: valueAt(of.byAdmin, at),
    platform: valueAt(of.platform, at),
    clientIp: valueAt(of.clientIp, at),
    eventTime: valueAt(of.eventTime, at),
    receivedAt: valueAt(of.receivedAt, at),
  };
  const healed = valueAt(columns.healed, at);
  return {
    id: deliveryIdOf(event.id, origin),
    event: healed === null ? event : { ...event, ...healed },
    attempts: valueAt(columns.attempts, at),
    generation: valueAt(columns.generation, at),
    firstAttemptClock: valueAt(columns.firstAttemptClock, at),
  };
}

function valueAt<T>(column: ValueColumn<T>, at: number): T {
  return "same" in column ? column.same : (column.each[at] as T);
}
