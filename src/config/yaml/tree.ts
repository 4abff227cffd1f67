/** What a YAML file says, each part with its place. Aliases are replaced by what they stand for. */

export type YamlNode = YamlMap | YamlList | YamlScalar;

/** Offsets into the file: from, to (exclusive). */
export type Range = readonly [start: number, end: number];

export interface YamlMap {
  readonly tag: "map";
  readonly range: Range;
  /** In the file's order; keys are unique. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly tag: "list";
  readonly range: Range;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly tag: "scalar";
  readonly range: Range;
  /** As YAML 1.2 reads it. */
  readonly value: string | number | boolean | null;
  /** The text before YAML gave it a type: `007`, not 7. Quotes and escapes are undone. */
  readonly text: string;
  /** True when it was written without quotes. */
  readonly plain: boolean;
  /** Offset in the file where `text` stands letter by letter; undefined when escapes or line folds changed it. */
  readonly textAt: number | undefined;
  /** As it stands in the file, with quotes and escapes. */
  readonly raw: string;
}

export type Path = readonly (string | number)[];

/** Where a part of a scalar's text stands in the file, by its index: also where escapes or line folds have changed the text. */
export function offsetIn({ text, textAt, raw, range }: YamlScalar, index: number): number {
  if (textAt !== undefined) return textAt + index;
  const part = text.slice(index, index + 20).trimEnd();
  // the first signs of it will do where an escape stands behind them
  for (let length = part.length; length > 0; length = Math.floor(length / 2)) {
    const wanted = foldable(part.slice(0, length));
    const before = [...text.slice(0, index + length).matchAll(wanted)].length;
    const at = [...raw.matchAll(wanted)][before - 1]?.index;
    if (at !== undefined) return range[0] + at;
  }
  return range[0];
}

/** A text wherever lines may have been broken in it. */
function foldable(text: string): RegExp {
  const words = text.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(words.join("\\s+"), "g");
}

/** `connectors.crm.set["a b"][0]` */
export function dotted(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const simple = /^[\w@#-]{1,64}$/.test(part);
      if (!simple) return `[${JSON.stringify(part.slice(0, 64))}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** The place of the innermost part of `path` that the tree has: a key's for `of: "key"` where there is one. */
export function rangeAt(root: YamlNode, path: Path, of: "key" | "value" = "value"): Range {
  let node = root;
  let range: Range = root.range;
  for (const [index, part] of path.entries()) {
    const isLast = index === path.length - 1;
    const entry = node.tag === "map" ? node.entries.find(({ key }) => key === String(part)) : undefined;
    const child = entry?.value ?? (node.tag === "list" ? node.items[Number(part)] : undefined);
    if (child === undefined) return range;
    const isShown = of === "value" && isLast && child.range[1] > child.range[0];
    range = entry === undefined || isShown ? child.range : entry.keyRange;
    node = child;
  }
  return range;
}

/** The entry's value, if the node is a map that has it. */
export function child(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.tag === "map" ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** What a marketer would call it. */
export function wordFor(node: YamlNode): string {
  if (node.tag !== "scalar") return node.tag === "map" ? "a block of settings" : "a list";
  if (node.value === null) return "nothing";
  return typeof node.value === "string" ? "a text" : typeof node.value === "number" ? "a number" : "true or false";
}
