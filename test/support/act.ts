/** Somebody who does something, where a test does not care who. */
import { randomUUID } from "node:crypto";
import type { Act, Actor } from "../../src/storage/contract/audit.ts";

export const ACTOR: Actor = { name: "ann", front: "terminal", proven: false };

/** A fresh thing that is done. */
export function act(change: Partial<Act> = {}): Act {
  return { id: randomUUID(), actor: ACTOR, operation: "replay", filter: {}, ...change };
}
