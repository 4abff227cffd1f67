/** Which language somebody wants, kept by the browser. */
import { BACK, backTo } from "../admin/route.ts";
import type { Action } from "./page.ts";
import { LANGUAGE_COOKIE } from "./visit.ts";
import { LANGUAGES } from "./words/languages.ts";

const YEAR_S = 365 * 86_400;

export const preferences: Action = {
  path: "/preferences",
  least: "viewer",
  async act({ link }, form) {
    const language = LANGUAGES.find((each) => each === form.get("language"));
    const location = backTo(form.get(BACK), link);
    const cookie = `${LANGUAGE_COOKIE}=${language ?? "en"}; Path=${link("/")}; Max-Age=${YEAR_S}; SameSite=Lax`;
    return new Response(null, { status: 303, headers: { location, ...(language && { "set-cookie": cookie }) } });
  },
};
