/** @jsxImportSource preact */
/** One plan: what it means, how far it is, and what became of it. Whoever looks changes nothing. */
import type { Plan } from "../../../storage/contract/plans.ts";
import type { View } from "../../frame.tsx";
import type { Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { COLON } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { Decision } from "./decision.tsx";
import { LeftAlone, Meant, Meanwhile } from "./meant.tsx";
import { WORDS } from "./words.ts";

export const plan: Page = {
  path: "/plans/:id",
  async show(visit) {
    const found = await visit.operations.plan(visit.params.id ?? "");
    return found === null ? noPlan(visit) : planView(found, visit);
  },
};

export function noPlan({ language, link }: Visit): View {
  const words = WORDS[language];
  const body = (
    <>
      <p>{words.isGone}</p>
      <a href={link("/dead-letters")}>{words.deadLetters}</a>
    </>
  );
  return { title: words.what, status: 404, body };
}

/** @param complaint why what was asked for is not done */
export async function planView(plan: Plan, visit: Visit, complaint?: string): Promise<View> {
  const { language, runs, operations, isOperator } = visit;
  const words = WORDS[language];
  const isAtIt = runs.isRunning(plan.id);
  const isRunning = runs.isWorkedOff(plan.id);
  const isCounting = isAtIt && !plan.frozen;
  const isOpen = plan.frozen && plan.done < plan.deliveries && !isRunning;
  const changes = isOpen ? await operations.planChanges(plan.id) : undefined;
  const holds =
    isOpen && plan.repair === "replay" ? await operations.holds(plan.meant.map((one) => one.connector)) : undefined;
  return {
    title: words.title[plan.repair],
    isLive: isAtIt,
    ...(complaint !== undefined && { status: 422 }),
    body: (
      <>
        <p>
          <a href={visit.link("/dead-letters")}>{words.deadLetters}</a>
        </p>
        {complaint !== undefined && (
          <p class="bad" role="alert">
            {complaint}
          </p>
        )}
        <Verdict plan={plan} isRunning={isRunning} isCounting={isCounting} visit={visit} />
        <Meant plan={plan} visit={visit} />
        {changes !== undefined && <Meanwhile changes={changes} holds={holds} visit={visit} />}
        <LeftAlone plan={plan} visit={visit} />
        {isOperator && <Decision plan={plan} isRunning={isRunning} isCounting={isCounting} visit={visit} />}
        <Made plan={plan} visit={visit} />
      </>
    ),
  };
}

interface VerdictProps {
  readonly plan: Plan;
  readonly isRunning: boolean;
  readonly isCounting: boolean;
  readonly visit: Visit;
}

/** Where it stands, in a sentence. */
function Verdict({ plan, isRunning, isCounting, visit }: VerdictProps) {
  const { language } = visit;
  const words = WORDS[language];
  const { repair, frozen, deliveries, done, changed } = plan;
  const text = (amount: number) => numberText(amount, language);
  if (!frozen) {
    return <p class="verdict">{(isCounting ? words.counting : words.countingEnded)(text(deliveries))}</p>;
  }
  if (deliveries === 0) return <p class="verdict">{words.nothing}</p>;
  if (done >= deliveries) {
    return (
      <>
        <p class="verdict good">
          ✓ {words.allDone} {words.done[repair]}
          {COLON[language]}
          {text(changed)}
        </p>
        {repair === "replay" && changed > 0 && <Became plan={plan} visit={visit} />}
      </>
    );
  }
  if (done === 0 && !isRunning) return <p class="verdict">{words[repair](text(deliveries))}</p>;
  const progress = isRunning ? words.working(text(done), text(deliveries)) : words.ended(text(done), text(deliveries));
  return (
    <>
      <p class="verdict" role="status">
        {progress}
      </p>
      <progress max={deliveries} value={done} aria-label={words.progress} />
      <p class="quiet">{isRunning ? words.workingWell : words.elsewhere}</p>
    </>
  );
}

/** They wait as any other by now: where that is seen. */
function Became({ plan: { meant }, visit: { language, link } }: { plan: Plan; visit: Visit }) {
  const names = [...new Set(meant.map(({ connector }) => connector))];
  return (
    <p>
      {WORDS[language].became}{" "}
      {names.map((name, index) => (
        <>
          {index > 0 && " · "}
          <a href={link(`/deliveries?${new URLSearchParams({ connector: name })}`)}>{name}</a>
        </>
      ))}
    </p>
  );
}

function Made({ plan: { id, actor, at, endsAt }, visit }: { plan: Plan; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <p class="quiet">
      {words.what} <Id id={id} /> · {words.madeBy} <bdi>{actor.name}</bdi> {words.at} <Time at={at} visit={visit} /> ·{" "}
      {words.keptUntil} <Time at={endsAt} visit={visit} /> · <a href={visit.link("/plans")}>{words.list}</a>
    </p>
  );
}
