/** The faults that a stand-in is told to have, and how it keeps them until the requests come that they are to hit. */
import type { SandboxAnswer, SandboxRequest } from "./exchange.ts";

/**
 * What goes wrong: an answer of one's choice, what is made of the right one, or
 * - `hang`: silence;
 * - `reset`: the connection ends in the middle of an answer's head (not before: `fetch` quietly asks again when an old
 *   connection ends without a byte, which would hide the fault);
 * - `cut`: the connection ends in the middle of a 200, behind its head;
 * - `html`: a proxy's page with 200 instead of an answer.
 */
export type Fault = SandboxAnswer | Alter | "hang" | "reset" | "cut" | "html";

/** The request takes effect over there, and this is made of its answer. */
export type Alter = (answer: SandboxAnswer, request: SandboxRequest) => SandboxAnswer;

export interface FaultOptions {
  /** How many requests it hits; 1 unless set. `Infinity`: until `heal`. */
  readonly times?: number;
  /** Which requests it hits; all unless set. */
  readonly when?: (request: SandboxRequest) => boolean;
  /** True: the request takes effect over there, only its answer is lost. */
  readonly applied?: boolean;
}

/** Options of a fault that lasts until it is healed. */
export const EVERY_TIME = { times: Number.POSITIVE_INFINITY };

/** A fault that a request meets. */
export interface PlannedFault {
  readonly fault: Fault;
  /** Whether the request takes effect all the same. */
  readonly applied: boolean;
}

/** Faults waiting for the requests that they are to hit. */
export function faultQueue() {
  let queue: { fault: Fault; left: number; applied: boolean; when: (request: SandboxRequest) => boolean }[] = [];
  return {
    add(fault: Fault, { times = 1, when = () => true, applied = false }: FaultOptions = {}): void {
      queue.push({ fault, left: times, when, applied });
    },
    next(request: SandboxRequest): PlannedFault | undefined {
      const planned = queue.find((each) => each.when(request));
      if (planned === undefined) return undefined;
      planned.left -= 1;
      if (planned.left <= 0) queue = queue.filter((each) => each !== planned);
      return planned;
    },
    clear(): void {
      queue = [];
    },
  };
}
