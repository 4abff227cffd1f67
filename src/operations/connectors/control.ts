/** A person's hand on one connector, beside a running bridge: which takes notice within a second. */
import { shown } from "../../basics/text.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { inTurns } from "../in-turns.ts";
import { connectorNames, insistOnConnector, unknownConnector } from "./named.ts";

/** A reason is read by others, on a line. Characters. */
export const LONGEST_WHY = 300;

/** Blanks, and what nobody sees in a line. */
const UNSEEN = /[\s\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu;

/** A reason as it is kept; undefined where none was given. */
export function whyGiven(text: string | undefined): string | undefined {
  const whole = shown((text ?? "").replace(UNSEEN, " ").trim(), LONGEST_WHY);
  return whole === "" ? undefined : whole;
}

/**
 * Nothing is sent through it any more, until it is resumed; its queue is kept. Rejects with `Refused` when it is unknown.
 * @param why in the words of whoever does it
 */
export async function pauseConnector(storage: Storage, name: string, act: Act, why?: string): Promise<void> {
  if (!(await storage.pause(name, act, why))) throw unknownConnector(name, await connectorNames(storage));
}

/** It goes on, whatever paused it. Rejects with `Refused` when it is unknown. */
export async function resumeConnector(storage: Storage, name: string, act: Act): Promise<void> {
  if (!(await storage.resume(name, act))) throw unknownConnector(name, await connectorNames(storage));
}

export interface Retried {
  /** Deliveries that wait for nothing more. */
  readonly waiting: number;
  /** Paused until somebody resumes it: they are not tried before. */
  readonly isHeld: boolean;
}

/** What waits for it is due at once. Rejects with `Refused` when it is unknown. */
export async function retryConnector(storage: Storage, name: string, act: Act): Promise<Retried> {
  await insistOnConnector(storage, name);
  let { waiting, next } = await storage.retryNow(name, act);
  while (next !== null) {
    const from: string = next;
    const step = await inTurns(() => storage.retryNow(name, act, from));
    waiting += step.waiting;
    ({ next } = step);
  }
  const row = await storage.connector(name);
  return { waiting, isHeld: row?.state.status === "paused" && row.probeAt === null };
}
