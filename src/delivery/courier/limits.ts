/** How much a courier claims and holds, and for how long. Pure. */

export interface CourierLimits {
  /** Deliveries of one claim, where so many batches may be under way at once. */
  readonly claim: (concurrency: number) => number;
  /** Deliveries of the claim of a probe. */
  readonly probe: number;
  /** Milliseconds that a claim is leased for. */
  readonly leaseMs: number;
  /** Milliseconds of a lease in which a call may still begin. */
  readonly callMs: number;
  /** Answered batches that may wait to be settled. */
  readonly unsettled: number;
}

export interface CourierSize {
  /** Most deliveries in one `deliver`. */
  readonly largestBatch: number;
  /** Most batches under way at once. */
  readonly concurrency: number;
  /** Milliseconds until a batch that the connector does not answer is given up and tried again. */
  readonly deliverTimeoutMs: number;
}

/** A probe finds out whether the destination answers again; more than a few deliveries would be a waste. */
const PROBE = 5;
/** Deliveries of one claim, so that a connector which sends them one by one needs no transaction for each. Two may be held. */
const LARGEST_CLAIM = 200;
/** Batches of a claim for each one under way; fewer where machines share the store, since no other can send what one has claimed. */
const BATCHES = { alone: 16, shared: 2 } as const;
/** Answered batches for each one under way; or those of a whole claim, which the settler gathers. */
const UNSETTLED = 3;
/** A claim is leased for so many timeouts of a call; none is begun in the last of them. */
const LEASE_TIMEOUTS = 2;

/** @param isShared whether other machines serve the same store */
export function courierLimits(
  { largestBatch, concurrency, deliverTimeoutMs }: CourierSize,
  isShared: boolean,
): CourierLimits {
  const mode = isShared ? "shared" : "alone";
  // whole batches: the rest of a claim would be a request of its own
  const most = Math.ceil(LARGEST_CLAIM / largestBatch) * largestBatch;
  const claim = (batches: number) => Math.max(largestBatch, Math.min(most, largestBatch * batches * BATCHES[mode]));
  return {
    claim,
    probe: Math.min(PROBE, largestBatch),
    leaseMs: deliverTimeoutMs * LEASE_TIMEOUTS,
    callMs: deliverTimeoutMs * (LEASE_TIMEOUTS - 1),
    unsettled: Math.max(UNSETTLED * concurrency, claim(concurrency) / largestBatch),
  };
}
