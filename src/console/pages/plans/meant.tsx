/** @jsxImportSource preact */
/** What is in a plan, what has changed of it, and what was left alone. */
import { time } from "../../../basics/format.ts";
import { type Hold, wholeHoldText } from "../../../operations/deliveries/hold.ts";
import type { PlanChanges } from "../../../operations/deliveries/plan-changes.ts";
import type { Plan } from "../../../storage/contract/plans.ts";
import { Id } from "../../parts/id.tsx";
import { numberText } from "../../parts/quantity.ts";
import type { Visit } from "../../visit.ts";
import { WORDS as LETTERS } from "../dead-letters/words.ts";
import { WORDS } from "./words.ts";

export function Meant({ plan: { meant, filter }, visit: { language } }: { plan: Plan; visit: Visit }) {
  const words = WORDS[language];
  const asked = Object.entries({ ...filter, since: filter.since === undefined ? undefined : time(filter.since) });
  return (
    <>
      {meant.length > 0 && (
        <table>
          <caption>{words.meant}</caption>
          <thead>
            <tr>
              <th scope="col">{words.connector}</th>
              <th scope="col">{words.class}</th>
              <th scope="col" class="number">
                {words.deliveries}
              </th>
            </tr>
          </thead>
          <tbody>
            {meant.map((one) => (
              <tr>
                <th scope="row">
                  <bdi>{one.connector}</bdi>
                </th>
                <td>{LETTERS[language].classes[one.class]}</td>
                <td class="number">{numberText(one.count, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="quiet">
        {words.filter}:{" "}
        <code>
          {asked
            .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${valueText(value)}`]))
            .join(" · ") || "–"}
        </code>
      </p>
    </>
  );
}

function valueText(value: string | number | readonly string[]): string {
  return Array.isArray(value) ? value.join(", ") : String(value);
}

interface MeanwhileProps {
  readonly changes: PlanChanges;
  readonly holds: ReadonlyMap<string, Hold> | undefined;
  readonly visit: Visit;
}

export function Meanwhile({ changes: { counts, looked, isAll }, holds, visit: { language, now } }: MeanwhileProps) {
  const words = WORDS[language];
  const held = [...(holds ?? [])].flatMap(([name, hold]) => {
    const text = wholeHoldText(hold, now);
    return text === undefined ? [] : [`${name}: ${text}`];
  });
  return (
    <>
      {counts.size > 0 && (
        <section>
          <h2>{words.changed}</h2>
          {!isAll && <p>{words.changedOf(numberText(looked, language))}</p>}
          <ul>
            {[...counts].map(([why, count]) => (
              <li>
                {numberText(count, language)} · {words.left[why]}
              </li>
            ))}
          </ul>
        </section>
      )}
      {held.length > 0 && (
        <section>
          <h2>{words.held}</h2>
          <ul>
            {held.map((text) => (
              <li class="warn">
                <bdi>{text}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

export function LeftAlone({ plan: { left }, visit: { language, link } }: { plan: Plan; visit: Visit }) {
  const words = WORDS[language];
  if (left.length === 0) return null;
  return (
    <section>
      <h2>{words.leftAlone}</h2>
      <ul>
        {left.map(({ why, count, ids }) => (
          <li>
            {numberText(count, language)} · {words.left[why] ?? why}:{" "}
            {ids.map((id, index) => (
              <>
                {index > 0 && ", "}
                <Id id={id} href={link(`/deliveries/${encodeURIComponent(id)}`)} />
              </>
            ))}
            {count > ids.length && " …"}
          </li>
        ))}
      </ul>
    </section>
  );
}
