/** @jsxImportSource preact */
/** The page on which one logs in. */
import { BACK, backTo } from "../admin/route.ts";
import type { LoginPage } from "../admin/routes/login.ts";
import type { Typed } from "../basics/typed.ts";
import { type AssetLinks, assetLinks } from "./assets.ts";
import { htmlDocument } from "./frame.tsx";
import { prose } from "./parts/prose.tsx";
import { languageCookie, languageNamed } from "./preferences.ts";
import { cookiesIn, LANGUAGE_COOKIE } from "./visit.ts";
import { FRAME } from "./words/frame.ts";
import { type Language, languageOf } from "./words/languages.ts";

/** @param typed commands as they are typed where the bridge runs */
export const loginPageFor =
  (typed: Typed): LoginPage =>
  async ({ link, headers, url }, { isLocal, token }) => {
    const wanted = languageNamed(url.searchParams.get("language"));
    const kept = cookiesIn(headers.get("cookie")).get(LANGUAGE_COOKIE);
    const language = languageOf(wanted ?? kept, headers.get("accept-language"));
    const back = backTo(url.searchParams.get(BACK), link);
    const words = FRAME[language];
    const assets: AssetLinks = await assetLinks(link);
    const page = htmlDocument(
      { language, title: `${words.logIn} · unsub-bridge`, assets },
      <main id="main" class="login">
        <h1>unsub-bridge</h1>
        {isLocal && (
          <p>
            {words.onThisMachine} <code>{typed("console")}</code>
          </p>
        )}
        <form method="post" action={link("/login")}>
          <input type="hidden" name={BACK} value={back} />
          <label>
            {words.token} <input type="password" name={token} autocomplete="current-password" required />
          </label>{" "}
          <button type="submit" class="main">
            {words.logIn}
          </button>
        </form>
        <p class="quiet">{prose(words.whoseToken)}</p>
        <OtherLanguage
          language={language}
          href={(to) => link(`/login?${new URLSearchParams({ language: to, [BACK]: back })}`)}
        />
      </main>,
    );
    // nobody is logged in to whom it could be kept
    if (wanted !== undefined) page.headers.append("set-cookie", languageCookie(wanted, link));
    return page;
  };

/** A link: there is nobody yet whose form would be taken. */
function OtherLanguage({ language, href }: { language: Language; href: (to: Language) => string }) {
  const to = language === "en" ? "zh" : "en";
  return (
    <p>
      <a class="language" href={href(to)} lang={to === "zh" ? "zh-CN" : "en"}>
        {FRAME[language].otherLanguage}
      </a>
    </p>
  );
}
