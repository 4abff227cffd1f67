/** @jsxImportSource preact */
/** From page to page of a list, and onwards where a question has ended early. */
import type { Found } from "../../storage/contract/questions.ts";
import type { Visit } from "../visit.ts";
import { FRAME } from "../words/frame.ts";
import { numberText } from "../words/quantity.ts";

/** The query of the page, with this changed; `undefined` takes away. @returns a path as a browser has it */
export function here({ link, path, query }: Visit, change: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return link(path) + (next.size === 0 ? "" : `?${next}`);
}

/** @param limit how many were asked for */
export function Pager({ found, limit, visit }: { found: Found<unknown>; limit: number; visit: Visit }) {
  const { next, looked, entries } = found;
  const words = FRAME[visit.language];
  if (next === null) return entries.length === 0 ? <p class="quiet">{words.nothing}</p> : null;
  const hasEndedEarly = entries.length < limit;
  return (
    <p class="pager">
      {hasEndedEarly && <span>{words.looked(numberText(looked, visit.language))} </span>}
      <a class="button" rel="next" href={here(visit, { after: next, done: undefined })}>
        {hasEndedEarly ? words.goOnLooking : words.more}
      </a>
    </p>
  );
}
