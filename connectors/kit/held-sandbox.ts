/** A stand-in as whoever started it holds it. */
import type { SandboxRequest } from "./exchange.ts";
import type { Fault, FaultOptions } from "./faults.ts";

/** The stand-in as tests, the demo and the bench hold it. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** The latest requests, oldest first, those that met a fault included; at most 1,000. */
  readonly requests: readonly SandboxRequest[];
  /** How many requests came in all. */
  readonly count: number;
  /** How many connections were opened in all. */
  readonly connections: number;
  /** Queues a fault. Faults are met in the order in which they were queued. */
  fail(fault: Fault, options?: FaultOptions): void;
  /** Forgets all faults; requests that hang are answered 503. */
  heal(): void;
  /** Resolves once `count` requests have come in all. */
  arrived(count: number): Promise<void>;
  /** Resolves once `count` requests have met the fault `hang`, in all; 1 unless given. */
  hung(count?: number): Promise<void>;
  /** Resolves as soon as no connection is open. */
  idle(): Promise<void>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Where a stand-in listens, and who is told of what it gets. */
export interface SandboxPlace {
  /** A port of 127.0.0.1; a free one unless set. */
  readonly port?: number;
  /** Called with each request and the status that it is answered with, when the answer leaves; not of one that meets a fault. */
  readonly onAnswered?: (request: SandboxRequest, status: number) => void;
  /** How long each answer takes, milliseconds; none unless set. */
  readonly delayMs?: number;
}
