/** Pages for people, as firewalls, proxies and wrong servers answer them: told apart, and made readable. Pure. */

/** Characters. What a page has to say stands at its beginning. */
const LONGEST_READ = 64 * 1024;

/** Whether it is HTML: no API speaks so. */
export function isPage(text: string): boolean {
  return /^[\s\ufeff]*<(!doctype\s+html|html|head|body|title|center|h1)\b/i.test(text.slice(0, 1_024));
}

/** What a page says, on one line: without markup, scripts and styles, and what it says twice once. Any other text as it is. */
export function readable(text: string): string {
  if (!isPage(text)) return text.trim();
  const parts = blocksOf(text.slice(0, LONGEST_READ)).map((block) => block.replace(/\s+/g, " ").trim());
  return [...new Set(parts.filter((part) => part !== ""))].join(" | ");
}

/** Elements whose content nobody reads. */
const UNREAD = new Set(["script", "style", "noscript", "template", "svg"]);
/** Elements within a sentence. */
const INLINE = new Set("a abbr b code em font i small span strong sub sup tt u".split(" "));

/** The texts between the marks, in order, in time that grows with the length alone. */
function blocksOf(html: string): string[] {
  const lower = html.toLowerCase();
  const blocks: string[] = [];
  let block = "";
  for (let at = 0; at < html.length; ) {
    const mark = html.indexOf("<", at);
    block += entitiesOf(html.slice(at, mark === -1 ? undefined : mark));
    if (mark === -1) break;
    const name = /^<\/?([a-z][a-z0-9]*)/.exec(lower.slice(mark, mark + 20))?.[1] ?? "";
    if (!INLINE.has(name)) {
      blocks.push(block);
      block = "";
    }
    at = endOfMark(lower, mark, name);
  }
  return [...blocks, block];
}

/** Where the text goes on; the end where a mark has none. */
function endOfMark(lower: string, mark: number, name: string): number {
  const isOpening = lower[mark + 1] !== "/";
  const end = lower.startsWith("<!--", mark) ? "-->" : UNREAD.has(name) && isOpening ? `</${name}` : ">";
  const found = lower.indexOf(end, mark + 1);
  if (found === -1) return lower.length;
  // the closing mark itself is passed over next
  return end.startsWith("</") ? found : found + end.length;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", mdash: "—", ndash: "–" },
  ...{ hellip: "…", middot: "·", bull: "•", laquo: "«", raquo: "»", rsquo: "’", lsquo: "‘", rdquo: "”", ldquo: "“" },
};

function entitiesOf(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : "\ufffd";
  });
}
