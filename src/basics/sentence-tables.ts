/**
 * Tables of sentences beside that of reasons: each connector type brings its own with it, in both languages, as it brings everything
 * else. They are known once it is loaded; where it is not, people read the words as they were written.
 */
import { type GivenIn, type Said, type SentenceValues, sentenceSaid } from "./sentences.ts";

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

/** What was found, and the way out where something is to be done: the same of both in each language. */
export type FoundInBoth =
  | { readonly en: readonly [what: string]; readonly zh: readonly [what: string] }
  | { readonly en: readonly [what: string, todo: string]; readonly zh: readonly [what: string, todo: string] };

/** `code` and `values` are those of `what`; the way out has the same values, and stands beside it in the table. */
export interface Found {
  readonly ok: boolean | "warning";
  readonly what: string;
  readonly code: string;
  readonly values?: SentenceValues;
  readonly todo?: string;
  /** The setting that it is about, for a connector's: as a path inside of it. */
  readonly setting?: string;
}

type WordsOf<Texts extends readonly string[]> = Texts extends readonly [infer What extends string, ...infer Rest]
  ? `${What}${Rest extends readonly [infer Todo extends string] ? Todo : ""}`
  : never;

/**
 * Declares what may be found, each with its way out.
 * @param owner as of `sentencesOf`
 * @returns makes a finding. What is not well has a way out; what is may do without
 */
export function findingsOf<const Table extends Readonly<Record<string, FoundInBoth>>>(owner: string, table: Table) {
  for (const [name, { en, zh }] of Object.entries(table)) {
    const code = `${owner}_${name}`;
    KNOWN.set(code, { en: en[0], zh: zh[0] });
    if (en[1] !== undefined && zh[1] !== undefined) KNOWN.set(todoOf(code), { en: en[1], zh: zh[1] });
  }
  return <Name extends keyof Table & string>(
    ok: Found["ok"],
    name: Name,
    ...[values]: GivenIn<WordsOf<Table[Name]["en"]>>
  ): Found => {
    const code = `${owner}_${name}`;
    const [what = "", todo] = table[name]?.en ?? [];
    const { words, ...of } = sentenceSaid(what, code, values);
    return { ok, what: words, code, ...of, ...(todo !== undefined && { todo: sentenceSaid(todo, "", values).words }) };
  };
}

/** The code of the way out of what was found. */
export const todoOf = (code: string): string => `${code}_todo`;

/** The sentence of a table that is loaded; undefined for any other code. */
export function tableSentence(code: unknown): InBoth | undefined {
  return typeof code === "string" ? KNOWN.get(code) : undefined;
}

/** The codes of a table that is loaded, with their sentences. */
export function sentencesIn(owner: string): ReadonlyMap<string, InBoth> {
  return new Map([...KNOWN].filter(([code]) => code.startsWith(`${owner}_`)));
}
