/** @jsxImportSource preact */
/** What is known of people, taken out: for a spreadsheet, for a program, and on paper for whoever asks whether the law was kept. */

import { csvOf } from "../../../basics/csv.ts";
import { time } from "../../../basics/format.ts";
import { inSnakeCase } from "../../../basics/snake-case.ts";
import { storyAsJson, type TracedStory } from "../../../operations/deliveries/trace.ts";
import type { Person } from "../../../operations/people/look.ts";
import { peopleTable } from "../../../operations/people/table.ts";
import { deliveryPreviews, type Previewed } from "../../../operations/preview.ts";
import type { View } from "../../frame.tsx";
import type { Action } from "../../page.ts";
import { PreviewedRequests } from "../../parts/previewed.tsx";
import { ReasonText } from "../../parts/reason.tsx";
import { timeText } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { keptIn } from "../../words/kept.ts";
import { aside, STOP } from "../../words/languages.ts";
import { STATES } from "../../words/states.ts";
import { MOST_IDS } from "./ids.ts";
import { sentenceOf } from "./sentence.ts";
import { Fact, whoOf } from "./story.tsx";
import { WORDS } from "./words.ts";

export const exportAction: Action = {
  path: "/people/export",
  least: "viewer",
  async act(visit, form) {
    const users = [...new Set(form.getAll("user"))].filter((user) => user !== "").slice(0, MOST_IDS);
    const people = await visit.operations.people(users, "export");
    switch (form.get("format")) {
      case "csv":
        return file(csvOf(peopleTable(people)), { type: "text/csv; charset=utf-8", name: "people.csv" });
      case "json":
        return file(jsonOf(people, visit.now), { type: "application/json", name: "people.json" });
      default:
        return printOut(people, visit);
    }
  },
};

/** No id stands in its name: that would be in everybody's list of downloads. */
function file(text: string, { type, name }: { readonly type: string; readonly name: string }): Response {
  const disposition = `attachment; filename="unsub-bridge-${name}"`;
  return new Response(text, { headers: { "content-type": type, "content-disposition": disposition } });
}

function jsonOf(people: readonly Person[], now: number): string {
  const all = people.map(({ user, stories, verdict }) => ({
    ...{ user, verdict: verdict.tag },
    events: stories.map((story) => storyAsJson(story, now)),
  }));
  return `${JSON.stringify(inSnakeCase({ madeAt: time(now), people: all }), null, 2)}\n`;
}

/** So many requests are rendered for one print-out, and no more once that has taken so long, in milliseconds. */
const MOST_RENDERED = 100;
const RENDERED_WITHIN_MS = 1_000;

/** What would be sent for each by now, by delivery: requests themselves are not kept. */
async function renderedOf(
  people: readonly Person[],
  { config, version }: Visit,
): Promise<ReadonlyMap<string, Previewed>> {
  const entries = people.flatMap(({ stories }) => stories.flatMap(({ deliveries }) => deliveries));
  const rendered = new Map<string, Previewed>();
  const began = performance.now();
  const preview = deliveryPreviews(config, version);
  for (const entry of entries.filter(({ state }) => state !== "skipped").slice(0, MOST_RENDERED)) {
    if (performance.now() - began > RENDERED_WITHIN_MS) break;
    const found = await preview(entry);
    if (found?.tag === "sent") rendered.set(entry.id, found);
  }
  return rendered;
}

async function printOut(people: readonly Person[], visit: Visit): Promise<View> {
  const words = WORDS[visit.language];
  const rendered = await renderedOf(people, visit);
  return {
    title: words.printTitle,
    body: (
      <>
        <p>
          {words.printed} <Both at={visit.now} visit={visit} /> {words.printedBy} {visit.identity.name}
          {STOP[visit.language]}
          {words.zoneIs(visit.zone)} {words.sentIds} {rendered.size > 0 && words.renderedNow}
        </p>
        {people.map((person) => (
          <section class="print">
            <h2>
              <bdi class="id">{person.user}</bdi>
            </h2>
            <p>
              <strong>{sentenceOf(person.verdict, visit)}</strong>
            </p>
            {person.stories.map((story) => (
              <PrintedStory story={story} rendered={rendered} visit={visit} />
            ))}
          </section>
        ))}
      </>
    ),
  };
}

/** On paper nobody can point at a time to see it whole. */
function Both({ at, visit: { language, zone } }: { at: number; visit: Visit }) {
  return (
    <time dateTime={time(at)}>
      {timeText(at, language, zone)} {aside(time(at), language)}
    </time>
  );
}

interface PrintedProps {
  readonly story: TracedStory;
  readonly rendered: ReadonlyMap<string, Previewed>;
  readonly visit: Visit;
}

function PrintedStory({ story: { event, deliveries }, rendered, visit }: PrintedProps) {
  const words = WORDS[visit.language];
  return (
    <>
      <h3>
        <Both at={event.eventTime} visit={visit} /> {words[event.kind]} <bdi class="id">{event.officialAccount}</bdi>
      </h3>
      <dl class="facts">
        <Fact name={words.received}>
          <Both at={event.receivedAt} visit={visit} />
        </Fact>
        <Fact name={words.by}>{whoOf(event, words)}</Fact>
        <Fact name={words.app}>{event.app}</Fact>
        <Fact name={words.eventId}>
          <bdi class="id">{event.id}</bdi>
        </Fact>
      </dl>
      {deliveries.map((entry) => (
        <dl class="facts">
          <Fact name={words.destination}>
            {entry.connector} {destinationOf(entry.connector, visit)}
          </Fact>
          <Fact name={words.verdict}>
            {STATES[visit.language][entry.proof ?? entry.state]}
            {entry.settledAt !== null && (
              <>
                {" "}
                <Both at={entry.settledAt} visit={visit} />
              </>
            )}
          </Fact>
          {entry.reason !== null && (
            <Fact name={words.why}>
              <ReasonText reason={entry.reason} visit={visit} />
            </Fact>
          )}
          {entry.note !== null && (
            <Fact name={words.note}>
              <bdi>{keptIn(entry.note, visit.language)}</bdi>
            </Fact>
          )}
          <Fact name={words.deliveryId}>
            <bdi class="id">
              {entry.event.id}
              <wbr />
              {entry.id.slice(entry.event.id.length)}
            </bdi>
          </Fact>
          <Rendered found={rendered.get(entry.id)} visit={visit} />
        </dl>
      ))}
    </>
  );
}

function Rendered({ found, visit }: { found: Previewed | undefined; visit: Visit }) {
  if (found === undefined) return null;
  return (
    <div class="whole">
      <dt>{WORDS[visit.language].rendered}</dt>
      <dd>
        <PreviewedRequests found={found} visit={visit} />
      </dd>
    </div>
  );
}

/** Which kind of destination it is, as far as the settings in force tell. */
function destinationOf(name: string, { config, language }: Visit): string {
  const found = config.connectors.find((connector) => connector.name === name);
  return found === undefined ? "" : aside(found.type.type, language);
}
