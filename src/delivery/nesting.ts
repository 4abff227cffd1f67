/** How deep lists and maps of a JSON text lie in each other, without parsing it: a parser calls itself at each level. Pure. */

const [QUOTE, BACKSLASH, LIST, LIST_END, MAP, MAP_END] = [...'"\\[]{}'].map((character) => character.charCodeAt(0));

/** Looks no further than to the first place that is too deep. For a text that is no JSON the answer may be either. */
export function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let isQuoted = false;
  // fewer characters cannot hold so many levels and their ends
  if (text.length <= levels) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted && code === BACKSLASH) at += 1;
    else if (isQuoted) continue;
    else if (code === LIST || code === MAP) {
      depth += 1;
      if (depth > levels) return true;
    } else if (code === LIST_END || code === MAP_END) depth -= 1;
  }
  return false;
}
