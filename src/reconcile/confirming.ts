/** Those who are missing, one by one: Chat is asked about each, and only who is confirmed is healed. */
import type { PersonEnding } from "../facts/reconcile-facts.ts";
import type { AccountKey } from "../storage/contract/accounts.ts";
import type { Act } from "../storage/contract/audit.ts";
import type { HealResult } from "../storage/contract/healing.ts";
import type { Held, Lost } from "../storage/contract/held-pass.ts";
import type { Look } from "../storage/contract/looks.ts";
import type { Missing, MissingState } from "../storage/contract/missing.ts";
import { decidePerson, existenceVerdict, MOST_ALONE, type PersonDecision } from "./decide-person.ts";
import { type PassParts, STEP } from "./parts.ts";
import { says } from "./words.ts";

export interface Confirming extends AccountKey {
  readonly held: Held;
  readonly states: readonly MissingState[];
  /** Only whom this pass found. */
  readonly pass?: string;
  /** Everybody of these unless given. */
  readonly isMeant?: (missing: Missing) => boolean;
  /** Of whoever has decided it. */
  readonly act?: Act;
  /** `destroyed`: Chat has no such account. */
  readonly reason: "left" | "destroyed";
  /** Of a dry pass those whom it has found: nobody is healed, and what would become of each is told to this. */
  readonly dry?: {
    readonly found: readonly Missing[];
    readonly tell: (missing: Missing, ending: PersonEnding) => void;
  };
}

/** `ended`: the rest is left for the next time, for this reason. */
export interface Confirmed {
  readonly tag: "all" | "ended" | "lost" | "stopped";
  readonly why?: string;
  /** The rest need not wait for long. */
  readonly isLeft?: true;
  readonly people: Readonly<Record<PersonEnding, number>>;
}

const PAGE = 100;

export async function confirmMissing(parts: PassParts, confirming: Confirming): Promise<Confirmed> {
  const { signal, facts } = parts;
  const people: Record<PersonEnding, number> = { healed: 0, present: 0, alone: 0, outrun: 0, no_moment: 0 };
  const { isMeant, dry } = confirming;
  let alone = 0;
  let isFirst = true;
  for await (const page of pagesOf(parts, confirming)) {
    // whoever has begun has asked; a machine may have lost the store since
    const wait = isFirst ? undefined : await parts.whyWait();
    if (wait !== undefined) return { tag: "ended", why: wait, isLeft: true, people };
    isFirst = false;
    for (const missing of isMeant === undefined ? page : page.filter(isMeant)) {
      if (signal.aborted) return { tag: "stopped", people };
      const ending = await confirmOne(parts, confirming, missing);
      if (ending === "stopped") return { tag: "stopped", people };
      if (typeof ending !== "string") return { ...ending, people };
      people[ending] += 1;
      if (dry === undefined) facts.people[ending] += 1;
      else dry.tell(missing, ending);
      alone = ending === "alone" ? alone + 1 : 0;
      if (alone >= MOST_ALONE) return { tag: "ended", why: says("nothing_learnt", { people: alone }).words, people };
    }
  }
  return { tag: signal.aborted ? "stopped" : "all", people };
}

async function* pagesOf(
  { storage, giveWay, signal }: PassParts,
  { app, account, states, pass, dry, held }: Confirming,
): AsyncGenerator<readonly Missing[]> {
  if (dry !== undefined) {
    yield dry.found;
    return;
  }
  const filter = { app, account, states, ...(pass !== undefined && { pass }) };
  let from: string | null = null;
  do {
    const began = performance.now();
    const page: Look<Missing> = await storage.missing(filter, { from, rows: STEP, limit: PAGE });
    await giveWay(performance.now() - began);
    if (page.found.length > 0) yield page.found;
    // however many others are listed
    else await storage.renewPass(held);
    from = page.next;
  } while (from !== null && !signal.aborted);
}

type OneEnd = PersonEnding | "stopped" | Lost | { readonly tag: "ended"; readonly why: string };

async function confirmOne(parts: PassParts, confirming: Confirming, missing: Missing): Promise<OneEnd> {
  const verdict = await askAbout(parts, confirming, missing);
  if (parts.signal.aborted) return "stopped";
  switch (verdict.tag) {
    case "left":
      return confirming.dry !== undefined ? "healed" : heal(parts, confirming, missing, verdict);
    case "present":
      return confirming.dry !== undefined ? "present" : dropped(parts, confirming, missing);
    case "end":
      return { tag: "ended", why: verdict.why };
    case "alone":
    case "confirm":
      return leftAlone(parts, confirming, missing, verdict);
  }
}

async function askAbout(
  { chat, signal, settings, pause }: PassParts,
  { reason }: Confirming,
  missing: Missing,
): Promise<PersonDecision> {
  const asked = { missing, reason, skewMs: settings.skewMs };
  const first = decidePerson(await chat.accountsOf(missing.user, signal), asked);
  const verdict =
    first.tag === "confirm"
      ? existenceVerdict(await chat.accountsExist([missing.user], signal), missing.user, first.clock)
      : first;
  if (verdict.tag === "alone" && verdict.afterMs !== undefined) await pause(verdict.afterMs);
  return verdict;
}

async function leftAlone(
  { storage, log }: PassParts,
  { held, app, account }: Confirming,
  { pass }: Missing,
  verdict: PersonDecision,
): Promise<OneEnd> {
  const reason = "why" in verdict ? verdict.why : "";
  log.warn({ fact: "reconcile.left_alone", app, account, pass, reason });
  return (await storage.renewPass(held)) ? "alone" : { tag: "lost" };
}

async function dropped({ storage }: PassParts, { held }: Confirming, { user }: Missing): Promise<OneEnd> {
  const { tag } = await storage.dropMissing(held, [user]);
  return tag === "lost" ? { tag } : "present";
}

/** A callback that may be theirs is read within moments, or it is left for the next pass. */
const TRIES = 5;
const AGAIN_MS = 1_000;

async function heal(
  { storage, settings: { skewMs }, log, pause, signal }: PassParts,
  { held, app, account, act }: Confirming,
  { user, subscribeTime }: Missing,
  { reason, until, back }: Extract<PersonDecision, { tag: "left" }>,
): Promise<OneEnd> {
  const request = {
    ...held,
    app,
    account,
    user,
    subscribeTime,
    until,
    reason,
    skewMs,
    ...(back !== undefined && { back }),
    ...(act !== undefined && { act }),
  };
  for (let tries = 1; ; tries += 1) {
    const result = await storage.heal(request);
    if (result.tag === "healed") {
      log.info({ fact: "reconcile.healed", app, account, event: result.event, reason });
    }
    const ending = endingOf(result);
    if (ending !== "unread") return ending;
    if (tries >= TRIES) return "alone";
    await pause(AGAIN_MS);
    if (signal.aborted) return "stopped";
  }
}

function endingOf(result: HealResult): PersonEnding | Lost | "unread" {
  switch (result.tag) {
    case "healed":
    case "no_moment":
    case "unread":
      return result.tag;
    case "gone":
    case "newer":
      return "outrun";
    case "lost":
      return result;
  }
}
