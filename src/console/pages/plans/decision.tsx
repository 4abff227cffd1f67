/** @jsxImportSource preact */
/** What an operator may do with a plan: do it, go on with it, stop it, or leave it. */

import type { Plan } from "../../../storage/contract/plans.ts";
import type { Visit } from "../../visit.ts";
import { aside } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

/** More than these are discarded only by somebody who types how many. */
export const WITHOUT_NUMBER = 100;

interface DecisionProps {
  readonly plan: Plan;
  readonly isRunning: boolean;
  readonly isCounting: boolean;
  readonly visit: Visit;
}

export function Decision({ plan, isRunning, isCounting, visit }: DecisionProps) {
  const words = WORDS[visit.language];
  const { frozen, deliveries, done, filter } = plan;
  // the last step may not have returned yet
  if (isCounting || (frozen && done >= deliveries)) return null;
  if (isRunning) return <Single plan={plan} action="stop" words={words.stop} visit={visit} />;
  if (!frozen) {
    // whoever has named them knows which: the store does not
    if (filter.ids !== undefined) return <p>{words.again}</p>;
    return <Single plan={plan} action="count" words={words.count} visit={visit} />;
  }
  return <Work plan={plan} visit={visit} />;
}

interface SingleProps {
  readonly plan: Plan;
  readonly action: "stop" | "count";
  readonly words: string;
  readonly visit: Visit;
}

function Single({ plan: { id }, action, words, visit: { link } }: SingleProps) {
  return (
    <form method="post" action={link(`/plans/${id}/${action}`)}>
      <button type="submit">{words}</button>
    </form>
  );
}

function Work({ plan: { id, repair, deliveries, done }, visit: { language, link } }: { plan: Plan; visit: Visit }) {
  const words = WORDS[language];
  const rest = deliveries - done;
  const isDiscard = repair === "discard";
  return (
    <form class="card" method="post" action={link(`/plans/${id}/work`)}>
      <p>
        <label>
          {words.why} {aside(isDiscard ? words.required : words.optional, language)}
          <br />
          <input name="why" maxLength={300} size={60} required={isDiscard} autocomplete="off" />
        </label>
      </p>
      {isDiscard && rest > WITHOUT_NUMBER && (
        <p>
          <label>
            {words.number(numberText(rest, language))}
            <br />
            <input name="number" inputMode="numeric" required autocomplete="off" />
          </label>
        </p>
      )}
      <p class="buttons">
        <button type="submit" class={isDiscard ? "danger" : "main"}>
          {done > 0 ? words.goOn : isDiscard ? words.doDiscard : words.doReplay}{" "}
          {aside(numberText(rest, language), language)}
        </button>
        {done === 0 && (
          <button type="submit" formaction={link(`/plans/${id}/drop`)} formnovalidate>
            {words.drop}
          </button>
        )}
      </p>
    </form>
  );
}
