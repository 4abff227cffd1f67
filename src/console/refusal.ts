/** Something that was asked for and cannot be understood: passed over it would mean more than was meant. */
import type { Language } from "./words/languages.ts";

/** Thrown by pages and actions; shown in the reader's language. */
export class PageRefusal extends Error {
  readonly words: Readonly<Record<Language, string>>;
  constructor(words: Readonly<Record<Language, string>>) {
    super(words.en);
    this.words = words;
  }
}
