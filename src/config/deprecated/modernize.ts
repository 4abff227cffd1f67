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
  /** True where the new name stands beside it: which of them is meant, nobody knows. */
  readonly isTwice: boolean;
}

export interface Modernized {
  readonly root: YamlNode;
  readonly outdated: readonly Outdated[];
}

export function modernize(root: YamlNode, table: readonly Deprecated[]): Modernized {
  const outdated: Outdated[] = [];
  const walk = (tree: YamlNode, deprecated: Deprecated) =>
    modernizeBy(tree, [], { deprecated, found: (one) => outdated.push(one) });
  return { root: table.reduce(walk, root), outdated };
}

interface Walk {
  readonly deprecated: Deprecated;
  found(outdated: Outdated): void;
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

function withoutOld(block: YamlMap, path: Path, { deprecated, found }: Walk): YamlMap {
  const entry = block.entries.find(({ key }) => key === path.at(-1));
  if (entry === undefined) return block;
  const to = "to" in deprecated ? deprecated.to : undefined;
  const isTwice = block.entries.some(({ key }) => key === to);
  found({ deprecated, path, entry, block, isTwice });
  const entries =
    to === undefined || isTwice
      ? block.entries.filter((one) => one !== entry)
      : block.entries.map((one) => (one === entry ? { ...one, key: to } : one));
  return { ...block, entries };
}
