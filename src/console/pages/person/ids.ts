/** Ids as somebody pastes them: one a line, as a column of a spreadsheet comes. Pure. */

/** So many are looked for at once. */
export const MOST_IDS = 40;

/** Each once, in their order. Blanks around an id come from pasting. @returns `left`: how many were too many */
export function idsIn(text: string): { readonly ids: readonly string[]; readonly left: number } {
  const lines = text.split(/[\r\n\t]+/).map((line) => line.trim());
  const ids = [...new Set(lines.filter((line) => line !== ""))];
  return { ids: ids.slice(0, MOST_IDS), left: Math.max(0, ids.length - MOST_IDS) };
}
