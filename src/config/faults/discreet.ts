/** Faults of a file in which anything may be a credential, as they may be shown. */
import { masker } from "../credentials/mask.ts";
import { isOrdinary, maskOdd, oddWords } from "../credentials/ordinary.ts";
import type { RawFault } from "../yaml/raw-fault.ts";
import type { Source } from "../yaml/source.ts";
import { concealing, concealingValues } from "../yaml/source.ts";
import type { Path, Range, YamlNode } from "../yaml/tree.ts";
import { type Fault, type FaultAt, faultIn, sortFaults } from "./fault.ts";
import { byLookAlikes } from "./odd-text.ts";

/** What must not be seen, beside what looks like chance. */
export interface Concealed {
  /** Texts. */
  readonly texts: Iterable<string>;
  /** Where they stand. */
  readonly ranges: readonly Range[];
}

/**
 * Faults with stars for credentials: known ones, and every value, name or word of the file, in whatever a fault says of it, that
 * looks like one.
 * @param foreign more texts that a fault might quote: values of variables
 */
export function discreetFaults(
  faults: readonly FaultAt[],
  source: Source,
  root: YamlNode,
  { texts, ranges }: Concealed,
  foreign: readonly string[] = [],
): Fault[] {
  if (faults.length === 0) return [];
  const mask = masker([...texts]);
  const found = oddPartsOf(root);
  const odd = new Set([...found.words, ...[source.text, ...foreign].flatMap(oddWords)]);
  const discreet = concealing(source, [...ranges, ...found.ranges]);
  const hide = (text: string) => maskQuoted(mask(text), odd);
  const shown = byLookAlikes(faults, root).map((at) => {
    const { what, todo, ...fault } = faultIn(discreet, { ...at, path: maskPath(at.path) });
    return { ...fault, what: hide(what), todo: hide(todo), source: maskOdd(mask(fault.source)) };
  });
  return sortFaults(shown);
}

/** The same of a file that cannot be parsed: nothing is shown of it but names of settings. */
export function faultsOfUnread(
  faults: (isName: (word: string) => boolean) => readonly RawFault[],
  source: Source,
  isName: (word: string) => boolean,
): Fault[] {
  const discreet = concealingValues(source, isName);
  return sortFaults(faults(isName).map((fault) => faultIn(discreet, { ...fault, path: [] })));
}

/** A path in which a credential stands in the place of a name. */
export function maskPath(path: Path): Path {
  return path.map((part) => (typeof part === "number" || isOrdinary(part) ? part : "*".repeat(part.length)));
}

/** A word that our own sentences have is left alone: what is quoted stands in the file. */
function maskQuoted(text: string, odd: ReadonlySet<string>): string {
  return text.replace(/\S+/g, (part) => {
    const isQuoted = oddWords(part).some((word) => odd.has(word) || part.includes(`${word}…`));
    return isQuoted ? maskOdd(part) : part;
  });
}

interface OddParts {
  readonly words: string[];
  /** Of values that are odd as a whole. In templates and sentences the words alone are. */
  readonly ranges: Range[];
}

function oddPartsOf(root: YamlNode): OddParts {
  const found: OddParts = { words: [], ranges: [] };
  const look = (text: string, range: Range) => {
    if (isOrdinary(text)) return;
    found.words.push(...oddWords(text));
    if (!/\{[{%]/.test(text)) found.ranges.push(range);
  };
  const walk = (node: YamlNode): void => {
    if (node.tag === "scalar") look(node.text, node.range);
    if (node.tag === "list") for (const item of node.items) walk(item);
    if (node.tag !== "map") return;
    for (const { key, keyRange, value } of node.entries) {
      look(key, keyRange);
      walk(value);
    }
  };
  walk(root);
  return found;
}
