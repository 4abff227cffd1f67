/** One pass of one account: read, compare, confirm, heal. */
import { randomUUID } from "node:crypto";
import type { PersonEnding } from "../facts/reconcile-facts.ts";
import type { AccountKey } from "../storage/contract/accounts.ts";
import type { Act } from "../storage/contract/audit.ts";
import type { Held } from "../storage/contract/held-pass.ts";
import type { Pass, PassBegun } from "../storage/contract/passes.ts";
import { whyHeld } from "../storage/rules/healing.ts";
import { type Confirming, confirmMissing } from "./confirming.ts";
import { type AccountVerdict, accountVerdict, isDestroyed, whyNoAccount } from "./decide-account.ts";
import { compareDry, type DryFound } from "./dry.ts";
import { accountIn, followAll, heldAs, type PassParts, type Stop } from "./parts.ts";
import { type Before, readPages, toldOf } from "./reading.ts";
import { holdAll, mergeStage, reviewStage, running, siftStage } from "./stages.ts";
import { says } from "./words.ts";

export type PassResult =
  | ({ readonly tag: "done"; readonly pass: string } & FoundByPass)
  /** Found, and nothing of it done. */
  | ({ readonly tag: "dry" } & FoundByPass & Pick<DryFound, "told" | "total">)
  | { readonly tag: "void"; readonly why: string }
  /** Another holds the account. */
  | { readonly tag: "taken"; readonly holder: string; readonly forMs: number }
  /** Chat did not say enough for a pass to begin. */
  | { readonly tag: "unasked"; readonly why: string; readonly afterMs?: number }
  | { readonly tag: "lost" | "stopped" };

/** What a pass has found, and what became of it. */
export interface FoundByPass {
  readonly isBaseline: boolean;
  readonly held: number;
  /** Why the missing were held, or left for the next pass. */
  readonly why?: string;
  /** Some are still to be asked about: the next pass need not wait for its time. */
  readonly isLeft?: true;
  readonly people: Partial<Readonly<Record<PersonEnding, number>>>;
}

export interface PassOptions {
  /** Nobody is listed, held or healed, nothing is taken over: only what would become of each is told, and the pass is void. */
  readonly isDry?: boolean;
  /** Of whoever wishes it: who is healed is healed in their name. */
  readonly act?: Act;
}

/** Continued after a stop that is not longer ago. */
const CONTINUE_MS = 10 * 60_000;

/** Rejects only where the store does; then the pass is still open, and may be continued. */
export async function runPass(parts: PassParts, key: AccountKey, options: PassOptions = {}): Promise<PassResult> {
  const result = await onePass(parts, key, options);
  noteEnd(parts, key, result);
  return result;
}

async function onePass(parts: PassParts, key: AccountKey, options: PassOptions): Promise<PassResult> {
  const { chat, signal } = parts;
  await followAll(parts);
  const told = await toldOf(parts, key);
  const verdict = accountVerdict(await chat.accountInfo([key.account], signal), key.account);
  if (signal.aborted) return { tag: "stopped" };
  if (verdict.tag === "unknown") return unasked(parts, key, verdict, options);
  const begun = await begin(parts, key, verdict, options);
  if (begun.tag === "taken") return begun;
  const held = heldAs(begun.pass.id, parts.holder);
  if (verdict.tag === "no_account") return withoutAccount(parts, begun.pass, held, verdict, options);
  const before = { subscribers: verdict.subscribers, told };
  if (options.isDry) return dryPass(parts, begun.pass, held, before);
  return ended(parts, begun.pass, held, await compare(parts, begun.pass, held, before, options));
}

function begin(
  { storage, holder, clock }: PassParts,
  { app, account }: AccountKey,
  verdict: AccountVerdict,
  { isDry = false }: PassOptions = {},
): Promise<PassBegun> {
  const id = randomUUID();
  return storage.beginPass({
    ...{ app, account, ...heldAs(id, holder), id, kind: isDry ? "dry" : "roster", continueMs: isDry ? 0 : CONTINUE_MS },
    chatTime: verdict.tag === "unknown" ? clock() : verdict.clock.askedAt,
    subscribers: verdict.tag === "there" ? verdict.subscribers : 0,
    // of a dry run nothing stays
    ...(verdict.tag === "there" && !isDry && { isThere: true }),
  });
}

/** Written down, so that `status` tells it. One that may still be continued is left for that. */
async function unasked(
  parts: PassParts,
  key: AccountKey,
  { why, afterMs, ...verdict }: Extract<AccountVerdict, { tag: "unknown" }>,
  options: PassOptions,
): Promise<PassResult> {
  const begun = await begin(parts, key, { ...verdict, why }, options);
  if (begun.tag === "begun") {
    await parts.storage.endPass(heldAs(begun.pass.id, parts.holder), { state: "void", why });
  }
  return { tag: "unasked", why, ...(afterMs !== undefined && { afterMs }) };
}

type Compared = Stop | ({ readonly tag: "compared" } & FoundByPass);

async function compare(
  parts: PassParts,
  pass: Pass,
  held: Held,
  before: Before,
  { act }: PassOptions,
): Promise<Compared> {
  const { settings } = parts;
  return running(parts, pass, before.subscribers, async (stage) => {
    const stop =
      (await readPages(parts, pass, held, before, stage.read)) ??
      (await siftStage(parts, held, stage)) ??
      (await mergeStage(parts, held, stage));
    if (stop !== undefined) return stop;
    stage.enter("confirming");
    const reviewed = await reviewStage(parts, held, pass);
    if (reviewed.tag !== "reviewed") return reviewed;
    if (pass.isBaseline) return { tag: "compared", isBaseline: true, held: 0, people: {} };
    const why = whyHeld(reviewed.counts, Math.min(pass.subscribers, before.subscribers), settings.holdAbove);
    return settleMissing(
      parts,
      { ...confirmingOf(pass, held), reason: "left", ...(act !== undefined && { act }) },
      why,
    );
  });
}

const confirmingOf = ({ app, account, id }: Pass, held: Held): Omit<Confirming, "reason"> => ({
  ...{ app, account, held, pass: id, states: ["found"] },
});

/** @param whyHold undefined: nobody need look first */
async function settleMissing(parts: PassParts, confirming: Confirming, whyHold: string | undefined): Promise<Compared> {
  const { log, facts } = parts;
  const { app, account, held } = confirming;
  if (whyHold !== undefined) {
    const result = await holdAll(parts, held, whyHold);
    if (result.tag !== "held") return result;
    facts.held += result.people;
    log.error({ fact: "reconcile.held", app, account, people: result.people, reason: whyHold, todo: HELD_TODO });
    return { tag: "compared", isBaseline: false, held: result.people, why: whyHold, people: {} };
  }
  const wait = await parts.whyWait();
  if (wait !== undefined) return { tag: "compared", isBaseline: false, held: 0, why: wait, isLeft: true, people: {} };
  const { tag, why, people, isLeft } = await confirmMissing(parts, confirming);
  if (tag === "lost") return { tag };
  // all is compared: whom nobody has asked about, the next pass finds again
  const rest = tag === "stopped" ? says("stopped").words : why;
  const ending = { ...(rest !== undefined && { why: rest }), ...(isLeft && { isLeft }) };
  return { tag: "compared", isBaseline: false, held: 0, people, ...ending };
}

const HELD_TODO = "look at them with `reconcile show`, then `reconcile release` or `reconcile discard`";

async function ended({ storage }: PassParts, { id }: Pass, held: Held, compared: Compared): Promise<PassResult> {
  if (compared.tag === "lost" || compared.tag === "stopped") return compared;
  if (compared.tag === "void") {
    const { why, noAccount } = compared;
    const { tag } = await storage.endPass(held, { state: "void", why, ...(noAccount && { noAccount }) });
    return tag === "lost" ? { tag } : { tag: "void", why };
  }
  const { tag: _, ...found } = compared;
  const { tag } = await storage.endPass(held, { state: "done" });
  return tag === "lost" ? { tag } : { tag: "done", pass: id, ...found };
}

/** Ends void, whatever it found: nothing follows from it. */
async function dryPass(parts: PassParts, pass: Pass, held: Held, before: Before): Promise<PassResult> {
  const found = await compareDry(parts, pass, held, before);
  if (found.tag === "lost") return found;
  const why = found.tag === "void" ? found.why : says(found.tag === "stopped" ? "stopped" : "dry").words;
  const { tag } = await parts.storage.endPass(held, { state: "void", why });
  return tag === "lost" ? { tag } : found;
}

/** Noted, and no more; but where Chat has said it for long enough, its people are those of a destroyed account. */
async function withoutAccount(
  parts: PassParts,
  pass: Pass,
  held: Held,
  verdict: Extract<AccountVerdict, { tag: "no_account" }>,
  { isDry = false }: PassOptions,
): Promise<PassResult> {
  const before = await accountIn(parts, pass);
  const why = whyNoAccount(before);
  if (isDry) return ended(parts, pass, held, { tag: "void", why });
  const noted = await ended(parts, pass, held, { tag: "void", why, noAccount: true });
  if (noted.tag !== "void" || !isDestroyed(await accountIn(parts, pass))) return noted;
  const begun = await begin(parts, pass, verdict);
  if (begun.tag === "taken") return begun;
  return destroyed(parts, begun.pass, heldAs(begun.pass.id, parts.holder));
}

/** Nothing is read: everybody on its roster is missing. */
async function destroyed(parts: PassParts, pass: Pass, held: Held): Promise<PassResult> {
  const { settings } = parts;
  const stop = await running(parts, pass, 0, (stage) => siftStage(parts, held, stage));
  if (stop !== undefined) return ended(parts, pass, held, stop);
  const reviewed = await reviewStage(parts, held, pass);
  if (reviewed.tag !== "reviewed") return ended(parts, pass, held, reviewed);
  const { counts } = reviewed;
  const limits = settings.holdAbove;
  // that none are left is what a destroyed account is
  const why =
    settings.destroyedAccount === "hold" && counts.found > 0 ? DESTROYED : whyHeld(counts, counts.people, limits);
  const compared = await settleMissing(parts, { ...confirmingOf(pass, held), reason: "destroyed" }, why);
  if (compared.tag !== "compared") return ended(parts, pass, held, compared);
  // not `done`: its roster is no account's, and what Chat has said stays known
  return ended(parts, pass, held, { tag: "void", why: DESTROYED, noAccount: true });
}

const DESTROYED = says("destroyed").words;

function noteEnd({ facts, log, clock }: PassParts, { app, account }: AccountKey, result: PassResult): void {
  if (result.tag === "taken" || result.tag === "dry") return;
  facts.passes[result.tag] += 1;
  const key = JSON.stringify([app, account]);
  if (result.tag === "done") {
    facts.trouble.delete(key);
    const { tag: _, why, ...found } = result;
    log.info({ fact: "reconcile.done", app, account, ...found, ...(why !== undefined && { reason: why }) });
    return;
  }
  if (!("why" in result)) {
    log.info({ fact: `reconcile.${result.tag}`, app, account });
    return;
  }
  facts.trouble.set(key, { app, account, why: result.why, at: clock() });
  log.warn({ fact: "reconcile.void", app, account, reason: result.why });
}
