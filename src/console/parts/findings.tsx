/** @jsxImportSource preact */
/** What a check has found: what is well, what is not, and the way out. */
import type { CheckFinding } from "../../operations/checks/finding.ts";
import { prose } from "./prose.tsx";

export function FindingList({ findings }: { findings: readonly CheckFinding[] }) {
  return (
    <ul class="findings">
      {findings.map(({ ok, about, what, todo, place }) => (
        <li class={ok === true ? "good" : ok ? "warn" : "bad"}>
          {ok === true ? "✓" : ok ? "!" : "✗"} <strong>{about}</strong>: <bdi lang="en">{what}</bdi>
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
