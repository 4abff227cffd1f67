/** @jsxImportSource preact */
/** The page on which one logs in. */
import { BACK, backTo } from "../admin/route.ts";
import type { LoginPage } from "../admin/routes/login.ts";
import type { Typed } from "../basics/typed.ts";
import { type AssetLinks, assetLinks } from "./assets.ts";
import { htmlDocument } from "./frame.tsx";
import { prose } from "./parts/prose.tsx";
import { cookiesIn, LANGUAGE_COOKIE } from "./visit.ts";
import { FRAME } from "./words/frame.ts";
import { languageOf } from "./words/languages.ts";

/** @param typed commands as they are typed where the bridge runs */
export const loginPageFor =
  (typed: Typed): LoginPage =>
  async ({ link, headers, url }, { isLocal, token }) => {
    const language = languageOf(cookiesIn(headers.get("cookie")).get(LANGUAGE_COOKIE), headers.get("accept-language"));
    const words = FRAME[language];
    const assets: AssetLinks = await assetLinks(link);
    return htmlDocument(
      { language, title: `${words.logIn} · unsub-bridge`, assets },
      <main id="main" class="login">
        <h1>unsub-bridge</h1>
        {isLocal && (
          <p>
            {words.onThisMachine} <code>{typed("console")}</code>
          </p>
        )}
        <form method="post" action={link("/login")}>
          <input type="hidden" name={BACK} value={backTo(url.searchParams.get(BACK), link)} />
          <label>
            {words.token} <input type="password" name={token} autocomplete="current-password" required />
          </label>{" "}
          <button type="submit" class="main">
            {words.logIn}
          </button>
        </form>
        <p class="quiet">{prose(words.whoseToken)}</p>
      </main>,
    );
  };
