/** @jsxImportSource preact */
/** What comes in: callbacks, how fast they are answered, and what does not become an event. */

import { whatIsWrong } from "../../../alarms/digest.ts";
import { alarmPlace } from "../../../alarms/places.ts";
import { size } from "../../../basics/format.ts";
import type { StatusReport } from "../../../operations/status/status.ts";
import { acksBeyond, ackWithin } from "../../../operations/status/throughput.ts";
import type { RefusedRun } from "../../../storage/contract/presence.ts";
import type { SampleCounts } from "../../../storage/contract/samples.ts";
import { FoundSaid } from "../../parts/findings.tsx";
import type { Visit } from "../../visit.ts";
import { aside } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { Figure } from "./connectors.tsx";
import { REFUSALS, WORDS } from "./words.ts";

interface IntakeProps {
  readonly report: StatusReport;
  /** What came in in it, as far as minutes are over. */
  readonly lastHour: SampleCounts;
  readonly visit: Visit;
}

export function Intake({ report, lastHour, visit }: IntakeProps) {
  const { language } = visit;
  const words = WORDS[language];
  const { intake, spool, clocksOff, faults = [] } = report;
  return (
    <section id="intake">
      <h2>{words.intake}</h2>
      <Figures report={report} lastHour={lastHour} visit={visit} />
      {spool?.why != null && (
        <p class="warn">
          <bdi>{spool.why}</bdi>
        </p>
      )}
      {intake.refused.map((run) => (
        <Refusal run={run} visit={visit} />
      ))}
      {intake.misunderstood !== undefined && (
        <p class="bad">
          {words.misunderstood(numberText(intake.misunderstood.count, language))}{" "}
          <bdi>{intake.misunderstood.fault}</bdi>
        </p>
      )}
      {faults.map((found) => (
        <div class={found.ok === false ? "bad" : "warn"}>
          <FoundSaid found={found} language={language} />
        </div>
      ))}
      {clocksOff.map(({ host, offMs }) => (
        <p class="bad">{words.clock(host, durationText(Math.abs(offMs), language))}</p>
      ))}
      <Alarms report={report} visit={visit} />
    </section>
  );
}

function Figures({ report: { counters, spool, rosters, ...report }, lastHour, visit }: IntakeProps) {
  const { language, link } = visit;
  const words = WORDS[language];
  const count = (number: number) => numberText(number, language);
  return (
    <dl class="figures">
      <Figure name={words.lastHour}>{count(lastHour.callbacks ?? 0)}</Figure>
      <Figure name={words.answered}>{ackText(lastHour, visit)}</Figure>
      <Figure name={words.ever}>{count(counters.callbacks_stored ?? 0)}</Figure>
      <Figure name={words.quarantine}>
        {report.quarantined.entries === 0 ? (
          words.none
        ) : (
          <a href={link("/quarantine")}>{quarantineText(report, visit)}</a>
        )}
      </Figure>
      {spool !== undefined && (
        <Figure name={words.spool}>
          {spool.bytes === 0 ? words.spoolEmpty : words.spoolHolds(size(spool.bytes), size(spool.max))}
        </Figure>
      )}
      <Figure name={words.healing}>
        {rosters === undefined ? words.noHealing : <a href={link("/healing")}>{healedText(rosters, visit)}</a>}
      </Figure>
    </dl>
  );
}

function quarantineText(
  { quarantined, atLeast = [] }: Pick<StatusReport, "quarantined" | "atLeast">,
  { language }: Visit,
): string {
  const words = WORDS[language];
  const entries = numberText(quarantined.entries, language);
  return words.entries(
    atLeast.includes("quarantined") ? words.count["at least"](entries) : entries,
    size(quarantined.bytes),
  );
}

/** The two seconds that Chat waits, and a border of the histogram. */
const CHAT_WAITS_S = 2;

/** How fast callbacks were answered in the last hour, beside how long Chat waits. */
function ackText(lastHour: SampleCounts, { language }: Visit): string {
  const words = WORDS[language];
  const [half, nearlyAll] = [ackWithin(lastHour, 0.5), ackWithin(lastHour, 0.99)];
  if (half === undefined || nearlyAll === undefined) return words.unknownYet;
  const late = acksBeyond(lastHour, CHAT_WAITS_S);
  const within = (seconds: number) =>
    Number.isFinite(seconds) ? durationText(seconds * 1_000, language) : words.beyond;
  return [
    words.half(within(half)),
    words.nearlyAll(within(nearlyAll)),
    late === 0 ? words.ofChat : words.late(numberText(late, language)),
  ].join(words.comma);
}

/** Of this month, of all official accounts; who is held now, whenever they left. */
function healedText({ accounts, atLeast }: NonNullable<StatusReport["rosters"]>, { language, now }: Visit): string {
  const month = new Date(now).toISOString().slice(0, 7);
  const rows = accounts.flatMap(({ coverage }) => coverage.filter((row) => row.month === month));
  const sum = (of: "told" | "found") =>
    numberText(
      rows.reduce((all, row) => all + row[of], 0),
      language,
    );
  const words = WORDS[language];
  const held = accounts.reduce((all, { missing }) => all + (missing.held ?? 0), 0);
  const heldNumber = words.count[atLeast === true ? "at least" : "exact"](numberText(held, language));
  return words.healed(sum("found"), held === 0 ? undefined : heldNumber, sum("told"), month);
}

function Refusal({ run, visit: { language, now } }: { run: RefusedRun; visit: Visit }) {
  const words = REFUSALS[language];
  const kind = run.cause === "sign" && run.isSigned === false ? "unsigned" : run.cause;
  return (
    <p class="bad">
      {words[kind](run.app ?? "")}{" "}
      {words.howMany(numberText(run.count, language), durationText(now - run.since, language))} {words.todo[kind]}
    </p>
  );
}

/** Those that are on, whether they are told of or not. */
function Alarms({ report, visit: { language, link, now } }: { report: StatusReport; visit: Visit }) {
  const words = WORDS[language];
  const on = report.alerts.alarms.filter(({ clearAt }) => clearAt === null);
  if (on.length === 0) return null;
  return (
    <>
      <h3>
        <a href={link("/alarms")}>{words.alarms}</a>
      </h3>
      <ul>
        {on.map(({ since, isSilenced, ...alarm }) => (
          <li class={isSilenced ? "quiet" : "bad"}>
            <a href={link(alarmPlace(alarm))}>{whatIsWrong({ ...alarm, since }, language)}</a>{" "}
            {durationText(now - since, language)}
            {isSilenced ? ` ${aside(words.silenced, language)}` : ""}
          </li>
        ))}
      </ul>
    </>
  );
}
