/** Requests that share one transaction: which they are, and what each of them is told. */
import type { AcceptResult, Intake } from "../../storage/contract/callbacks.ts";

/** `kept`: durable, in the store or the spool. `noRoom`: a quarantine entry that the quarantine's bounds leave no room for. */
export type KeepResult =
  | { readonly tag: "kept" }
  | { readonly tag: "noRoom" }
  | { readonly tag: "notKept"; readonly why: string };

export const KEPT: KeepResult = { tag: "kept" };
const NO_ROOM: KeepResult = { tag: "noRoom" };

/** One request that waits to be kept. */
export interface QueuedRequest {
  readonly intake: Intake;
  /** Bytes of its bodies. */
  readonly bytes: number;
  /** Milliseconds by a clock that does not jump. */
  readonly deadline: number;
  readonly resolve: (result: KeepResult) => void;
  /** Called when neither store nor spool holds its bytes any more. */
  readonly release: (() => void) | undefined;
  /** What it was told, once it was. */
  told: KeepResult | undefined;
}

/** What became of a group: what was said of parts of it, or the error that kept it from being taken at all. */
export type Attempt =
  | { readonly ok: true; readonly by: "store" | "spool"; readonly result: AcceptResult }
  /** `ended` resolves when the call has come to its end, which may be long after its time: until then it holds the bytes. */
  | { readonly ok: false; readonly why: string; readonly ended: Promise<unknown> };

/** Most requests, and bytes of bodies, of one transaction. */
export interface GroupLimits {
  readonly groupCount: number;
  readonly groupBytes: number;
}

/** As many of the queue as fit into one transaction: at least one. */
export function firstGroup(
  queue: readonly QueuedRequest[],
  { groupCount, groupBytes }: GroupLimits,
): readonly QueuedRequest[] {
  let bytes = 0;
  const end = queue.findIndex((waiting, index) => {
    bytes += waiting.bytes;
    return index > 0 && (index >= groupCount || bytes > groupBytes);
  });
  return end === -1 ? queue : queue.slice(0, end);
}

export function joinedIntake(group: readonly QueuedRequest[]): Intake {
  return {
    callbacks: group.flatMap(({ intake }) => intake.callbacks),
    quarantine: group.flatMap(({ intake }) => intake.quarantine),
  };
}

/** The deadlines of the first and the last of them. */
export function deadlinesOf(group: readonly QueuedRequest[]): { readonly earliest: number; readonly latest: number } {
  let [earliest, latest] = [Number.POSITIVE_INFINITY, 0];
  for (const { deadline } of group) {
    earliest = Math.min(earliest, deadline);
    latest = Math.max(latest, deadline);
  }
  return { earliest, latest };
}

/** Tells it once: what comes later changes nothing for it. */
export function tell(waiting: QueuedRequest, result: KeepResult): void {
  if (waiting.told !== undefined) return;
  waiting.told = result;
  waiting.resolve(result);
}

/** Tells each what became of it. Returns how many were kept that had been told before that they were not. */
export function tellAll(group: readonly QueuedRequest[], attempt: Attempt): number {
  const { refused: faults, unkept = [] } = attempt.ok ? attempt.result : NOTHING_SAID;
  const refused = new Map(faults.map(({ index, why }) => [index, why]));
  const outside = new Set(unkept);
  let keptAfterAll = 0;
  let index = 0;
  for (const waiting of group) {
    const end = index + waiting.intake.callbacks.length;
    const result: KeepResult = !attempt.ok
      ? { tag: "notKept", why: attempt.why }
      : isOutside(waiting.intake, outside)
        ? NO_ROOM
        : resultOf(refused, index, end);
    if (result.tag === "kept" && waiting.told?.tag === "notKept") {
      waiting.told = result;
      keptAfterAll += 1;
    }
    tell(waiting, result);
    index = end;
  }
  return keptAfterAll;
}

const NOTHING_SAID: AcceptResult = { refused: [] };

/** Only a request that is nothing but quarantined: a callback that is kept beside its entries is taken. */
function isOutside({ callbacks, quarantine }: Intake, outside: ReadonlySet<string>): boolean {
  return outside.size > 0 && callbacks.length === 0 && quarantine.some(({ id }) => outside.has(id));
}

/** Refusals are rare: without any, every result is the same object. */
function resultOf(refused: ReadonlyMap<number, string>, from: number, to: number): KeepResult {
  if (refused.size === 0) return KEPT;
  for (let index = from; index < to; index += 1) {
    const why = refused.get(index);
    if (why !== undefined) return { tag: "notKept", why };
  }
  return KEPT;
}

export function intakeBytes({ callbacks, quarantine }: Intake): number {
  let bytes = 0;
  for (const { body } of callbacks) bytes += body.length;
  for (const { body } of quarantine) bytes += body.length;
  return bytes;
}
