/** @jsxImportSource preact */
/** What would be sent for one dead letter by now. */
import { redactor } from "../../../config/credentials/redact.ts";
import { type Previewed, previewDelivery } from "../../../operations/preview.ts";
import type { Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import type { Language } from "../../words/languages.ts";
import { queryOf } from "./choice.ts";
import { WORDS } from "./words.ts";

export const letterRequest: Page = {
  path: "/dead-letters/request",
  async show({ operations, language, query, config, version, link }) {
    const words = WORDS[language];
    const letter = await operations.delivery(query.get("id") ?? "");
    if (letter === null) return { title: words.requestTitle, status: 404, body: <p>{words.unknown}</p> };
    const found = await previewDelivery(config, letter, version);
    return {
      title: words.requestTitle,
      body: (
        <>
          <p>
            <a href={link(`/dead-letters${queryOf({ connector: letter.connector })}`)}>{words.back}</a>
          </p>
          <p>
            {words.user} <Id id={letter.event.user} /> · {words.connector} <bdi>{letter.connector}</bdi>
          </p>
          <p>{words.requestLead}</p>
          {found === undefined ? (
            <p class="warn">{words.notConfigured}</p>
          ) : (
            <Found found={found} hide={redactor(config.secrets)} language={language} />
          )}
        </>
      ),
    };
  },
};

interface FoundProps {
  readonly found: Previewed;
  readonly hide: (text: string) => string;
  readonly language: Language;
}

function Found({ found, hide, language }: FoundProps) {
  const words = WORDS[language];
  if (found.tag !== "sent") {
    return (
      <p class="warn">
        {found.tag === "skipped" ? words.skipped : words.failed} <bdi>{hide(found.reason)}</bdi>
      </p>
    );
  }
  return (
    <>
      {found.requests.map(({ method, url, headers, body, note }) => (
        <article class="card">
          {note !== undefined && (
            <p>
              <bdi>{hide(note)}</bdi>
            </p>
          )}
          <pre>
            {hide(`${method} ${url}\n${headerLines(headers)}${body === undefined ? "" : `\n${bodyText(body)}`}`)}
          </pre>
        </article>
      ))}
    </>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

function bodyText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body, null, 2);
}
