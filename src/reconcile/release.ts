/** What was held is let go: Chat is asked about each person again, at this moment, and only who is confirmed anew is healed. */
import { randomUUID } from "node:crypto";
import type { AccountKey } from "../storage/contract/accounts.ts";
import { type Confirmed, type Confirming, confirmMissing } from "./confirming.ts";
import { accountVerdict, isDestroyed, whyNoAccount } from "./decide-account.ts";
import { accountIn, heldAs, type PassParts } from "./parts.ts";
import { says } from "./words.ts";

export type Released =
  | ({ readonly tag: "released" } & Pick<Confirmed, "why" | "people">)
  /** Nobody was asked about. */
  | { readonly tag: "refused"; readonly why: string }
  | { readonly tag: "lost" | "stopped" };

/**
 * Rejects only where the store does.
 * @param decided who is meant, everybody unless it says so, and by whose decision
 */
export async function releaseHeld(
  parts: PassParts,
  { app, account }: AccountKey,
  decided: Pick<Confirming, "isMeant" | "act"> = {},
): Promise<Released> {
  const { storage, chat, signal, holder } = parts;
  const wait = await parts.whyWait();
  if (wait !== undefined) return { tag: "refused", why: wait };
  const verdict = accountVerdict(await chat.accountInfo([account], signal), account);
  if (signal.aborted) return { tag: "stopped" };
  if (verdict.tag === "unknown") return { tag: "refused", why: verdict.why };
  const known = await accountIn(parts, { app, account });
  // a wrong region or app answers the same, of the account and of everybody in it
  if (verdict.tag === "no_account" && !isDestroyed(known)) return { tag: "refused", why: whyNoAccount(known) };
  const subscribers = verdict.tag === "there" ? verdict.subscribers : 0;
  const id = randomUUID();
  const held = heldAs(id, holder);
  const begin = {
    app,
    account,
    id,
    kind: "release",
    holder,
    leaseMs: held.leaseMs,
    subscribers,
    continueMs: 0,
    ...(verdict.tag === "there" && { isThere: true as const }),
  } as const;
  const begun = await storage.beginPass({ ...begin, chatTime: verdict.clock.askedAt });
  if (begun.tag === "taken") return { tag: "refused", why: says("taken", { host: begun.holder }).words };
  const reason = verdict.tag === "there" ? "left" : "destroyed";
  const { tag, why, people } = await confirmMissing(parts, {
    app,
    account,
    held,
    ...decided,
    states: ["held", "baseline"],
    reason,
  });
  if (tag === "lost") return { tag };
  const end = await storage.endPass(held, { state: "done" });
  if (end.tag === "lost") return end;
  return tag === "stopped" ? { tag } : { tag: "released", people, ...(why !== undefined && { why }) };
}
