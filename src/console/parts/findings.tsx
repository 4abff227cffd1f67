/** @jsxImportSource preact */
/** What a check has found: what is not well, with the way out, before what is. */
import { todoOf } from "../../basics/sentence-tables.ts";
import type { Said } from "../../basics/sentences.ts";
import type { CheckFinding } from "../../operations/checks/finding.ts";
import type { Visit } from "../visit.ts";
import { CHECKS } from "../words/checks.ts";
import { COLON, type Language } from "../words/languages.ts";
import { numberText } from "../words/quantity.ts";
import { Sentence } from "./sentence.tsx";

interface FindingListProps {
  readonly findings: readonly CheckFinding[];
  readonly visit: Pick<Visit, "language">;
}

export function FindingList({ findings, visit: { language } }: FindingListProps) {
  const { bad = [], warning = [], well = [] } = Object.groupBy(findings, rankOf);
  const amiss = [...bad, ...warning];
  if (amiss.length === 0) return <List findings={well} language={language} />;
  return (
    <>
      <List findings={amiss} language={language} />
      {well.length > 0 && (
        <details>
          <summary class="good">
            ✓ {CHECKS[language].well(numberText(well.length, language), well.length === 1)}
          </summary>
          <List findings={well} language={language} />
        </details>
      )}
    </>
  );
}

const rankOf = ({ ok }: CheckFinding) => (ok === true ? "well" : ok ? "warning" : "bad");

const LOOKS = {
  bad: { tone: "bad", mark: "✗" },
  warning: { tone: "warn", mark: "!" },
  well: { tone: "good", mark: "✓" },
} as const;

function List({ findings, language }: { findings: readonly CheckFinding[]; language: Language }) {
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <One finding={finding} language={language} />
      ))}
    </ul>
  );
}

function One({ finding, language }: { finding: CheckFinding; language: Language }) {
  const { about, place, ...found } = finding;
  const { ok } = found;
  const { tone, mark } = LOOKS[rankOf(finding)];
  return (
    <li>
      <span class={tone}>
        {mark} <strong>{CHECKS[language].parts.get(about) ?? about}</strong>
      </span>
      {COLON[language]}
      <FoundSaid found={found} language={language} />
      {place !== undefined && ok !== true && <code class="quiet">{place}</code>}
    </li>
  );
}

/** What was found, and its way out. */
export function FoundSaid({ found, language }: { found: Omit<CheckFinding, "about" | "place">; language: Language }) {
  const { what, todo, ok: _, ...of } = found;
  return (
    <>
      <Sentence said={{ words: what, ...of }} language={language} />
      {todo !== undefined && (
        <div>
          → <Sentence said={wayOutOf(todo, of)} language={language} />
        </div>
      )}
    </>
  );
}

/** The way out of what was found: a sentence with the same values. */
const wayOutOf = (words: string, { code, ...values }: Pick<CheckFinding, "code" | "values">): Said =>
  code === undefined ? { words } : { words, code: todoOf(code), ...values };
