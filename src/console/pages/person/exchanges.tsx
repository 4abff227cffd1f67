/** @jsxImportSource preact */
/** What was asked of a destination, and what it answered: kept in memory while somebody looks. */
import type { ExchangeStep } from "../../../delivery/following/exchanges.ts";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { durationText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

export function Exchanges({ steps, visit }: { steps: readonly ExchangeStep[]; visit: Visit }) {
  if (steps.length === 0) return null;
  return (
    <details open>
      <summary>{WORDS[visit.language].exchanges}</summary>
      <ol class="attempts">
        {steps.map((step) => (
          <li>
            <Time at={step.at} visit={visit} /> <OneStep step={step} visit={visit} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function OneStep({ step, visit: { language } }: { step: ExchangeStep; visit: Visit }) {
  const words = WORDS[language];
  switch (step.tag) {
    case "request": {
      const { method, url, headers, body } = step.request;
      return (
        <>
          <bdi>{`${method} ${url}`}</bdi>
          <Content headers={headers} body={body} />
        </>
      );
    }
    case "answer": {
      const { status, headers, body } = step.answer;
      return (
        <>
          {words.answered(String(status), durationText(step.ms, language))}
          <Content headers={headers} body={body} />
        </>
      );
    }
    case "noAnswer":
      return (
        <>
          {words.noAnswer(durationText(step.ms, language))} <bdi>{step.why}</bdi>
        </>
      );
  }
}

/** Secrets and the others of a batch are out of it already. */
function Content({ headers, body }: { headers: Readonly<Record<string, string>>; body: string }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = [...lines, ...(body === "" ? [] : ["", body])].join("\n").trim();
  return text === "" ? null : <pre>{text}</pre>;
}
