/** @jsxImportSource preact */
/** What a check has found: what is well, what is not, and the way out. */
import { todoOf } from "../../basics/sentence-tables.ts";
import type { Said } from "../../basics/sentences.ts";
import type { CheckFinding } from "../../operations/checks/finding.ts";
import type { Visit } from "../visit.ts";
import { PARTS } from "../words/checks.ts";
import { COLON } from "../words/languages.ts";
import { Sentence } from "./sentence.tsx";

const rank = ({ ok }: CheckFinding): number => (ok === true ? 2 : ok ? 1 : 0);
/** The way out of what was found: a sentence with the same values. */
const wayOutOf = (words: string, { code, ...values }: Pick<CheckFinding, "code" | "values">): Said =>
  code === undefined ? { words } : { words, code: todoOf(code), ...values };

/** Else in their own order. */
const worstFirst = (one: CheckFinding, other: CheckFinding): number => rank(one) - rank(other);

interface FindingListProps {
  readonly findings: readonly CheckFinding[];
  readonly visit: Pick<Visit, "language">;
}

export function FindingList({ findings, visit: { language } }: FindingListProps) {
  return (
    <ul class="findings">
      {findings.toSorted(worstFirst).map(({ ok, about, what, todo, place, ...of }) => (
        <li>
          <span class={ok === true ? "good" : ok ? "warn" : "bad"}>
            {ok === true ? "✓" : ok ? "!" : "✗"} <strong>{PARTS[language].get(about) ?? about}</strong>
          </span>
          {COLON[language]}
          <Sentence said={{ words: what, ...of }} language={language} />
          {todo !== undefined && (
            <div>
              → <Sentence said={wayOutOf(todo, of)} language={language} />
            </div>
          )}
          {place !== undefined && ok !== true && <code class="quiet">{place}</code>}
        </li>
      ))}
    </ul>
  );
}
