/** A dry pass: everything is read and compared, everybody missing is asked about, and nothing is changed. */
import type { PersonEnding } from "../facts/reconcile-facts.ts";
import type { Held } from "../storage/contract/held-pass.ts";
import type { Missing } from "../storage/contract/missing.ts";
import type { Pass } from "../storage/contract/passes.ts";
import { whyHeld } from "../storage/rules/healing.ts";
import { confirmMissing } from "./confirming.ts";
import type { PassParts, Stop } from "./parts.ts";
import { type Before, readPages } from "./reading.ts";
import { mergeStage, reviewStage, running, siftStage } from "./stages.ts";

/** What a pass would do about somebody; `listed`: as what is known of them, and no more. `left`: they would wait for the next pass. */
export type Would = PersonEnding | "held" | "listed" | "left";

export interface ToldPerson {
  readonly missing: Missing;
  readonly would: Would;
}

export interface DryFound {
  readonly tag: "dry";
  readonly isBaseline: boolean;
  /** Who would be held. */
  readonly held: number;
  readonly why?: string;
  readonly people: Partial<Readonly<Record<PersonEnding, number>>>;
  /** Whom it found, as many as are kept in memory, of so many. */
  readonly told: readonly ToldPerson[];
  readonly total: number;
}

/** Nobody reads more of them, and where there are more a person would have to look first. */
const MOST_TOLD = 10_000;

export function compareDry(parts: PassParts, pass: Pass, held: Held, before: Before): Promise<Stop | DryFound> {
  return running(parts, pass, before.subscribers, async (stage) => {
    const [missing, count] = [[] as Missing[], { all: 0, found: 0 }];
    const tell = (found: readonly Missing[]) => {
      missing.push(...found.slice(0, MOST_TOLD - missing.length));
      count.all += found.length;
      count.found += found.filter(({ state }) => state === "found").length;
    };
    const stop =
      (await readPages(parts, pass, held, before, stage.read)) ??
      (await siftStage(parts, held, stage, tell)) ??
      (await mergeStage(parts, held, stage, tell));
    if (stop !== undefined) return stop;
    stage.enter("confirming");
    const judged = await judge(parts, pass, held, { before, missing, found: count.found });
    if (!("told" in judged)) return judged;
    return { tag: "dry", isBaseline: pass.isBaseline, total: count.all, ...judged };
  });
}

interface Compared {
  readonly before: Before;
  readonly missing: readonly Missing[];
  /** How many of them would be asked about. */
  readonly found: number;
}

async function judge(
  parts: PassParts,
  pass: Pass,
  held: Held,
  { before, missing, found }: Compared,
): Promise<Stop | Pick<DryFound, "held" | "why" | "people" | "told">> {
  const all = (would: Would): ToldPerson[] =>
    missing.map((one) => ({ missing: one, would: one.state === "found" ? would : "listed" }));
  const reviewed = await reviewStage(parts, held, pass);
  if (reviewed.tag !== "reviewed") return reviewed;
  const counts = { ...reviewed.counts, found };
  const subscribers = Math.min(pass.subscribers, before.subscribers);
  const hold = pass.isBaseline ? undefined : whyHeld(counts, subscribers, parts.settings.holdAbove);
  if (hold !== undefined) return { held: found, why: hold, people: {}, told: all("held") };
  const wait = await parts.whyWait();
  if (wait !== undefined) return { held: 0, why: wait, people: {}, told: all("left") };
  const { app, account } = pass;
  const endings = new Map<string, PersonEnding>();
  const { tag, why, people } = await confirmMissing(parts, {
    ...{ app, account, held, states: ["found"], reason: "left" },
    dry: {
      found: missing.filter(({ state }) => state === "found"),
      tell: ({ user }, ending) => void endings.set(user, ending),
    },
  });
  if (tag === "lost" || tag === "stopped") return { tag };
  const told = all("left").map((one) => ({ ...one, would: endings.get(one.missing.user) ?? one.would }));
  return { held: 0, people, told, ...(why !== undefined && { why }) };
}
