/** What a pass does in the store, and what is seen of it meanwhile. */
import type { PassPhase, RunningPass } from "../facts/reconcile-facts.ts";
import type { AccountKey } from "../storage/contract/accounts.ts";
import type { Held } from "../storage/contract/held-pass.ts";
import type { Missing, MissingCounts } from "../storage/contract/missing.ts";
import type { Pass } from "../storage/contract/passes.ts";
import { type PassParts, STEP, type Stop, walk } from "./parts.ts";

/** For whoever looks on. */
export interface PassStage {
  enter(phase: PassPhase): void;
  /** @param people how many different ones were read by now */
  read(people: number): void;
}

/** Runs a part of a pass that is seen while it runs. @param subscribers as Chat counts them at its beginning */
export async function running<T>(
  { facts }: Pick<PassParts, "facts">,
  { app, account }: AccountKey,
  subscribers: number,
  work: (stage: PassStage) => Promise<T>,
): Promise<T> {
  const shown: RunningPass = { app, account, phase: "reading", people: 0, subscribers };
  facts.running.add(shown);
  try {
    return await work({
      enter(phase) {
        shown.phase = phase;
      },
      read(people) {
        shown.people = people;
      },
    });
  } finally {
    facts.running.delete(shown);
  }
}

/** @param tell of a dry pass: whom it would list */
export async function siftStage(
  parts: PassParts,
  held: Held,
  stage: PassStage,
  tell: (missing: readonly Missing[]) => void = () => undefined,
): Promise<Stop | undefined> {
  const { storage } = parts;
  stage.enter("sifting");
  const step = (after: string | null) => ({ ...held, after, limit: STEP });
  return (
    (await walk(parts, (after) => storage.noteQuarantined(step(after)))) ??
    (await walk(
      parts,
      (after) => storage.siftRoster(step(after)),
      ({ told }) => tell(told),
    ))
  );
}

/** As above. */
export function mergeStage(
  parts: PassParts,
  held: Held,
  stage: PassStage,
  tell: (missing: readonly Missing[]) => void = () => undefined,
): Promise<Stop | undefined> {
  const { storage, settings } = parts;
  const { skewMs, cameBack } = settings;
  stage.enter("merging");
  return walk(
    parts,
    (after) => storage.mergePages({ ...held, after, limit: STEP, skewMs, cameBack }),
    ({ told }) => tell(told),
  );
}

/** How many seem to be missing; whoever is so no more is listed no more. */
export async function reviewStage(
  parts: PassParts,
  held: Held,
  pass: Pass,
): Promise<Stop | { readonly tag: "reviewed"; readonly counts: MissingCounts }> {
  const { storage } = parts;
  const sums = { found: 0, heldLately: 0 };
  const stop = await walk(
    parts,
    (after) => storage.reviewMissing({ ...held, after, limit: STEP }),
    ({ found, heldLately }) => {
      sums.found += found;
      sums.heldLately += heldLately;
    },
  );
  return stop ?? { tag: "reviewed", counts: { ...sums, ...(await storage.accountCounts(pass)) } };
}

/** Everybody who is found is held: nobody asks about them until a person decides. */
export async function holdAll(
  parts: PassParts,
  held: Held,
  why: string,
): Promise<Stop | { readonly tag: "held"; readonly people: number }> {
  const { storage } = parts;
  let people = 0;
  const stop = await walk(
    parts,
    (after) => storage.holdMissing({ ...held, after, limit: STEP, why }),
    (step) => {
      people += step.people;
    },
  );
  return stop ?? { tag: "held", people };
}
