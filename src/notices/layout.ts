/** A notice as a chat's text: what is too long is cut, and says so. Pure. */
import { printable } from "../basics/text.ts";
import type { Notice } from "./notice.ts";

export interface Laid {
  /** With what the bridge is called in front. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** Characters that a reader would count: title and first line fit together into the narrowest chat, in Chinese as well. */
const LONGEST_TITLE = 200;
const LONGEST_LINE = 300;
/** UTF-16 units: what fits into any chat, whatever it is made of. */
const SURELY_FITS = 200;

/**
 * As many lines as fit. Of a list that is cut, the last line says how many are missing.
 * @param keyword what the chat asks each message to contain
 * @param fits whether the chat takes it
 */
export function layOut(notice: Notice, keyword: string | undefined, fits: (laid: Laid) => boolean): Laid {
  const bridge = notice.bridge === undefined ? "" : `[${oneLine(notice.bridge)}] `;
  const title = cut(bridge + oneLine(notice.title), LONGEST_TITLE);
  const lines = notice.lines.map((line) => cut(oneLine(line), LONGEST_LINE));
  const keeping = (kept: number): Laid =>
    closed(title, [...lines.slice(0, kept), ...missing(lines.length - kept, title)], keyword);
  const whole = keeping(lines.length);
  if (fits(whole)) return whole;
  const kept = mostOf(lines.length - 1, (count) => fits(keeping(count)));
  return kept === undefined ? closed(title.slice(0, SURELY_FITS).toWellFormed(), [], keyword) : keeping(kept);
}

/** The largest number up to `most` that holds, where every smaller one does as well; undefined where not even 0 does. */
function mostOf(most: number, holds: (count: number) => boolean): number | undefined {
  let [low, high] = [-1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low === -1 ? undefined : low;
}

/** With the keyword behind it, where nothing of it has it. */
function closed(title: string, lines: readonly string[], keyword: string | undefined): Laid {
  const isSaid = keyword === undefined || [title, ...lines].some((line) => line.includes(keyword));
  return { title, lines: isSaid ? lines : [...lines, keyword] };
}

/** All of it in one text. */
export function laidText({ title, lines }: Laid): string {
  return [title, ...lines].join("\n");
}

/** In the language of the title. */
function missing(count: number, title: string): string[] {
  if (count === 0) return [];
  if (/\p{Script=Han}/u.test(title)) return [`……（还有 ${count} 行）`];
  return [`… (${count} more ${count === 1 ? "line" : "lines"})`];
}

/** Foreign text, an error of a destination say, must not turn the direction of writing, nor make lines of its own. */
function oneLine(text: string): string {
  return printable(text.replace(/[\r\n\t]+/g, " ")).toWellFormed();
}

const SEGMENTER = new Intl.Segmenter();

/** Between characters as people see them: an emoji of many units is whole, or not there. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let kept = "";
  let count = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    if (count === longest - 1) return `${kept}…`;
    kept += segment;
    count += 1;
  }
  return kept;
}

/** Bytes as they travel. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
