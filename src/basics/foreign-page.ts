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

/** Names of U+00A0 to U+00FF in their order: those alone, and `NAMED_SIGNS`, may stand without a semicolon (HTML, "named character references"). */
const LATIN_NAMES =
  `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil
  sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute
  Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc
  atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide
  oslash ugrave uacute ucirc uuml yacute thorn yuml`.split(/\s+/);
const NAMED_SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"', AMP: "&", LT: "<", GT: ">", QUOT: '"' };

const UNENDED: ReadonlyMap<string, string> = new Map([
  ...Object.entries(NAMED_SIGNS),
  ...LATIN_NAMES.map((name, index) => [name, String.fromCodePoint(0xa0 + index)] as const),
  // a soft hyphen is seen where a line breaks
  ...([
    ["nbsp", " "],
    ["shy", ""],
  ] as const),
]);
const ENDED: ReadonlyMap<string, string> = new Map([
  ...UNENDED,
  ...Object.entries({
    apos: "'",
    mdash: "—",
    ndash: "–",
    hellip: "…",
    bull: "•",
    trade: "™",
    euro: "€",
    zwnj: "",
    zwj: "",
    rsquo: "’",
    lsquo: "‘",
    rdquo: "”",
    ldquo: "“",
    sbquo: "‚",
    bdquo: "„",
    lsaquo: "‹",
    rsaquo: "›",
    ensp: " ",
    emsp: " ",
    thinsp: " ",
    rarr: "→",
    larr: "←",
    OElig: "Œ",
    oelig: "œ",
  }),
]);

const ENTITY = /&(?:#(\d{1,7});?|#x([\da-f]{1,6});?|([a-z][a-z\d]{1,7})(;|(?![a-z\d=])))/gi;

function entitiesOf(text: string): string {
  return text.replace(ENTITY, (whole, decimal, hex, name, end) => {
    if (name !== undefined) return (end === ";" ? ENDED : UNENDED).get(String(name)) ?? whole;
    return signOf(Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10));
  });
}

/** What browsers make of a number: 128 to 159 are those of Windows-1252 (HTML, "numeric character reference end state"). */
function signOf(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return new TextDecoder("windows-1252").decode(Uint8Array.of(code));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : "\ufffd";
}
