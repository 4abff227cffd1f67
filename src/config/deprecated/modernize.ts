/** A tree that names settings as an older release did, as this release names them. */
import { child, type Path, type YamlEntry, type YamlMap, type YamlNode } from "../yaml/tree.ts";
import type { Deprecated } from "./table.ts";

/** An outdated setting in the file. */
export interface Outdated {
  readonly deprecated: Deprecated;
  /** Under its old name. */
  readonly path: Path;
  readonly entry: YamlEntry;
  /** The block that it stands in, as the file has it. */
  readonly block: YamlMap;
  /** Where it stands now; undefined for what has no effect any more. */
  readonly target: Path | undefined;
  /** True where the new name stands there as well: which of them is meant, nobody knows. */
  readonly isTwice: boolean;
}

/** True for a setting that stands in another block now. */
export function isMoved({ deprecated }: Pick<Outdated, "deprecated">): boolean {
  return "to" in deprecated && typeof deprecated.to !== "string";
}

export interface Modernized {
  readonly root: YamlNode;
  readonly outdated: readonly Outdated[];
}

export function modernize(root: YamlNode, table: readonly Deprecated[]): Modernized {
  const outdated: Outdated[] = [];
  const walk = (tree: YamlNode, deprecated: Deprecated) => {
    const found: Outdated[] = [];
    const isThere = (target: Path) => nodeAt(tree, target) !== undefined;
    const left = modernizeBy(tree, [], { deprecated, isThere, found: (one) => found.push(one) });
    outdated.push(...found);
    const moved = found.filter((one) => isMoved(one) && !one.isTwice);
    return moved.reduce((at, { target = [], entry }) => withEntry(at, target, entry), left);
  };
  return { root: table.reduce(walk, root), outdated };
}

interface Walk {
  readonly deprecated: Deprecated;
  isThere(target: Path): boolean;
  found(outdated: Outdated): void;
}

function targetOf(deprecated: Deprecated, path: Path): Path | undefined {
  if (!("to" in deprecated)) return undefined;
  if (typeof deprecated.to === "string") return [...path.slice(0, -1), deprecated.to];
  const named = path.filter((_, index) => deprecated.path[index] === "*");
  return deprecated.to.map((part) => (part === "*" ? (named.shift() ?? part) : part));
}

function nodeAt(root: YamlNode, path: Path): YamlNode | undefined {
  return path.reduce<YamlNode | undefined>(
    (node, part) => (node?.tag === "list" ? node.items[Number(part)] : child(node, String(part))),
    root,
  );
}

/** With a setting at its place; blocks that are not there are made. */
function withEntry(node: YamlNode, [part = "", ...rest]: Path, entry: YamlEntry): YamlNode {
  if (node.tag === "list") {
    return {
      ...node,
      items: node.items.map((item, at) => (at === Number(part) ? withEntry(item, rest, entry) : item)),
    };
  }
  // what is no block has a fault of its own
  if (node.tag === "scalar" && node.value !== null) return node;
  const key = String(part);
  const entries = node.tag === "map" ? node.entries : [];
  const there = entries.find((one) => one.key === key);
  if (there !== undefined) {
    const value = withEntry(there.value, rest, entry);
    return { tag: "map", range: node.range, entries: entries.map((one) => (one === there ? { ...one, value } : one)) };
  }
  const nothing: YamlMap = { tag: "map", range: entry.keyRange, entries: [] };
  const value = rest.length === 0 ? entry.value : withEntry(nothing, rest, entry);
  return { tag: "map", range: node.range, entries: [...entries, { key, keyRange: entry.keyRange, value }] };
}

function modernizeBy(node: YamlNode, path: Path, walk: Walk): YamlNode {
  const { deprecated } = walk;
  const part = deprecated.path[path.length];
  if (node.tag === "scalar" || part === undefined || isOfOtherType(node, path, deprecated)) return node;
  if (node.tag === "list") {
    const items = node.items.map((item, index) => modernizeBy(item, [...path, index], walk));
    return part === "*" ? { ...node, items } : node;
  }
  if (path.length === deprecated.path.length - 1) return withoutOld(node, [...path, part], walk);
  const entries = node.entries.map((entry) => {
    const isMeant = part === "*" || entry.key === part;
    return isMeant ? { ...entry, value: modernizeBy(entry.value, [...path, entry.key], walk) } : entry;
  });
  return { ...node, entries };
}

function isOfOtherType(node: YamlNode, path: Path, { type }: Deprecated): boolean {
  if (type === undefined || path.length !== 2 || path[0] !== "connectors") return false;
  const word = child(node, "type");
  return word?.tag !== "scalar" || word.text !== type;
}

function withoutOld(block: YamlMap, path: Path, { deprecated, isThere, found }: Walk): YamlMap {
  const entry = block.entries.find(({ key }) => key === path.at(-1));
  if (entry === undefined) return block;
  const target = targetOf(deprecated, path);
  const to = "to" in deprecated && typeof deprecated.to === "string" ? deprecated.to : undefined;
  const isTwice = target !== undefined && isThere(target);
  found({ deprecated, path, entry, block, target, isTwice });
  const entries =
    to === undefined || isTwice
      ? block.entries.filter((one) => one !== entry)
      : block.entries.map((one) => (one === entry ? { ...one, key: to } : one));
  return { ...block, entries };
}
