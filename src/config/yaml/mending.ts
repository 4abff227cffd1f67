/** Reading on behind a slip: as if what is advised had been done, so that the next one is found in the same go. Pure. */
import { openAt } from "./brackets.ts";
import type { Mend, RawFault } from "./raw-fault.ts";

/** More of them are one mistake. */
const MOST = 20;
/** Characters that are read again in all: the parser is slow on garbage. */
const MOST_READ = 200_000;

/**
 * The slips of a file, each found with those before it mended. It ends with one for which no change is certain.
 * @param find what is wrong with a text; nothing where it can be read
 */
export function everySlip(file: string, find: (text: string) => readonly RawFault[]): readonly RawFault[] {
  const found: RawFault[] = [];
  const mends: Mend[] = [];
  let left = MOST_READ + file.length;
  for (let text = file; found.length < MOST && left >= text.length; ) {
    left -= text.length;
    const faults = find(text).map((fault) => ({ ...fault, offset: inFile(fault.offset, mends) }));
    const fresh = faults.filter((fault) => isNews(fault, found, file));
    found.push(...fresh);
    const mend = fresh.find((fault) => fault.mend !== undefined)?.mend;
    if (mend === undefined) break;
    mends.push(mend);
    text = mended(text, mend);
  }
  return found;
}

/** A change that did not help is told by the same fault, or by one without a way out beside it: that would only mislead. */
function isNews(fault: RawFault, found: readonly RawFault[], file: string): boolean {
  const isBeside = ({ offset }: RawFault) => linesBetween(file, offset, fault.offset) <= 1;
  return found.every((one) => (fault.mend === undefined ? !isBeside(one) : one.offset !== fault.offset));
}

export function linesBetween(text: string, one: number, other: number): number {
  return text.slice(Math.min(one, other), Math.max(one, other)).split("\n").length - 1;
}

function mended(text: string, { offset, removed, inserted }: Mend): string {
  return text.slice(0, offset) + inserted + text.slice(offset + removed);
}

/** @param mends each in the text that those before it have left */
function inFile(offset: number, mends: readonly Mend[]): number {
  return mends.reduceRight((at, { offset: start, removed, inserted }) => {
    return at <= start ? at : Math.max(start, at - inserted.length + removed);
  }, offset);
}

/** With a value in quotes that wants some: up to what parts it from the next, or to the end of its line. */
export function quotingMend(text: string, offset: number): Mend {
  const line = /^.*/.exec(text.slice(offset))?.[0] ?? "";
  const isInside = openAt(text, offset).length > 0;
  const value = isInside ? /^(?:\{\{.*?\}\}|[^,\]}])+/ : /^.*?(?=\s+#|\s*$)/;
  return { offset, removed: value.exec(line)?.[0].length ?? 0, inserted: '"_"' };
}
