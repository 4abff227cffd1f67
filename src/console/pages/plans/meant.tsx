/** @jsxImportSource preact */
/** What is in a plan, what has changed of it, and what was left alone. */
import type { ComponentChildren } from "preact";
import type { Hold } from "../../../operations/deliveries/hold.ts";
import type { PlanChanges } from "../../../operations/deliveries/plan-changes.ts";
import type { Plan, PlanFilter } from "../../../storage/contract/plans.ts";
import { wholeHoldIn } from "../../parts/holds.ts";
import { Id } from "../../parts/id.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { BETWEEN, COLON } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS as LETTERS } from "../dead-letters/words.ts";
import { WORDS } from "./words.ts";

export function Meant({ plan: { meant, filter }, visit }: { plan: Plan; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  const asked = askedFor(filter, visit);
  const colon = COLON[language];
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
        {words.filter}
        {colon}
        {asked.length === 0
          ? words.everything
          : asked.map(([name, value], index) => (
              <>
                {index > 0 && " · "}
                {words.asked[name]}
                {colon}
                <bdi>{value}</bdi>
              </>
            ))}
      </p>
    </>
  );
}

/** What the filter says, each as it is read. */
function askedFor(
  { connector, class: deadClass, reason, user, since, until, ids, more }: PlanFilter,
  visit: Visit,
): readonly (readonly [AskedName, ComponentChildren])[] {
  const said: readonly (readonly [AskedName, ComponentChildren])[] = [
    ["connector", connector],
    ["class", deadClass && LETTERS[visit.language].classes[deadClass]],
    ["reason", reason && <span lang={visit.language === "en" ? undefined : "en"}>{reason}</span>],
    ["user", user],
    ["since", since === undefined ? undefined : <Time at={since} visit={visit} />],
    ["until", until === undefined ? undefined : <Time at={until} visit={visit} />],
    ["ids", ids && numberText(ids.length + (more ?? 0), visit.language)],
  ];
  return said.filter(([, value]) => value !== undefined);
}

type AskedName = keyof (typeof WORDS)["en"]["asked"];

interface MeanwhileProps {
  readonly changes: PlanChanges;
  readonly holds: ReadonlyMap<string, Hold> | undefined;
  readonly visit: Visit;
}

export function Meanwhile({ changes: { counts, looked, isAll }, holds, visit: { language, now } }: MeanwhileProps) {
  const words = WORDS[language];
  const held = [...(holds ?? [])].flatMap(([name, hold]) => {
    const text = wholeHoldIn(hold, now, language);
    return text === undefined ? [] : [name + COLON[language] + text];
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
            {numberText(count, language)} · {words.left[why] ?? why}
            {COLON[language]}
            {ids.map((id, index) => (
              <>
                {index > 0 && BETWEEN[language]}
                <Id id={id} href={link(`/dead-letters/request?${new URLSearchParams({ id })}`)} />
              </>
            ))}
            {count > ids.length && " …"}
          </li>
        ))}
      </ul>
    </section>
  );
}
