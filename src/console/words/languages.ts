/** The languages of the pages, and what each page says in both of them. */

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same words in each language: one that is missing does not compile. */
export type InBoth<T> = Readonly<Record<Language, T>>;

/** @param zh must say all that `en` says */
export function inBoth<T>(en: T, zh: NoInfer<T>): InBoth<T> {
  return { en, zh };
}

/** The first of a browser's languages that there are words for; English where there are none. @param accepted `accept-language` */
export function languageOf(chosen: string | undefined, accepted: string | null): Language {
  const wanted = [chosen ?? "", ...(accepted ?? "").split(",").map((one) => one.split(";")[0]?.trim() ?? "")];
  for (const each of wanted) {
    const found = LANGUAGES.find((language) => each.toLowerCase().split("-")[0] === language);
    if (found !== undefined) return found;
  }
  return "en";
}

/** Between what belongs together. */
export const COMMA: Readonly<Record<Language, string>> = { en: ", ", zh: "，" };

/** Between sentences. */
export const STOP: Readonly<Record<Language, string>> = { en: ". ", zh: "。" };

/** Between names of a list. */
export const BETWEEN: Readonly<Record<Language, string>> = { en: ", ", zh: "、" };

/** Around an aside, with the blank that belongs before it. */
export const BRACKETS: Readonly<Record<Language, { readonly open: string; readonly close: string }>> = {
  en: { open: " (", close: ")" },
  zh: { open: "（", close: "）" },
};

/** An aside, with the brackets of its language. */
export function aside(text: string, language: Language): string {
  const { open, close } = BRACKETS[language];
  return open.trim() + text + close;
}

/** Between clauses. */
export const SEMICOLON: Readonly<Record<Language, string>> = { en: "; ", zh: "；" };

/** Between a name and what it is, with the blank that belongs to it. */
export const COLON: Readonly<Record<Language, string>> = { en: ": ", zh: "：" };
