/** @jsxImportSource preact */
/** What was just done to a connector, for a minute: the overview goes on being looked at. */
import type { Visit } from "../../visit.ts";
import { WORDS } from "./words.ts";

const DEEDS = ["pause", "resume", "retry"] as const;
export type Deed = (typeof DEEDS)[number];

/** Milliseconds. */
const TOLD_MS = 60_000;

/** Where one is led after it. @param now milliseconds since 1970 */
export function afterIt(deed: Deed, connector: string, now: number): string {
  return `/?${new URLSearchParams({ done: deed, connector, at: String(now) })}`;
}

export function Done({ visit: { query, now, language } }: { visit: Visit }) {
  const deed = DEEDS.find((each) => each === query.get("done"));
  const connector = query.get("connector");
  const age = now - Number(query.get("at") ?? Number.NaN);
  if (deed === undefined || connector === null || !(age >= 0 && age < TOLD_MS)) return null;
  return (
    <p id="done" class="good" role="status">
      <bdi>{WORDS[language].done[deed](connector)}</bdi>
    </p>
  );
}
