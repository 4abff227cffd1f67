/** What reasons have in common that differ in a number or a name alone. Pure. */
import type { Reason } from "../../connector.ts";

/** A vendor may send a whole page of HTML, in characters. */
const LONGEST = 300;

/** Stands in the place of what differs from one person to the next. */
const BLANK = "…";

/** What is quoted, an address, and any word with a digit; a status is told apart from others. */
const QUOTED = /"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu;
const ADDRESS = /\S+@\S+/gu;
const WITH_DIGIT = /(?<!HTTP )(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]*\p{N}[\p{L}\p{N}_.-]*/gu;

/**
 * The same text for all reasons of one kind: `HTTP 400 · VALIDATION_ERROR · the destination refused it · property "…" does not
 * exist`. Foreign text is in it.
 */
export function reasonKind({ words, status, category, message }: Reason): string {
  const code = status === undefined || words.includes(`HTTP ${status}`) ? "" : `HTTP ${status}`;
  const said = message === words ? "" : blanked(message ?? "");
  const parts = [code, category ?? "", blanked(words), said].filter((part) => part !== "");
  const text = parts.join(" · ").replace(/\s+/g, " ").trim().toWellFormed();
  return [...text].slice(0, LONGEST).join("");
}

function blanked(text: string): string {
  // the end of a long one is cut off in any case, and looking for quotes takes time
  return text
    .slice(0, 4 * LONGEST)
    .replace(QUOTED, (quoted) => `${quoted[0]}${BLANK}${quoted.at(-1)}`)
    .replace(ADDRESS, BLANK)
    .replace(WITH_DIGIT, BLANK);
}
