/**
 * Tables of sentences beside that of reasons: each connector type brings its own with it, in both languages, as it brings everything
 * else. They are known once it is loaded; where it is not, people read the words as they were written.
 */
import { formOf, type GivenIn, type Said, type SentenceValue, type SentenceValues, sentenceSaid } from "./sentences.ts";

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

/**
 * The sentence of an owner's table that words were made of, where they are kept or thrown as words alone. What says most is tried first.
 * @param forms what values look like, by their names; anything, where nothing is said of it
 * @param toValue a value, which may be words that were made of a sentence as well
 */
export function recognised(
  owner: string,
  words: string,
  forms: Readonly<Record<string, string>>,
  toValue: (value: string) => SentenceValue,
): Said | undefined {
  for (const [code, form] of formsOf(owner, forms)) {
    const groups = form.exec(words)?.groups;
    if (groups === undefined && !form.test(words)) continue;
    const values = Object.entries(groups ?? {}).map(([name, value = ""]) => [name, toValue(value)] as const);
    return { words, code, ...(values.length > 0 && { values: Object.fromEntries(values) }) };
  }
  return undefined;
}

/** By owner. Its table is whole once it is asked for: a table stands in one module. */
const FORMS = new Map<string, readonly (readonly [code: string, form: RegExp])[]>();

function formsOf(owner: string, forms: Readonly<Record<string, string>>) {
  const known = FORMS.get(owner);
  if (known !== undefined) return known;
  const own = [...sentencesIn(owner)]
    .map(([code, { en }]) => ({ code, en, said: en.replaceAll(/\{\w+\}/g, "").length }))
    .sort((one, other) => other.said - one.said)
    .map(({ code, en }) => [code, formOf(en, (name) => forms[name] ?? ".+?")] as const);
  FORMS.set(owner, own);
  return own;
}
