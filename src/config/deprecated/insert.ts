/** A setting put into the text of a file, at the block that it belongs to; blocks that are not there are made. */
import { child, type Path, type YamlMap } from "../yaml/tree.ts";
import { parseYaml } from "../yaml/yaml.ts";

/**
 * Undefined where nobody can say how it would stand there.
 * @param value on one line, as it stands in YAML
 */
export function withSetting(text: string, target: Path, value: string): string | undefined {
  const parsed = parseYaml(text);
  if (!parsed.ok || parsed.root.tag !== "map") return undefined;
  const { block, left } = innermost(parsed.root, target);
  if (block === parsed.root) return `${text}${/(^|\n)$/.test(text) ? "" : "\n"}${onLines(left, "", value)}`;
  if (text[block.range[0]] === "{") return inBraces(text, block, left, value);
  for (const { keyRange } of block.entries) {
    const lineStart = text.lastIndexOf("\n", keyRange[0] - 1) + 1;
    const indent = text.slice(lineStart, keyRange[0]);
    // the first of a list's entries stands behind its dash
    if (/^ *$/.test(indent)) return text.slice(0, lineStart) + onLines(left, indent, value) + text.slice(lineStart);
  }
  return undefined;
}

/** The innermost block of a path that stands there with something in it, and what is left of the path below it. */
function innermost(root: YamlMap, target: Path): { block: YamlMap; left: readonly string[] } {
  let block = root;
  const left = target.map(String);
  for (
    let next = child(block, left[0] ?? "");
    next?.tag === "map" && left.length > 1;
    next = child(block, left[0] ?? "")
  ) {
    if (next.entries.length === 0) break;
    block = next;
    left.shift();
  }
  return { block, left };
}

function onLines(names: readonly string[], indent: string, value: string): string {
  return names
    .map((name, depth) => `${indent}${"  ".repeat(depth)}${name}:${depth === names.length - 1 ? ` ${value}` : ""}\n`)
    .join("");
}

function inBraces(text: string, block: YamlMap, names: readonly string[], value: string): string {
  const [name = "", ...inner] = names;
  const inside = inner.reduceRight((text, each) => `{ ${each}: ${text} }`, value);
  const at = block.range[0] + 1;
  return `${text.slice(0, at)} ${name}: ${inside},${text.slice(at)}`;
}
