/** @jsxImportSource preact */
/** Plans of the last day: who has made them, and how far they are. */
import type { Plan } from "../../../storage/contract/plans.ts";
import type { Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { FRAME } from "../../words/frame.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

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
    <Table isWide titles={[words.what, words.madeBy, words.at, words.progress]}>
      {plans.map((one) => (
        <Row plan={one} visit={visit} />
      ))}
    </Table>
  );
}

function Row({ plan, visit }: { plan: Plan; visit: Visit }) {
  const { language, link } = visit;
  const words = WORDS[language];
  const { id, repair, actor, at, done, deliveries } = plan;
  return (
    <tr id={`plan-${id}`}>
      <th scope="row">
        {words.title[repair]} <Id id={id} href={link(`/plans/${id}`)} />
      </th>
      <td>
        <bdi>{actor.name}</bdi>
      </td>
      <td>
        <Time at={at} visit={visit} />
      </td>
      <td>
        {words.state[stateOf(plan)]} · {numberText(done, language)} / {numberText(deliveries, language)}
      </td>
    </tr>
  );
}

function stateOf({ frozen, done, deliveries }: Plan): "counting" | "frozen" | "begun" | "done" {
  if (!frozen) return "counting";
  if (done >= deliveries) return "done";
  return done === 0 ? "frozen" : "begun";
}
