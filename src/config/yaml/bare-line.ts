/** A line of a file that nobody can parse, without what stands in quotes and comments. Pure. */

export interface BareLine {
  /** As wide as the line, up to a length that no line of settings has: what stands between quotes is blotted out, a comment is cut off. */
  readonly bare: string;
  /** Where a quote opens that nothing on the line closes. */
  readonly open?: number;
}

/** Where a value, or an entry, may begin; also behind what only looks like the sign before it. */
export const VALUE_START = /(?:^\s*|[:：﹕]\s*|(?:^|\s)-\s+|[[{,［｛，、]\s*)$/;

/** Units of a line that are looked through: a longer one is no line of settings. */
export const LONGEST_LINE = 1_000;

export function bareLine(whole: string): BareLine {
  const line = whole.slice(0, LONGEST_LINE);
  let bare = "";
  while (bare.length < line.length) {
    const at = bare.length;
    const character = line[at] ?? "";
    if (character === "#" && /(?:^|\s)$/.test(bare)) return { bare };
    const isQuote = (character === '"' || character === "'") && VALUE_START.test(bare);
    if (!isQuote) bare += character;
    else {
      const end = closing(line, at);
      if (end === undefined) return { bare, open: at };
      bare += character + "_".repeat(end - at - 1) + character;
    }
  }
  return { bare };
}

/** Where the quote that opens here is closed. */
function closing(line: string, open: number): number | undefined {
  const quoted = line[open] === '"' ? /"(?:\\.|[^"\\])*"/y : /'(?:''|[^'])*'/y;
  quoted.lastIndex = open;
  const [text] = quoted.exec(line) ?? [];
  return text === undefined ? undefined : open + text.length - 1;
}
