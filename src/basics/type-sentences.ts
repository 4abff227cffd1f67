/**
 * Sentences of connector types: each type brings its own with it, in both languages, as it brings everything else. They are known
 * once the type is loaded; where it is not, people read the words as they were written.
 */
import { type GivenIn, type Said, saidOf } from "./sentences.ts";

/** One sentence; what stands in braces is a value, the same ones in both. */
export interface InBoth {
  readonly en: string;
  readonly zh: string;
}

const KNOWN = new Map<string, InBoth>();

/**
 * Declares the sentences of a type. Codes are kept in stores: they are never given another meaning.
 * @param type its word; a code is made of it and the sentence's name: `braze_key`
 * @returns makes a sentence, as `sentence` does of those of the bridge
 */
export function sentencesOf<const Table extends Readonly<Record<string, InBoth>>>(type: string, table: Table) {
  for (const [name, texts] of Object.entries(table)) KNOWN.set(`${type}_${name}`, texts);
  return <Name extends keyof Table & string>(name: Name, ...[values]: GivenIn<Table[Name]["en"]>): Said =>
    saidOf(table[name]?.en ?? "", `${type}_${name}`, values);
}

/** The sentence of a type that is loaded; undefined for any other code. */
export function typeSentence(code: unknown): InBoth | undefined {
  return typeof code === "string" ? KNOWN.get(code) : undefined;
}

/** The codes of a type that is loaded, with their sentences. */
export function typeSentences(type: string): ReadonlyMap<string, InBoth> {
  return new Map([...KNOWN].filter(([code]) => code.startsWith(`${type}_`)));
}
