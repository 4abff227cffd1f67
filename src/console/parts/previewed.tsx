/** @jsxImportSource preact */
/** What a connector would send, or why nothing. */
import { sentenceOfError } from "../../basics/sentences.ts";
import type { PreviewRequest } from "../../connector.ts";
import type { Previewed } from "../../operations/preview.ts";
import type { Visit } from "../visit.ts";
import { PREVIEWED } from "../words/previewed.ts";
import { ReasonText } from "./reason.tsx";
import { Sentence } from "./sentence.tsx";

export function PreviewedRequests({ found, visit }: { found: Previewed; visit: Visit }) {
  const words = PREVIEWED[visit.language];
  switch (found.tag) {
    case "skipped":
      return (
        <p class="quiet">
          {words.skipped} <ReasonText reason={found.because} visit={visit} />
        </p>
      );
    case "failed":
      return (
        <p class="bad">
          ✗ {words.cannot} <Sentence said={sentenceOfError(found.reason)} language={visit.language} />
        </p>
      );
    case "sent":
      return (
        <>
          {found.noted !== undefined && (
            <p class="quiet">
              <Sentence said={found.noted} language={visit.language} />
            </p>
          )}
          {found.requests.length === 0 && <p>{words.nothing}</p>}
          {found.requests.map((request) => (
            <Request request={request} visit={visit} />
          ))}
        </>
      );
  }
}

/** As it would go over the wire. */
function Request({ request, visit }: { request: PreviewRequest; visit: Visit }) {
  const { method, url, headers, body, note, ...of } = request;
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body, null, 2);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <>
      <p>
        <code>
          {method} {url}
        </code>
      </p>
      {note !== undefined && (
        <p class="quiet">
          <Sentence said={{ words: note, ...of }} language={visit.language} />
        </p>
      )}
      {lines.length > 0 && (
        <details>
          <summary>{PREVIEWED[visit.language].headers}</summary>
          <pre>{lines.join("\n")}</pre>
        </details>
      )}
      {text !== "" && <pre>{text}</pre>}
    </>
  );
}
