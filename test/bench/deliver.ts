/** A queue on its way through a bridge that runs: from callbacks of many users to the last delivery. */
import { callbackBody } from "../support/callbacks.ts";
import type { Process } from "./processes.ts";
import { signedUrl } from "./setup.ts";
import { waitingUser } from "./users.ts";

/** Enough for a second or two each. */
const DELIVERIES = { hubspot: 10_000, segment: 20_000, webhook: 5_000 } as const;
export type DrainType = keyof typeof DELIVERIES;
export const DRAINS = Object.keys(DELIVERIES) as readonly DrainType[];

const USERS_A_CALLBACK = 500;

/** Resolves with how many were delivered, once the log says so of all of them. The bridge has one connector that sends. */
export async function deliver(bridge: Process, type: DrainType): Promise<number> {
  const wanted = DELIVERIES[type];
  let delivered = 0;
  const done = bridge.until((line) => {
    if (line.fact === "batch.settled") delivered += Number(line.delivered ?? 0);
    return delivered >= wanted;
  });
  for (let made = 0; made < wanted; made += USERS_A_CALLBACK) {
    const users = Array.from({ length: USERS_A_CALLBACK }, (_, index) => waitingUser(made + index));
    const response = await fetch(signedUrl(bridge), { method: "POST", body: callbackBody({ users }) });
    if (!response.ok) throw new Error(`the answer was ${response.status}`);
    await response.text();
  }
  await done;
  return delivered;
}
