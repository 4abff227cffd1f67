/** Old names of settings replaced in the text of a file, which stays as it is otherwise: comments, blanks, quotes, line ends. */
import { maskPath } from "../faults/discreet.ts";
import { dotted, type Path, type YamlEntry, type YamlNode } from "../yaml/tree.ts";
import { parseYaml } from "../yaml/yaml.ts";
import { withSetting } from "./insert.ts";
import { isMoved, modernize, type Outdated } from "./modernize.ts";
import type { Deprecated } from "./table.ts";

export interface Rewritten {
  readonly text: string;
  readonly done: readonly Change[];
  /** What has to be changed by hand. */
  readonly left: readonly Change[];
}

export interface Change {
  /** Dotted, under the old name. */
  readonly path: string;
  /** The new name; null for what is taken out. */
  readonly to: string | null;
}

/** Never throws. A text that cannot be parsed stays as it is. */
export function rewriteOutdated(text: string, table: readonly Deprecated[]): Rewritten {
  const parsed = parseYaml(text);
  if (!parsed.ok) return { text, done: [], left: [] };
  const { root, outdated } = modernize(parsed.root, table);
  const wanted = JSON.stringify(meaningOf(root));
  const done: Change[] = [];
  const left: Change[] = [];
  // from the end: what comes before stays where it is. What an alias repeats stands in the file once
  const byPlace = new Map(outdated.map((one) => [one.entry.keyRange[0], one]));
  const fromEnd = [...byPlace.values()].sort((a, b) => b.entry.keyRange[0] - a.entry.keyRange[0]);
  const [moves, others] = [fromEnd.filter(isMoved), fromEnd.filter((one) => !isMoved(one))];
  let rewritten = text;
  const take = (one: Outdated, next: string | undefined) => {
    const isSound = next !== undefined && wanted === meaningUnder(next, table);
    if (isSound) rewritten = next;
    (isSound ? done : left).unshift(changeOf(one));
  };
  for (const one of others) take(one, one.isTwice ? undefined : withChange(rewritten, one));
  // these may end anywhere: each is looked for anew
  for (const one of moves) take(one, one.isTwice ? undefined : withMove(rewritten, one, table));
  return { text: rewritten, done, left };
}

function withMove(text: string, { path }: Outdated, table: readonly Deprecated[]): string | undefined {
  const parsed = parseYaml(text);
  if (!parsed.ok) return undefined;
  const one = modernize(parsed.root, table).outdated.find((each) => dotted(each.path) === dotted(path));
  if (one?.target === undefined) return undefined;
  const value = text.slice(...one.entry.value.range);
  const without = withoutSetting(text, one);
  return without === undefined || value.includes("\n") ? undefined : withSetting(without, one.target, value.trim());
}

function toOf(deprecated: Deprecated, target: Path | undefined): string | null {
  if (!("to" in deprecated)) return null;
  return typeof deprecated.to === "string" ? deprecated.to : dotted(maskPath(target ?? []));
}

function changeOf({ path, deprecated, target }: Outdated): Change {
  return { path: dotted(maskPath(path)), to: toOf(deprecated, target) };
}

/** What the text means to this release; a change must leave that as it was. */
function meaningUnder(text: string, table: readonly Deprecated[]): string | undefined {
  const parsed = parseYaml(text);
  return parsed.ok ? JSON.stringify(meaningOf(modernize(parsed.root, table).root)) : undefined;
}

/** Without places. A block without settings is nothing. */
function meaningOf(node: YamlNode): unknown {
  if (node.tag === "list") return { list: node.items.map(meaningOf) };
  if (node.tag === "scalar") return node.value === null ? null : [node.text, node.value];
  return node.entries.length === 0
    ? null
    : { map: node.entries.map(({ key, value }) => [key, meaningOf(value)] as const).sort(byName) };
}

/** Names of one block differ. */
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function withChange(text: string, outdated: Outdated): string | undefined {
  const { entry, deprecated } = outdated;
  const [start, end] = entry.keyRange;
  if (!("to" in deprecated)) return withoutSetting(text, outdated);
  return typeof deprecated.to === "string" ? text.slice(0, start) + deprecated.to + text.slice(end) : undefined;
}

function withoutSetting(text: string, { entry, block }: Outdated): string | undefined {
  const { entries } = block;
  const at = entries.indexOf(entry);
  return withoutLines(text, entry) ?? withoutPart(text, entry, entries[at - 1], entries[at + 1]);
}

/** Where a setting ends: behind its value, or behind its colon when it has none. */
function endOf(text: string, { keyRange, value }: YamlEntry): number {
  const colon = /^\s*:/.exec(text.slice(keyRange[1]))?.[0] ?? "";
  const end = Math.max(keyRange[1] + colon.length, value.range[1]);
  // a block ends behind its last line break
  return end - (/\s*$/.exec(text.slice(keyRange[0], end))?.[0].length ?? 0);
}

/** A setting on lines of its own; what stands behind it in a comment keeps its line. */
function withoutLines(text: string, entry: YamlEntry): string | undefined {
  const start = text.lastIndexOf("\n", entry.keyRange[0] - 1) + 1;
  const indent = text.slice(start, entry.keyRange[0]);
  const end = endOf(text, entry);
  const [, comment, lineBreak = ""] = /^[ \t]*(#[^\r\n]*)?(\r?\n|$)/.exec(text.slice(end)) ?? [];
  if (!/^[ \t]*$/.test(indent)) return undefined;
  const [rest = ""] = /^[^\r\n]*(?:\r?\n)?/.exec(text.slice(end)) ?? [];
  if (comment === undefined && rest.trim() !== "") return undefined;
  const kept = comment === undefined ? "" : `${indent}${comment}${lineBreak}`;
  return text.slice(0, start) + kept + text.slice(end + rest.length);
}

/** One of several on a line, or the first behind a dash. */
function withoutPart(
  text: string,
  entry: YamlEntry,
  before: YamlEntry | undefined,
  after: YamlEntry | undefined,
): string | undefined {
  const end = endOf(text, entry);
  const [from, to] = after
    ? [entry.keyRange[0], after.keyRange[0]]
    : [before === undefined ? entry.keyRange[0] : endOf(text, before), end];
  const between = text.slice(after ? end : from, after ? to : entry.keyRange[0]);
  return between.includes("#") ? undefined : text.slice(0, from) + text.slice(to);
}
