/** @jsxImportSource preact */
/** What would cure dead letters, and whether it is cured: the destination is asked when somebody wants to know. */
import { isBad } from "../../../operations/checks/finding.ts";
import type { DeadClass } from "../../../storage/contract/deliveries.ts";
import type { Action } from "../../page.ts";
import { FindingList } from "../../parts/findings.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { COLON } from "../../words/languages.ts";
import { queryOf } from "./choice.ts";
import { WORDS } from "./words.ts";

interface CureProps {
  readonly connector: string;
  readonly classes: readonly DeadClass[];
  readonly visit: Visit;
}

export function Cure({ connector, classes, visit }: CureProps) {
  const { language, link, config, isOperator } = visit;
  const words = WORDS[language];
  const isConfigured = config.connectors.some(({ name }) => name === connector);
  return (
    <>
      {classes.map((one) => (
        <p>
          <strong>{words.classes[one]}</strong>
          {COLON[language]}
          {words.cure[one]}
        </p>
      ))}
      {!isConfigured && <p class="warn">{words.notConfigured}</p>}
      <Latest connector={connector} visit={visit} />
      {isConfigured && isOperator && (
        <form class="check" method="post" action={link("/dead-letters/check")}>
          <input type="hidden" name="connector" value={connector} />
          <button type="submit">{words.check}</button>
        </form>
      )}
    </>
  );
}

function Latest({ connector, visit }: { connector: string; visit: Visit }) {
  const words = WORDS[visit.language];
  const latest = visit.checks.latest(connector);
  if (latest === undefined) return null;
  const { at, findings } = latest;
  return (
    <div class="card" role="status">
      {findings === undefined ? (
        <p>{words.asking}</p>
      ) : (
        <>
          <p class="quiet">
            {words.checkedAt} <Time at={at} visit={visit} />
          </p>
          {findings.length === 0 ? (
            <p class="good">{words.noFindings}</p>
          ) : (
            <FindingList findings={findings} visit={visit} />
          )}
          {!isBad(findings) && <p class="quiet">{words.notOfPeople}</p>}
        </>
      )}
    </div>
  );
}

/** Begins to ask; the page says what was found once it is. */
export const checkDestination: Action = {
  path: "/dead-letters/check",
  async act({ checks, config }, form) {
    const connector = form.get("connector") ?? "";
    if (config.connectors.some(({ name }) => name === connector)) checks.start(connector);
    return `/dead-letters${queryOf({ connector })}`;
  },
};
