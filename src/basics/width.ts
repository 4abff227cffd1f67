/** How many columns of a terminal a text takes: many user ids and account names are Chinese. */

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const ASCII = /^[\x20-\x7e]*$/;
/** East Asian scripts, their punctuation and full-width forms, and emoji. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{Mark}\p{Format}]+$/u;

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** At most so many columns of it, with `…` where it was cut. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return `${splitAtWidth(text, columns - 1)[0]}…`;
}

/** The same, with `…` in its middle: names that begin alike are told apart by how they end. */
export function cutMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const tail = Math.floor((columns - 1) / 2);
  return `${splitAtWidth(text, columns - 1 - tail)[0]}…${endWithin(text, tail)}`;
}

/** As much of its end as fits into so many columns. */
export function endWithin(text: string, columns: number): string {
  const all = [...graphemes.segment(text)].map(({ segment }) => segment);
  let width = 0;
  let from = all.length;
  while (from > 0 && width + widthOf(all[from - 1] ?? "") <= columns) {
    from -= 1;
    width += widthOf(all[from] ?? "");
  }
  return all.slice(from).join("");
}

/** As much of it as fits into so many columns, and the rest. */
export function splitAtWidth(text: string, columns: number): readonly [head: string, rest: string] {
  let head = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    head += segment;
  }
  return [head, text.slice(head.length)];
}

function widthOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return INVISIBLE.test(grapheme) ? 0 : 1;
}
