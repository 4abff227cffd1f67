/** @jsxImportSource preact */
/** Plans of the last day: who has made them, and how far they are. */
import type { Plan } from "../../../storage/contract/plans.ts";
import type { Page } from "../../page.ts";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { FRAME } from "../../words/frame.ts";
import { BETWEEN, COLON, type Language } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS as LETTERS } from "../dead-letters/words.ts";
import { WORDS } from "./words.ts";

/** Connectors of a plan in its line. */
const SHOWN = 3;

export const plans: Page = {
  path: "/plans",
  async show(visit) {
    const { operations, language } = visit;
    const words = WORDS[language];
    const all = await operations.plans();
    return {
      title: words.list,
      body: (
        <>
          <p>
            <a href={visit.link("/dead-letters")}>{words.deadLetters}</a>
          </p>
          <p>{words.lead}</p>
          {all.length === 0 ? <p>{FRAME[language].nothing}</p> : <Plans plans={all} visit={visit} />}
        </>
      ),
    };
  },
};

function Plans({ plans, visit }: { plans: readonly Plan[]; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <Table isWide titles={[words.what, words.madeBy, words.when, words.progress]}>
      {plans.map((one) => (
        <Row plan={one} visit={visit} />
      ))}
    </Table>
  );
}

function Row({ plan, visit }: { plan: Plan; visit: Visit }) {
  const { language, link } = visit;
  const words = WORDS[language];
  const { id, repair, actor, at, done, deliveries, meant } = plan;
  return (
    <tr id={`plan-${id}`}>
      <th scope="row">
        <a href={link(`/plans/${id}`)}>{words.title[repair]}</a>
        {meant.length > 0 && (
          <>
            <br />
            <span class="quiet">{meantText(meant, language)}</span>
          </>
        )}
      </th>
      <td data-title={words.madeBy}>
        <bdi>{actor.name}</bdi>
      </td>
      <td data-title={words.when}>
        <Time at={at} visit={visit} />
      </td>
      <td data-title={words.progress}>
        {words.state[stateOf(plan)]} · {numberText(done, language)} / {numberText(deliveries, language)}
      </td>
    </tr>
  );
}

/** `crm: rejected 40, unmatched 7`: a plan of many connectors has a page of its own for all of them. */
function meantText(meant: Plan["meant"], language: Language): string {
  const byConnector = Map.groupBy(meant, ({ connector }) => connector);
  const texts = [...byConnector].map(([connector, parts]) => {
    const counts = parts.map((one) => `${LETTERS[language].classes[one.class]} ${numberText(one.count, language)}`);
    return connector + COLON[language] + counts.join(BETWEEN[language]);
  });
  return texts.slice(0, SHOWN).join(" · ") + (texts.length > SHOWN ? " …" : "");
}

function stateOf({ frozen, done, deliveries }: Plan): "counting" | "frozen" | "begun" | "done" {
  if (!frozen) return "counting";
  if (done >= deliveries) return "done";
  return done === 0 ? "frozen" : "begun";
}
