/** @jsxImportSource preact */
/** What stands around every page: where one is, who one is, and in which zone times are. */
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { AssetLinks } from "./assets.ts";
import type { Visit } from "./visit.ts";
import { FRAME } from "./words/frame.ts";
import { aside, type Language } from "./words/languages.ts";

/** What a page shows. */
export interface View {
  readonly title: string;
  readonly body: ComponentChildren;
  /** Asked for again every two seconds while somebody looks. */
  readonly isLive?: boolean;
  /** 200 unless set. */
  readonly status?: number;
  /** In so many seconds it is worth while to ask again. */
  readonly retryAfter?: number;
}

type PageName = keyof (typeof FRAME)["en"]["pages"];

/** The pages in the order of the navigation, with their paths. */
export const PAGES: readonly (readonly [name: PageName, path: string])[] = [
  ["overview", "/"],
  ["person", "/people"],
  ["deliveries", "/deliveries"],
  ["deadLetters", "/dead-letters"],
  ["quarantine", "/quarantine"],
  ["healing", "/healing"],
  ["configuration", "/configuration"],
  ["alarms", "/alarms"],
  ["audit", "/audit"],
];

export function framed(view: View, visit: Visit, assets: AssetLinks): Response {
  const { language, zone, link, config } = visit;
  const words = FRAME[language];
  const { body, title, isLive = false } = view;
  const name = config.name ?? "unsub-bridge";
  const here = link(visit.path) + (visit.query.size === 0 ? "" : `?${visit.query}`);
  const live = isLive
    ? { "hx-get": here, "hx-trigger": "every 2s", "hx-select": "#main", "hx-swap": "outerMorph", "data-live": "" }
    : {};
  return htmlDocument(
    { language, title: `${title} · ${name}`, assets },
    <>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <strong class="name">{name}</strong>
        <Navigation visit={visit} />
        <WhoLooks visit={visit} here={here} />
      </header>
      <LiveNote language={language} isLive={isLive} />
      <main id="main" {...live}>
        <h1>{title}</h1>
        {body}
      </main>
      <footer>
        <span data-zone={zone} data-copy={words.copy} data-copied={words.copied}>
          {words.zone(zone)}
        </span>{" "}
        · unsub-bridge {visit.version}
      </footer>
    </>,
    view,
  );
}

function Navigation({ visit: { language, link, path: here } }: { visit: Visit }) {
  return (
    <nav aria-label="unsub-bridge">
      {PAGES.map(([name, path]) => (
        <a href={link(path)} aria-current={isHere(path, partOf(here)) ? "page" : undefined}>
          {FRAME[language].pages[name]}
        </a>
      ))}
    </nav>
  );
}

/** Who is logged in, and what is theirs to choose. @param here where they come back to */
function WhoLooks({ visit: { language, identity, link }, here }: { visit: Visit; here: string }) {
  const words = FRAME[language];
  return (
    <div class="who">
      {identity.name} <small>{aside(words.role[identity.role], language)}</small>
      <form method="post" action={link("/preferences")}>
        <input type="hidden" name="language" value={language === "en" ? "zh" : "en"} />
        <input type="hidden" name="back" value={here} />
        <button type="submit" class="plain">
          {words.otherLanguage}
        </button>
      </form>
      <form method="post" action={link("/logout")}>
        <button type="submit" class="plain">
          {words.logOut}
        </button>
      </form>
    </div>
  );
}

/** Of a page that is asked for again: how old it is, and whether it still can be. */
function LiveNote({ language, isLive }: { language: Language; isLive: boolean }) {
  const words = FRAME[language];
  return (
    <aside id="live" hidden={!isLive} data-updated={words.updated} data-paused={words.paused}>
      <p id="unreachable" class="bad" role="status" hidden>
        {words.unreachable}
      </p>
      <span id="updated" />{" "}
      <button id="pause" type="button" class="plain" data-pause={words.pause} data-go-on={words.goOn} hidden />
    </aside>
  );
}

/** Pages that the navigation does not name belong to one that it does. */
function partOf(here: string): string {
  if (isHere("/plans", here)) return "/dead-letters";
  return isHere("/connectors", here) ? "/" : here;
}

function isHere(path: string, here: string): boolean {
  return path === "/" ? here === "/" : here === path || here.startsWith(`${path}/`);
}

export interface PageHead {
  readonly language: Language;
  readonly title: string;
  readonly assets: AssetLinks;
}

export function htmlDocument(
  { language, title, assets }: PageHead,
  content: ComponentChildren,
  answer: Pick<View, "status" | "retryAfter"> = {},
): Response {
  const { status = 200, retryAfter } = answer;
  const html = renderToString(
    <html lang={language === "zh" ? "zh-CN" : "en"}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={assets("icon.svg")} />
        <link rel="stylesheet" href={assets("console.css")} />
        <script src={assets("htmx.js")} />
        <script src={assets("console.js")} defer />
      </head>
      <body>{content}</body>
    </html>,
  );
  return new Response(`<!doctype html>\n${html}\n`, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      ...(retryAfter !== undefined && { "retry-after": `${retryAfter}` }),
    },
  });
}
