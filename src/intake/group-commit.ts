/**
 * Group commit: concurrent requests share one transaction of the store. Where the store does not take a group in time,
 * the spool does; where neither does, its requests are told so, and nothing was promised to anybody.
 */
import type { Logger } from "../connector.ts";
import type { AcceptResult, Intake, Storage } from "../storage/contract.ts";
import { lanes, within } from "../waiting.ts";
import { storeHealth } from "./store-health.ts";

/** Where callbacks go, fsynced, while the store cannot take them. Calls may overlap. */
export interface Spool {
  /** Resolves when the intake is on disk. */
  append(intake: Intake): Promise<void>;
}

/** `kept`: durable, in the store or the spool. */
export type Verdict = { readonly tag: "kept" } | { readonly tag: "notKept"; readonly why: string };

/** Which of the two took or takes what comes. */
export type Keeping = "store" | "spool" | "nowhere";

export interface GroupCommit {
  /** Keeps one request's callback and quarantine entries, durably. Never rejects. */
  keep(intake: Intake): Promise<Verdict>;
  /** Where the next request is likely to be kept. */
  keeping(): Keeping;
  /** Resolves when nothing waits any more; stops asking the store whether it is back. */
  stop(): Promise<void>;
}

export interface GroupCommitOptions {
  readonly storage: Pick<Storage, "accept" | "ping">;
  readonly spool: Spool;
  readonly log: Logger;
  readonly limits?: Partial<GroupCommitLimits>;
}

/** Times in milliseconds, sizes in bytes of bodies. */
export interface GroupCommitLimits {
  /** Chat waits two seconds; store and spool together must leave room to answer. */
  readonly storeTimeoutMs: number;
  readonly spoolTimeoutMs: number;
  /** Most requests, and bytes, that wait or are being kept; what comes on top is refused. */
  readonly waitingCount: number;
  readonly waitingBytes: number;
  /** Most requests, and bytes, of one transaction. */
  readonly groupCount: number;
  readonly groupBytes: number;
  /** Most transactions under way at once: a store with one writer gains nothing from a second. */
  readonly transactions: number;
  /** How often a store that failed is asked whether it is back. */
  readonly probeMs: number;
}

const LIMITS: GroupCommitLimits = {
  storeTimeoutMs: 1_200,
  spoolTimeoutMs: 500,
  waitingCount: 20_000,
  waitingBytes: 64 * 1024 * 1024,
  groupCount: 2_000,
  groupBytes: 16 * 1024 * 1024,
  transactions: 1,
  probeMs: 1_000,
};

/** So many turns of the event loop a group waits at most for what is still arriving. */
const MOST_TURNS = 8;

const KEPT: Verdict = { tag: "kept" };
const FULL: Promise<Verdict> = Promise.resolve({ tag: "notKept", why: "too many callbacks wait to be stored" });

interface Waiting {
  readonly intake: Intake;
  readonly bytes: number;
  readonly resolve: (verdict: Verdict) => void;
}

/** What became of a group: refusals by index into its callbacks, or the error that kept it from being taken at all. */
type Attempt =
  | { readonly ok: true; readonly refused: AcceptResult["refused"] }
  | { readonly ok: false; readonly why: string };

export function groupCommit({ storage, spool, log, limits: given }: GroupCommitOptions): GroupCommit {
  const limits = { ...LIMITS, ...given };
  const health = storeHealth(storage, log, limits);
  let queue: Waiting[] = [];
  let waitingCount = 0;
  let waitingBytes = 0;
  let pumping = false;
  const committing = lanes(limits.transactions);
  let spoolFails = false;
  let whenIdle: (() => void) | undefined;

  function keep(intake: Intake): Promise<Verdict> {
    const bytes = sizeOf(intake);
    if (waitingCount >= limits.waitingCount || waitingBytes + bytes > limits.waitingBytes) return FULL;
    waitingCount += 1;
    waitingBytes += bytes;
    return new Promise((resolve) => {
      queue.push({ intake, bytes, resolve });
      if (pumping) return;
      pumping = true;
      // what arrives in this turn of the event loop joins the group; a microtask would be too early
      setImmediate(pump);
    });
  }

  /** Resolves when a turn of the event loop brings nothing more: a group costs about the same, however small it is. */
  async function gathered(): Promise<void> {
    let before = -1;
    for (let turn = 0; turn < MOST_TURNS && queue.length > before; turn += 1) {
      before = queue.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      const group = firstGroup(queue, limits);
      queue = queue.slice(group.length);
      committing.run(() => commit(group));
      await committing.free();
      await gathered();
    }
    pumping = false;
  }

  /** Resolves after the first try: those behind must not wait for the second one, they have waited for the first. */
  async function commit(group: readonly Waiting[]): Promise<void> {
    const [first, second] = health.failing() ? [toSpool, toStore] : [toStore, toSpool];
    const intake = joined(group);
    const attempt = await first(intake);
    if (attempt.ok) settle(group, attempt);
    else void second(intake).then((last) => settle(group, last));
  }

  async function toStore(intake: Intake): Promise<Attempt> {
    try {
      const { refused } = await within(limits.storeTimeoutMs, "store", storage.accept(intake));
      health.succeeded();
      return { ok: true, refused };
    } catch (error) {
      health.failed(error);
      return { ok: false, why: String(error) };
    }
  }

  async function toSpool(intake: Intake): Promise<Attempt> {
    try {
      await within(limits.spoolTimeoutMs, "spool", spool.append(intake));
      spoolFails = false;
      return { ok: true, refused: [] };
    } catch (error) {
      if (!spoolFails) log.error({ fact: "intake.spool_fails", why: String(error) });
      spoolFails = true;
      return { ok: false, why: String(error) };
    }
  }

  function settle(group: readonly Waiting[], attempt: Attempt): void {
    const refused = new Map(attempt.ok ? attempt.refused.map(({ index, why }) => [index, why]) : []);
    let index = 0;
    for (const { intake, bytes, resolve } of group) {
      waitingCount -= 1;
      waitingBytes -= bytes;
      const end = index + intake.callbacks.length;
      resolve(attempt.ok ? verdictOn(refused, index, end) : { tag: "notKept", why: attempt.why });
      index = end;
    }
    if (waitingCount === 0) whenIdle?.();
  }

  return {
    keep,
    keeping() {
      if (!health.failing()) return "store";
      return spoolFails ? "nowhere" : "spool";
    },
    async stop() {
      if (waitingCount > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
        });
      }
      health.stop();
    },
  };
}

/** Refusals are rare: without any, every verdict is the same object. */
function verdictOn(refused: ReadonlyMap<number, string>, from: number, to: number): Verdict {
  if (refused.size === 0) return KEPT;
  for (let index = from; index < to; index += 1) {
    const why = refused.get(index);
    if (why !== undefined) return { tag: "notKept", why };
  }
  return KEPT;
}

/** As many of the queue as fit into one transaction: at least one. */
function firstGroup(queue: readonly Waiting[], { groupCount, groupBytes }: GroupCommitLimits): readonly Waiting[] {
  let bytes = 0;
  const end = queue.findIndex((waiting, index) => {
    bytes += waiting.bytes;
    return index > 0 && (index >= groupCount || bytes > groupBytes);
  });
  return end === -1 ? queue : queue.slice(0, end);
}

function joined(group: readonly Waiting[]): Intake {
  return {
    callbacks: group.flatMap(({ intake }) => intake.callbacks),
    quarantine: group.flatMap(({ intake }) => intake.quarantine),
  };
}

function sizeOf({ callbacks, quarantine }: Intake): number {
  let bytes = 0;
  for (const { body } of callbacks) bytes += body.length;
  for (const { body } of quarantine) bytes += body.length;
  return bytes;
}
