/** Which language somebody wants, kept by the browser. */
import { BACK, backTo, type Link } from "../admin/route.ts";
import type { Action } from "./page.ts";
import { LANGUAGE_COOKIE } from "./visit.ts";
import { LANGUAGES, type Language } from "./words/languages.ts";

const YEAR_S = 365 * 86_400;

export const preferences: Action = {
  path: "/preferences",
  least: "viewer",
  async act({ link }, form) {
    const language = languageNamed(form.get("language"));
    const location = backTo(form.get(BACK), link);
    const kept = language && { "set-cookie": languageCookie(language, link) };
    return new Response(null, { status: 303, headers: { location, ...kept } });
  },
};

/** One of ours, or undefined. */
export function languageNamed(said: string | null): Language | undefined {
  return LANGUAGES.find((each) => each === said);
}

export function languageCookie(language: Language, link: Link): string {
  return `${LANGUAGE_COOKIE}=${language}; Path=${link("/")}; Max-Age=${YEAR_S}; SameSite=Lax`;
}
