/** @jsxImportSource preact */
/** What a connector would send, or why nothing. */
import type { PreviewRequest } from "../../connector.ts";
import type { Previewed } from "../../operations/preview.ts";
import type { Visit } from "../visit.ts";
import { PREVIEWED } from "../words/previewed.ts";
import { prose } from "./prose.tsx";
import { ReasonText } from "./reason.tsx";

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
          ✗ {words.cannot} <bdi lang="en">{found.reason}</bdi>
        </p>
      );
    case "sent":
      return (
        <>
          {found.note !== undefined && (
            <p class="quiet">
              <bdi lang="en">{prose(found.note)}</bdi>
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
  const { method, url, headers, body, note } = request;
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
          <bdi lang="en">{prose(note)}</bdi>
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
