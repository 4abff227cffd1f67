/** @jsxImportSource preact */
/** Each connector: how it stands and why, what waits for it, and a person's hand on it. */
import type { ComponentChildren } from "preact";
import { certaintyOf } from "../../../operations/status/count-words.ts";
import type { ConnectorReport, StatusReport } from "../../../operations/status/status.ts";
import { hindranceOf, type StatusVerdict } from "../../../operations/status/verdict.ts";
import type { ConnectorCount } from "../../../storage/contract/ledger.ts";
import { BriefReason } from "../../parts/reason.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { BETWEEN, BRACKETS, COLON } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { hindranceText, matterText } from "./sentences.ts";
import { WORDS } from "./words.ts";

interface ConnectorsProps {
  readonly report: StatusReport;
  readonly verdict: StatusVerdict;
  readonly visit: Visit;
}

export function Connectors({ report, verdict, visit }: ConnectorsProps) {
  const words = WORDS[visit.language];
  return (
    <section id="connectors">
      <h2>{words.connectors}</h2>
      <div class="cards">
        {report.connectors.map((one) => (
          <Connector one={one} verdict={verdict} visit={visit} />
        ))}
      </div>
      {report.notRun.length > 0 && <p class="quiet">{words.notRun(report.notRun.join(BETWEEN[visit.language]))}</p>}
    </section>
  );
}

function Connector({ one, verdict, visit }: { one: ConnectorReport } & Omit<ConnectorsProps, "report">) {
  const { status: row, condition } = one;
  const { language, now } = visit;
  const words = WORDS[language];
  return (
    <article class="card" id={`connector-${row.name}`}>
      <h3>
        {row.name} <State of={condition} language={language} />
      </h3>
      <p class="quiet">
        {row.type} · <bdi>{row.destination}</bdi>
      </p>
      <Why one={one} visit={visit} />
      <dl class="figures">
        <Figure name={words.waiting}>
          {row.waiting === 0 ? (
            "0"
          ) : (
            <a href={visit.link(`/deliveries?state=waiting&connector=${encodeURIComponent(row.name)}`)}>
              {countText(one, "waiting", visit)}
            </a>
          )}
        </Figure>
        <Figure name={words.oldest}>
          {row.oldestWaitingAt === null ? "–" : durationText(now - row.oldestWaitingAt, language)}
        </Figure>
        <Figure name={words.perMinute} title={words.perMinuteWhy}>
          {perMinuteText(one, visit)}
        </Figure>
        <Figure name={words.delivered}>
          {words.deliveredIn(countText(one, "deliveredLastHour", visit), countText(one, "deliveredLastDay", visit))}
        </Figure>
        <Figure name={words.dead}>
          {row.dead === 0 ? (
            "0"
          ) : (
            <a href={visit.link(`/dead-letters?connector=${encodeURIComponent(row.name)}`)}>
              {countText(one, "dead", visit)}
            </a>
          )}
        </Figure>
      </dl>
      <Unknown connector={row.name} verdict={verdict} visit={visit} />
      {visit.isOperator && <Hand one={one} visit={visit} />}
    </article>
  );
}

/** Which of those that wait are nobody's debt. */
function Unknown({ connector, verdict, visit }: { connector: string } & Omit<ConnectorsProps, "report">) {
  const found = verdict.byItself.find((matter) => matter.of === "unknown" && matter.connector === connector);
  return found === undefined ? null : <p class="quiet">{matterText(found, visit)}</p>;
}

export function Figure({ name, title, children }: { name: string; title?: string; children: ComponentChildren }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What keeps it from sending, in the destination's words as far as they are a sentence, and until when. */
function Why({ one, visit }: { one: ConnectorReport; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  const { status: row, condition } = one;
  const hindrance = hindranceOf(one);
  const latest = row.state.held.at(-1);
  if (condition === "ready") {
    if (latest === undefined) return null;
    return (
      <p class="warn">
        {words.heldLately(numberText(row.state.held.length, language))}{" "}
        <BriefReason reason={latest.reason} visit={visit} />
      </p>
    );
  }
  // a person's own words stand in the clause
  const theirs = hindrance.tag === "person" ? undefined : hindrance.reason;
  return (
    <>
      <p>
        {hindranceText(row.name, hindrance, language)}
        {BRACKETS[language].open}
        <Time at={row.since} visit={visit} />
        {BRACKETS[language].close}
      </p>
      {theirs !== undefined && (
        <p>
          {words.why}
          {COLON[language]}
          <BriefReason reason={theirs} visit={visit} />
        </p>
      )}
      {hindrance.until !== undefined && (
        <p>
          {words.next}
          {COLON[language]}
          <Time at={hindrance.until} visit={visit} />
        </p>
      )}
    </>
  );
}

/** Buttons, where they change anything. */
function Hand({ one: { status: row, condition }, visit }: { one: ConnectorReport; visit: Visit }) {
  const { language, link } = visit;
  const words = WORDS[language];
  const at = `/connectors/${encodeURIComponent(row.name)}`;
  const isHeld = condition === "paused";
  return (
    <div class="buttons">
      {isHeld ? (
        <a class="button" href={link(`${at}/resume`)} aria-label={words.of(words.resume, row.name)}>
          {words.resume}
        </a>
      ) : (
        <a class="button" href={link(`${at}/pause`)} aria-label={words.of(words.pause, row.name)}>
          {words.pause}
        </a>
      )}
      {row.waiting > 0 && !(isHeld && row.probeAt === null) && (
        <form method="post" action={link(`${at}/retry`)}>
          <button type="submit" aria-label={words.of(words.retry, row.name)}>
            {words.retry}
          </button>
        </form>
      )}
    </div>
  );
}

function countText({ status }: ConnectorReport, of: ConnectorCount, { language }: Visit): string {
  return WORDS[language].count[certaintyOf(status, of)](numberText(status[of], language));
}

function perMinuteText({ status }: ConnectorReport, { language }: Visit): string {
  const number = numberText(Number((status.deliveredLastHour / 60).toPrecision(2)), language);
  return WORDS[language].count[certaintyOf(status, "deliveredLastHour")](number);
}
