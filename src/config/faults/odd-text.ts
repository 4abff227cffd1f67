/** Faults of a name or a value in which a look-alike stands, told by that: whatever a rule has against it, this is why. Pure. */
import { asMeant, isOddAscii, lookAlikeName, lookAlikesIn, plainWords } from "../../basics/look-alikes.ts";
import { mayHoldSecret } from "../credentials/names.ts";
import { isOrdinary } from "../credentials/ordinary.ts";
import { offsetIn, type Path, type Range, type YamlEntry, type YamlNode, type YamlScalar } from "../yaml/tree.ts";
import type { FaultAt } from "./fault.ts";

/** A name or a value as it stands in the file. */
export interface AsWritten {
  readonly text: string;
  readonly range: Range;
  /** Where a part of the text stands, by its index. */
  placeOf(index: number): number;
}

export function writtenValue(node: YamlScalar): AsWritten {
  return { text: node.text, range: node.range, placeOf: (index) => offsetIn(node, index) };
}

export function writtenName({ key, keyRange }: Pick<YamlEntry, "key" | "keyRange">): AsWritten {
  const [start, end] = keyRange;
  const quote = end - start === key.length ? 0 : 1;
  return { text: key, range: keyRange, placeOf: (index) => start + quote + index };
}

/** A text with words of another script is somebody's own, and told as it was found. Warnings are left alone. */
export function byLookAlikes(faults: readonly FaultAt[], root: YamlNode): FaultAt[] {
  const odd = writtenIn(root).filter(({ text }) => isSlip(text));
  if (odd.length === 0) return [...faults];
  const told = faults.map((fault) => {
    if (fault.severity === "warning" || fault.variable !== undefined || isTold(fault)) return fault;
    const written =
      odd.find(({ range: [start, end] }) => start <= fault.offset && fault.offset < end) ??
      odd.find(({ text }) => text === fault.path.at(-1));
    return written === undefined ? fault : { ...fault, ...lookAlikeFault(written, fault.path) };
  });
  // what is an error need not be warned of
  const errors = new Set(told.filter(isTold).flatMap((fault) => (fault.severity === "warning" ? [] : fault.offset)));
  return told.filter((fault) => !(fault.severity === "warning" && isTold(fault) && errors.has(fault.offset)));
}

/** Templates say themselves what is wrong in their braces. */
function isSlip(text: string): boolean {
  return !/\{[{%]/.test(text) && (isOddAscii(text) || ODD_COMMENT.test(text));
}

/** Whether the fault names a look-alike already. */
function isTold({ what }: FaultAt): boolean {
  return /\(U\+[0-9A-F]{4}\)/.test(what);
}

/** What was meant for a comment, in any language. */
export const ODD_COMMENT = /^[ -~]*\s[＃﹟]/;

/** What says that a look-alike stands in a text, and where the first of them stands. */
export function lookAlikeFault(written: AsWritten, path: Path): Pick<FaultAt, "offset" | "what" | "todo"> {
  const { text } = written;
  const [first] = lookAlikesIn(text);
  if (first === undefined) throw new RangeError("nothing in it looks like anything else");
  const offset = written.placeOf(first.index);
  const meant = asMeant(text);
  const mayBeShown = !mayHoldSecret(path) && meant !== "" && meant.length <= 60 && isOrdinary(meant);
  const todo = mayBeShown ? `${plainWords(first)} (meant: ${meant})` : plainWords(first);
  return { offset, what: `${lookAlikeName(first)} stands here`, todo };
}

function writtenIn(node: YamlNode): AsWritten[] {
  if (node.tag === "scalar") return [writtenValue(node)];
  if (node.tag === "list") return node.items.flatMap(writtenIn);
  return node.entries.flatMap((entry) => [writtenName(entry), ...writtenIn(entry.value)]);
}
