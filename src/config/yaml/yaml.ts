/** From text to a tree with places, or the faults of the YAML itself in a marketer's words. Bounded in size, depth and aliases. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { isOrdinary } from "../credentials/ordinary.ts";
import { everySlip, linesBetween, quotingMend } from "./mending.ts";
import { oddSigns } from "./odd-signs.ts";
import type { RawFault } from "./raw-fault.ts";
import type { Range, YamlEntry, YamlNode, YamlScalar } from "./tree.ts";
import { quotedTemplate } from "./unquoted-template.ts";
import { endOfLine } from "./yaml-lines.ts";
import { DEEPEST, duplicateKey, splitNumber, tooDeep, yamlFault } from "./yaml-words.ts";

export type ParsedYaml =
  | { readonly ok: true; readonly root: YamlNode }
  | {
      readonly ok: false;
      /** @param isName whether a word of a text that nobody can read is no secret, but the name of a setting */
      readonly faults: (isName: (word: string) => boolean) => readonly RawFault[];
    };

/** Characters. A configuration of a hundred connectors has some 50,000; the parser is slow on garbage. */
export const LARGEST_FILE = 250_000;
/** Nodes after aliases are replaced. */
const MOST_NODES = 50_000;

/** Takes the settings of another block in: YAML 1.1 has it, and who writes compose files knows it. */
const MERGE = "<<";
const MERGE_FORM = "write <<: *name, where a block has the name before: connector: &name";

/** Never throws. */
export function parseYaml(text: string): ParsedYaml {
  const parsed = parseOnce(text);
  if (parsed.ok) return parsed;
  const find = (isName: (word: string) => boolean) => (mended: string) => {
    const again = mended === text ? parsed : parseOnce(mended);
    return again.ok ? [] : again.faults(isName);
  };
  return { ok: false, faults: (isName) => everySlip(text, find(isName)) };
}

function parseOnce(text: string): ParsedYaml {
  const refused = refuse(text);
  if (refused !== undefined) return { ok: false, faults: () => [refused] };
  try {
    // an unknown tag is a warning to the library, and a fault to us: what it meant is lost
    // its search for duplicate keys compares each with each: ours, below, does not
    const document = parseDocument(text, { prettyErrors: false, logLevel: "error", uniqueKeys: false });
    const problems = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
    const [first] = problems;
    // one slip confuses all that follows; what was found behind it in other words would only mislead
    if (first !== undefined) {
      const { code, pos, message } = first;
      // the parser may point at the name whose block the next line begins
      const odd = oddSigns(text.slice(0, endOfLine(text, endOfLine(text, pos[0]) + 1)), pos[0]);
      return { ok: false, faults: (isName) => withOdd(odd, yamlFault(code, pos[0], message, { text, isName }), text) };
    }
    const builder = new TreeBuilder(document, text);
    const root = built(builder);
    if (root === undefined) return { ok: false, faults: () => builder.faults };
    // a file of another keyboard is one long text to YAML
    const odd = root.tag === "scalar" ? oddSigns(text, text.length) : [];
    if (odd.length > 0) return { ok: false, faults: () => odd };
    return builder.faults.length === 0 ? { ok: true, root } : { ok: false, faults: () => builder.faults };
  } catch (error) {
    // the parser calls itself for each level
    if (error instanceof RangeError) return { ok: false, faults: () => [tooDeep(0)] };
    return { ok: false, faults: (isName) => [yamlFault("IMPOSSIBLE", 0, String(error), { text, isName })] };
  }
}

/**
 * What stands behind a sign that only looks like one of YAML's is found in other words, on its line or on the next.
 * @param odd such signs before the fault, in the file's order
 */
function withOdd(odd: readonly RawFault[], fault: RawFault, text: string): readonly RawFault[] {
  const last = odd.at(-1);
  if (last === undefined) return [fault];
  return fault.offset > last.offset && linesBetween(text, last.offset, fault.offset) > 1 ? [...odd, fault] : odd;
}

/** What must not even reach the parser. */
function refuse(text: string): RawFault | undefined {
  if (text.length > LARGEST_FILE) {
    const what = `the file is larger than ${LARGEST_FILE / 1_000} KB`;
    return { offset: 0, what, todo: "a configuration is small: is this the right file?" };
  }
  if (opensTooMany(text)) return tooDeep(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/);
  if (control === -1) return undefined;
  return { offset: control, what: "an invisible control character stands here", todo: "delete it" };
}

/** The parser would take each bracket a level deeper, and long. Quotes and comments do not matter at such numbers. */
function opensTooMany(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === "]" || bracket === "}" ? Math.max(0, open - 1) : open + 1;
    if (open > 200) return true;
  }
  return /(?:[-?:][ \t]+){100}/.test(text);
}

/** Undefined where it was given up; what was found until then is among its faults. */
function built(builder: TreeBuilder): YamlNode | undefined {
  try {
    return builder.build();
  } catch (error) {
    if (!(error instanceof YamlRefusal)) throw error;
    builder.faults.push(error.fault);
    return undefined;
  }
}

class YamlRefusal extends Error {
  readonly fault: RawFault;
  constructor(fault: RawFault) {
    super(fault.what);
    this.fault = fault;
  }
}

class TreeBuilder {
  /** Found on the way, without giving up. */
  readonly faults: RawFault[] = [];
  #nodes = 0;
  /** Where the alias stands that is being written out. */
  #outerAlias: number | undefined;
  readonly #document: Document;
  readonly #text: string;

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
  }

  build(): YamlNode {
    return this.#node(this.#document.contents, [0, 0], 0, []);
  }

  /** @param around the range to show where a node has none of its own */
  #node(node: unknown, around: Range, depth: number, aliases: readonly string[]): YamlNode {
    const range = isAnyNode(node) && node.range ? ([node.range[0], node.range[1]] as const) : around;
    this.#count(range, depth);
    if (isAlias(node)) return this.#alias(node.source, range, depth, aliases);
    if (isMap(node)) return this.#map(node, range, depth, aliases);
    if (isSeq(node)) {
      return { tag: "list", range, items: node.items.map((item) => this.#node(item, range, depth + 1, aliases)) };
    }
    if (isScalar(node)) this.#insistOnValue(node, range);
    return isScalar(node) ? this.#scalar(node, range) : nothing(range);
  }

  /** `operator: &news`: nothing, under a name for aliases. */
  #insistOnValue({ anchor, source }: Scalar, range: Range): void {
    if (anchor === undefined || (source ?? "") !== "") return;
    const offset = Math.max(0, this.#text.lastIndexOf("&", range[0]));
    this.faults.push({
      offset,
      what: "a value that begins with & needs quotes",
      todo: "put the whole value in double quotes",
    });
  }

  #map(node: YAMLMap, range: Range, depth: number, aliases: readonly string[]): YamlNode {
    const all = node.items.map((pair) => this.#entry(pair, range, depth, aliases));
    const entries = all.filter(({ key }) => key !== MERGE);
    const keys = new Set<string>();
    for (const { key, keyRange, value } of entries) {
      const isRest = /^\d{3}$/.test(key) && value.tag === "scalar" && value.value === null;
      if (keys.has(key)) this.faults.push(isRest ? splitNumber(keyRange[0]) : duplicateKey(key, keyRange[0]));
      keys.add(key);
    }
    const merged = all.flatMap((entry) => (entry.key === MERGE ? this.#merged(entry) : []));
    const taken = merged.filter(({ key }) => !keys.has(key) && keys.add(key));
    return { tag: "map", range, entries: [...entries, ...taken] };
  }

  /** `<<: *base` and `<<: [*one, *other]`: what stands beside it wins, then the first that has a name. */
  #merged({ keyRange, value }: YamlEntry): readonly YamlEntry[] {
    const maps = value.tag === "list" ? value.items : [value];
    return maps.flatMap((map) => {
      if (map.tag === "map") return map.entries;
      this.faults.push({ offset: keyRange[0], what: "what stands behind << is no block", todo: MERGE_FORM });
      return [];
    });
  }

  #entry(pair: Pair, around: Range, depth: number, aliases: readonly string[]): YamlEntry {
    const { key, value } = pair;
    const keyRange = isAnyNode(key) && key.range ? ([key.range[0], key.range[1]] as const) : around;
    if (!isScalar(key)) throw new YamlRefusal(this.#oddKey(key, keyRange));
    return { key: this.#scalar(key, keyRange).text, keyRange, value: this.#node(value, keyRange, depth + 1, aliases) };
  }

  #oddKey(key: unknown, range: Range): RawFault {
    if (isMap(key) && this.#text.startsWith("{", range[0])) {
      const offset = Math.max(0, range[0] - 1);
      const todo = `put the whole value in quotes: ${quotedTemplate(this.#text.slice(offset, offset + 80))}`;
      return { offset, what: "a value that begins with {{ needs quotes", todo, mend: quotingMend(this.#text, offset) };
    }
    return { offset: range[0], what: "the name of a setting must be a plain word", todo: "write `name: value`" };
  }

  #alias(name: string, range: Range, depth: number, aliases: readonly string[]): YamlNode {
    const target = this.#anchors().get(name);
    if (target === undefined || (target.range?.[0] ?? 0) > range[0]) {
      if (target !== undefined) {
        const way = "move the block with the & above this one";
        throw new YamlRefusal({ offset: range[0], what: "what the * points at stands only below it", todo: way });
      }
      const todo = 'a value that begins with * needs quotes, as in "*name"';
      const mend = quotingMend(this.#text, range[0]);
      throw new YamlRefusal({ offset: range[0], what: "what begins with * points at nothing", todo, mend });
    }
    if (aliases.includes(name)) {
      const what = `${isOrdinary(name) ? `*${name}` : "an alias"} stands inside of what it points at`;
      throw new YamlRefusal({ offset: range[0], what, todo: "write the settings out" });
    }
    this.#outerAlias ??= range[0];
    const node = this.#node(target, range, depth + 1, [...aliases, name]);
    if (aliases.length === 0) this.#outerAlias = undefined;
    return node.tag === "scalar" ? { ...node, range, raw: "" } : { ...node, range };
  }

  #anchorMap: Map<string, Node> | undefined;

  #anchors(): Map<string, Node> {
    this.#anchorMap ??= collectAnchors(this.#document.contents);
    return this.#anchorMap;
  }

  #scalar(node: Scalar, range: Range): YamlScalar {
    const plain = node.type === undefined || node.type === "PLAIN";
    const value = scalarValue(node.value);
    const text = plain && node.source !== undefined ? node.source : String(node.value ?? "");
    const start = plain ? range[0] : range[0] + 1;
    const textAt = this.#text.startsWith(text, start) ? start : undefined;
    return { tag: "scalar", range, value, text, plain, textAt, raw: this.#text.slice(range[0], range[1]) };
  }

  #count(range: Range, depth: number): void {
    this.#nodes += 1;
    if (depth > DEEPEST) throw new YamlRefusal(tooDeep(range[0]));
    if (this.#nodes <= MOST_NODES) return;
    const what = `the file has more than ${MOST_NODES} values once its aliases (*name) are written out`;
    throw new YamlRefusal({ offset: this.#outerAlias ?? range[0], what, todo: "use fewer aliases" });
  }
}

function nothing(range: Range): YamlScalar {
  return { tag: "scalar", range: [range[0], range[0]], value: null, text: "", plain: true, textAt: undefined, raw: "" };
}

/** YAML's core schema knows nothing else; a tag could make more. */
function scalarValue(value: unknown): YamlScalar["value"] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : String(value);
}

function isAnyNode(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
}

/** Without recursion: this runs before depth is checked. Of two with one name, one wins: nobody should write two. */
function collectAnchors(contents: unknown): Map<string, Node> {
  const anchors = new Map<string, Node>();
  const left: unknown[] = [contents];
  for (let node = left.pop(); node !== undefined || left.length > 0; node = left.pop()) {
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) continue;
    if (node.anchor !== undefined && !anchors.has(node.anchor)) anchors.set(node.anchor, node);
    if (isSeq(node)) for (const item of node.items) left.push(item);
    if (isMap(node)) for (const { key, value } of node.items) left.push(key, value);
  }
  return anchors;
}
