/** @jsxImportSource preact */
/** How well each official account is covered, what was found that Chat did not tell, and who waits for a person's decision. */

import type { MissingGroup } from "../../../operations/reconciling/missing.ts";
import type { PassesReport } from "../../../operations/reconciling/report.ts";
import type { Missing } from "../../../storage/contract/missing.ts";
import type { Pass } from "../../../storage/contract/passes.ts";
import type { View } from "../../frame.tsx";
import type { Action, Page } from "../../page.ts";
import { Done, FaultNote } from "../../parts/done.tsx";
import { Id } from "../../parts/id.tsx";
import { Pager } from "../../parts/pager.tsx";
import { prose } from "../../parts/prose.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { WhyOfPass } from "../../parts/why-of-pass.tsx";
import type { Visit } from "../../visit.ts";
import { COLON } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

const LIMIT = 50;
/** Beyond so many the number is to be typed. */
const MANY = 100;

export const healing: Page = { path: "/healing", show: (visit) => viewOf(visit) };

async function viewOf(visit: Visit, fault?: string): Promise<View> {
  const words = WORDS[visit.language];
  if (visit.config.reconcile === undefined) return { title: words.title, body: <p>{prose(words.off)}</p> };
  const { operations, query } = visit;
  const after = query.get("after");
  const accounts = await operations.reconcileReport();
  const [groups, missing] = await Promise.all([
    operations.heldMissing({}),
    operations.missing({}, { limit: LIMIT, ...(after !== null && { after }) }),
  ]);
  return {
    title: words.title,
    isLive: fault === undefined && groups.length === 0,
    ...(fault !== undefined && { status: 409 }),
    body: (
      <>
        <Done visit={visit} words={words.done} />
        <FaultNote words={fault} />
        <p class="quiet">{words.intro}</p>
        {accounts.length === 0 && <p>{prose(words.none)}</p>}
        {visit.isOperator && accounts.length > 0 && (
          <form method="post" action={visit.link("/healing/compare")}>
            <button type="submit">{words.compare}</button>
          </form>
        )}
        {accounts.map((account) => (
          <Account account={account} visit={visit} />
        ))}
        <h2>{words.waitFor}</h2>
        {groups.length === 0 && <p class="good">✓ {words.nobody}</p>}
        {visit.isOperator && groups.map((group) => <Decision group={group} visit={visit} />)}
        {missing !== null && missing.entries.length > 0 && <People people={missing.entries} visit={visit} />}
        {missing !== null && missing.next !== null && <Pager found={missing} limit={LIMIT} visit={visit} />}
      </>
    ),
  };
}

function Account({ account: report, visit }: { account: PassesReport; visit: Visit }) {
  const words = WORDS[visit.language];
  const { app, account, unreached, noAccount, coverage, passes } = report;
  return (
    <section class="card">
      <h2>
        <bdi>{account}</bdi> <small class="quiet">{words.app(app)}</small>
      </h2>
      {unreached !== undefined && <p class="bad">✗ {words.unreached}</p>}
      {noAccount !== null && (
        <p class="bad">
          ✗ {words.noAccount} <Time at={noAccount.since} visit={visit} />
        </p>
      )}
      <Compared report={report} visit={visit} />
      {coverage.length > 0 && <Coverage coverage={coverage} visit={visit} />}
      {passes.length > 0 && <Passes passes={passes} visit={visit} />}
    </section>
  );
}

/** Since when anything can be found, when that was looked for last, among how many. */
function Compared({ report: { baselineAt, readAt, people }, visit }: { report: PassesReport; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  return (
    <p>
      {words.findsSince}
      {COLON[language]}
      {baselineAt === null ? words.notYet : <Time at={baselineAt} visit={visit} />}
      {readAt !== null && (
        <>
          {" · "}
          {words.comparedLast}
          {COLON[language]}
          <Time at={readAt} visit={visit} />
        </>
      )}
      {" · "}
      {words.subscribers}
      {COLON[language]}
      {numberText(people, language)}
    </p>
  );
}

/** By month: who was told of by a callback, and who was found. */
function Coverage({ coverage, visit: { language } }: { coverage: PassesReport["coverage"]; visit: Visit }) {
  const words = WORDS[language];
  return (
    <Table titles={[words.month, { number: words.toldByCallback }, { number: words.foundByUs }, words.afterAtMost]}>
      {coverage.map(({ month, told, found, longestMs }) => (
        <tr>
          <th scope="row" class="short">
            {month}
          </th>
          <td class="number">{numberText(told, language)}</td>
          <td class="number">{numberText(found, language)}</td>
          <td>{found > 0 && durationText(longestMs, language)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Passes({ passes, visit }: { passes: readonly Pass[]; visit: Visit }) {
  return (
    <>
      <h3>{WORDS[visit.language].passes}</h3>
      <ul>
        {passes.map((pass) => (
          <li>
            <Time at={pass.begunAt} visit={visit} /> — {passText(pass, visit)}
            {isVoid(pass) && pass.why !== null && (
              <>
                {COLON[visit.language]}
                <WhyOfPass why={pass.why} visit={visit} />
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const isVoid = ({ kind, state }: Pass): boolean => kind !== "dry" && state === "void";

function passText(of: Pass, { language }: Visit): string {
  const { kind, state, missing, held, healed } = of;
  const { pass } = WORDS[language];
  if (kind === "dry") return pass.dry(numberText(missing, language));
  if (isVoid(of)) return pass.notBelieved;
  if (state !== "done") return pass.running;
  return pass.compared(numberText(missing, language), numberText(held, language), numberText(healed, language));
}

/** What may be done with those whom one pass found of one account. The group stands in the form: another one is not meant. */
function Decision({ group, visit: { language, link } }: { group: MissingGroup; visit: Visit }) {
  const words = WORDS[language];
  const { app, account, state, pass, people } = group;
  const fields = { app, account, state, pass, people: `${people}` };
  const hidden = Object.entries(fields).map(([name, value]) => <input type="hidden" name={name} value={value} />);
  return (
    <section class="card">
      <h3>
        <bdi>{account}</bdi> <small class="quiet">{words.app(app)}</small>
        {COLON[language]}
        {words.peopleInState(words.people(numberText(people, language), people === 1), words.states[state])}
      </h3>
      <form method="post" action={link("/healing/release")}>
        {hidden}
        <p class="quiet">{words.releaseIntro}</p>
        <button type="submit" class="main">
          {words.release}
        </button>
      </form>
      <form method="post" action={link("/healing/discard")}>
        {hidden}
        <p class="quiet">{words.discardIntro}</p>
        {people > MANY && (
          <label>
            {words.retype(`${people}`)} <input name="typed" inputmode="numeric" required autocomplete="off" />
          </label>
        )}{" "}
        <button type="submit" class="danger">
          {words.discard}
        </button>
      </form>
    </section>
  );
}

function People({ people, visit }: { people: readonly Missing[]; visit: Visit }) {
  const { language, link } = visit;
  const words = WORDS[language];
  return (
    <Table isWide titles={[words.person, words.state, words.subscribed, words.lastSeen, words.why]}>
      {people.map(({ app, account, user, state, subscribeTime, seenAt, why }) => (
        <tr id={`missing-${app}-${account}-${user}`}>
          <th scope="row">
            <Id id={user} href={link(`/people?${new URLSearchParams({ user })}`)} />
            <br />
            <bdi class="quiet">{account}</bdi>
          </th>
          <td data-title={words.state}>{words.states[state]}</td>
          <td data-title={words.subscribed}>
            <Time at={subscribeTime} visit={visit} />
          </td>
          <td data-title={words.lastSeen}>
            <Time at={seenAt} visit={visit} />
          </td>
          <td data-title={words.why}>{why !== null && <WhyOfPass why={why} visit={visit} />}</td>
        </tr>
      ))}
    </Table>
  );
}

/** The group that a form shows, as it is by now; undefined where it is another. */
async function shownGroup({ operations }: Visit, form: URLSearchParams): Promise<MissingGroup | undefined> {
  const given = (name: string) => form.get(name) ?? "";
  const groups = await operations.heldMissing({ app: given("app"), account: given("account") });
  return groups.find(
    ({ state, pass, people }) => state === given("state") && pass === given("pass") && `${people}` === given("people"),
  );
}

export const releaseMissing: Action = {
  path: "/healing/release",
  async act(visit, form) {
    const group = await shownGroup(visit, form);
    if (group === undefined) return viewOf(visit, WORDS[visit.language].changed);
    const { operations, config, version, inBackground } = visit;
    const { app, account } = group;
    // Chat is asked about one after the other: nobody waits for a page that long
    inBackground("release", (signal) =>
      operations.releaseMissing([group], { app, account }, { config, version, signal, onAsked: () => undefined }),
    );
    return "/healing?done=released";
  },
};

export const discardMissing: Action = {
  path: "/healing/discard",
  async act(visit, form) {
    const words = WORDS[visit.language];
    const group = await shownGroup(visit, form);
    if (group === undefined) return viewOf(visit, words.changed);
    if (group.people > MANY && form.get("typed")?.trim() !== `${group.people}`) return viewOf(visit, words.wrongNumber);
    const { app, account } = group;
    await visit.operations.discardMissing([group], { app, account });
    return "/healing?done=discarded";
  },
};

export const compare: Action = {
  path: "/healing/compare",
  async act({ operations, config, version, inBackground }) {
    inBackground("compare", (signal) =>
      operations.runReconcile({
        ...{ choice: {}, isDry: false, config, version, signal },
        onBy: () => undefined,
        onProgress: () => undefined,
      }),
    );
    return "/healing?done=asked";
  },
};
