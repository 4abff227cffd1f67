/** @jsxImportSource preact */
/** What a check has found: what is well, what is not, and the way out. */
import type { CheckFinding } from "../../operations/checks/finding.ts";
import { prose } from "./prose.tsx";

const rank = ({ ok }: CheckFinding): number => (ok === true ? 2 : ok ? 1 : 0);
/** Else in their own order. */
const worstFirst = (one: CheckFinding, other: CheckFinding): number => rank(one) - rank(other);

export function FindingList({ findings }: { findings: readonly CheckFinding[] }) {
  return (
    <ul class="findings">
      {findings.toSorted(worstFirst).map(({ ok, about, what, todo, place }) => (
        <li>
          <span class={ok === true ? "good" : ok ? "warn" : "bad"}>
            {ok === true ? "✓" : ok ? "!" : "✗"} <strong>{about}</strong>
          </span>
          : <bdi lang="en">{prose(what)}</bdi>
          {todo !== undefined && (
            <div>
              → <bdi lang="en">{prose(todo)}</bdi>
            </div>
          )}
          {place !== undefined && ok !== true && <code class="quiet">{place}</code>}
        </li>
      ))}
    </ul>
  );
}
