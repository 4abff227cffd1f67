/**
 * Tables of sentences beside that of reasons: each connector type brings its own with it, in both languages, as it brings everything
 * else. They are known once it is loaded; where it is not, people read the words as they were written.
 */
import { type GivenIn, type Said, sentenceSaid } from "./sentences.ts";

/** One sentence; what stands in braces is a value, the same ones in both. */
export interface InBoth {
  readonly en: string;
  readonly zh: string;
}

const KNOWN = new Map<string, InBoth>();

/**
 * Declares sentences. Codes are kept in stores: they are never given another meaning.
 * @param owner a connector type's word, or what else brings them; a code is made of it and the sentence's name: `braze_key`
 * @returns makes a sentence, as `sentence` does of those of the bridge
 */
export function sentencesOf<const Table extends Readonly<Record<string, InBoth>>>(owner: string, table: Table) {
  for (const [name, texts] of Object.entries(table)) KNOWN.set(`${owner}_${name}`, texts);
  return <Name extends keyof Table & string>(name: Name, ...[values]: GivenIn<Table[Name]["en"]>): Said =>
    sentenceSaid(table[name]?.en ?? "", `${owner}_${name}`, values);
}

/** The sentence of a table that is loaded; undefined for any other code. */
export function tableSentence(code: unknown): InBoth | undefined {
  return typeof code === "string" ? KNOWN.get(code) : undefined;
}

/** The codes of a table that is loaded, with their sentences. */
export function sentencesIn(owner: string): ReadonlyMap<string, InBoth> {
  return new Map([...KNOWN].filter(([code]) => code.startsWith(`${owner}_`)));
}
