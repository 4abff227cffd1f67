/** @jsxImportSource preact */
/** Dead letters of one kind: how many, why, and what may be done with all of them. */
import type { LetterGroup } from "../../../operations/deliveries/letter-groups.ts";
import { briefReasonIn, ReasonText, reasonIn } from "../../parts/reason.tsx";
import { Time, timeText } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { numberText } from "../../words/quantity.ts";
import { type LetterChoice, queryOf } from "./choice.ts";
import { WORDS } from "./words.ts";

interface GroupProps {
  readonly group: LetterGroup;
  readonly choice: LetterChoice;
  /** Whether all there are were looked at. */
  readonly isAll: boolean;
  readonly visit: Visit;
}

export function Group({ group, choice, isAll, visit }: GroupProps) {
  const { language, link, zone, isOperator } = visit;
  const { connector, class: deadClass, kind, count, example, from, until } = group;
  const words = WORDS[language];
  const brief = example.reason === null ? undefined : briefReasonIn(example.reason, language);
  const mine: LetterChoice = { ...choice, connector, class: deadClass, ...(kind !== undefined && { kind }) };
  return (
    <article class="card">
      <h3>
        {words.count(numberText(count, language), isAll)}{" "}
        {example.reason === null ? words.noReason : <bdi>{brief}</bdi>}
      </h3>
      {example.reason !== null && reasonIn(example.reason, language) !== brief && (
        <details id={`whole-${example.id}`} class="quiet">
          <summary>{words.whole}</summary>
          <ReasonText reason={example.reason} visit={visit} />
        </details>
      )}
      <p class="quiet">
        <span class="bad">{words.classes[deadClass]}</span> · {words.givenUp} <Time at={from} visit={visit} />
        {timeText(until, language, zone) !== timeText(from, language, zone) && (
          <>
            {" – "}
            <Time at={until} visit={visit} />
          </>
        )}
      </p>
      <p>
        <a href={link(`/dead-letters/letters${queryOf(mine)}`)}>{words.look}</a> ·{" "}
        <a href={link(`/dead-letters/request?${new URLSearchParams({ id: example.id })}`)}>{words.request}</a>
      </p>
      {isOperator && <RepairAll choice={mine} visit={visit} />}
    </article>
  );
}

/** Leads to a plan of exactly what the choice finds: it is shown before anything is done. */
export function RepairAll({ choice, visit: { language, link } }: { choice: LetterChoice; visit: Visit }) {
  const words = WORDS[language];
  return (
    <form class="buttons" method="post" action={link("/dead-letters/plan")}>
      {Object.entries(choice).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" name="repair" value="replay">
        {words.replayAll}
      </button>{" "}
      <button type="submit" name="repair" value="discard" class="danger">
        {words.discardAll}
      </button>
    </form>
  );
}
