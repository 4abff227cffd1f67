/** @jsxImportSource preact */
/** What is known of people, taken out: for a spreadsheet, for a program, and on paper for whoever asks whether the law was kept. */
import { csvOf } from "../../../basics/csv.ts";
import { time } from "../../../basics/format.ts";
import { inSnakeCase } from "../../../basics/snake-case.ts";
import { storyAsJson, type TracedStory } from "../../../operations/deliveries/trace.ts";
import type { Person } from "../../../operations/people/look.ts";
import { tableOf } from "../../../operations/people/table.ts";
import type { View } from "../../frame.tsx";
import type { Action } from "../../page.ts";
import { ReasonText } from "../../parts/reason.tsx";
import { timeText } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
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
        return file(csvOf(tableOf(people)), { type: "text/csv; charset=utf-8", name: "people.csv" });
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

function printOut(people: readonly Person[], visit: Visit): View {
  const words = WORDS[visit.language];
  return {
    title: words.printTitle,
    body: (
      <>
        <p>
          {words.printed} <Both at={visit.now} visit={visit} /> {words.printedBy} {visit.identity.name}.{" "}
          {words.zoneIs(visit.zone)} {words.sentIds}
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
              <PrintedStory story={story} visit={visit} />
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
      {timeText(at, language, zone)} ({time(at)})
    </time>
  );
}

function PrintedStory({ story: { event, deliveries }, visit }: { story: TracedStory; visit: Visit }) {
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
              <bdi>{entry.note}</bdi>
            </Fact>
          )}
          <Fact name={words.deliveryId}>
            <bdi class="id">{entry.id}</bdi>
          </Fact>
        </dl>
      ))}
    </>
  );
}

/** Which kind of destination it is, as far as the settings in force tell. */
function destinationOf(name: string, { config }: Visit): string {
  const found = config.connectors.find((connector) => connector.name === name);
  return found === undefined ? "" : `(${found.type.type})`;
}
