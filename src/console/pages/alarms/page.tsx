/** @jsxImportSource preact */
/** What people are told, whether they can be, and what nobody wants to hear of for a while. */

import { ALARM_NAMES } from "../../../alarms/alarm.ts";
import { whatHelps, whatIsWrong } from "../../../alarms/digest.ts";
import { alarmPlace } from "../../../alarms/places.ts";
import type { AlarmOn, AlertsReport } from "../../../operations/alerts/list.ts";
import { type Tried, tryAlerts } from "../../../operations/alerts/try.ts";
import { Refused } from "../../../operations/refused.ts";
import type { View } from "../../frame.tsx";
import type { Action, Page } from "../../page.ts";
import { Done, FaultNote } from "../../parts/done.tsx";
import { prose } from "../../parts/prose.tsx";
import { saidIn } from "../../parts/reason.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { BETWEEN } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

export const alarms: Page = {
  path: "/alarms",
  show: async (visit) => viewOf(visit, await visit.operations.alerts()),
};

interface More {
  readonly fault?: string;
  readonly tried?: readonly Tried[];
}

function viewOf(visit: Visit, report: AlertsReport, { fault, tried }: More = {}): View {
  const words = WORDS[visit.language];
  const { alerts } = visit.config;
  return {
    title: words.title,
    // a form that somebody fills in, or an answer that they read, is left as it is
    isLive: fault === undefined && tried === undefined,
    ...(fault !== undefined && { status: 400 }),
    body: (
      <>
        <Done visit={visit} words={words.done} />
        <FaultNote words={fault} />
        <p class="quiet">
          {alerts === undefined ? prose(words.off) : words.told(alerts.to.join(BETWEEN[visit.language]))}
        </p>
        {report.alarms.length === 0 ? <p class="good">✓ {words.none}</p> : <On report={report} visit={visit} />}
        {report.untold > 0 && <p class="warn">{prose(words.untold(numberText(report.untold, visit.language)))}</p>}
        <p class="quiet">{words.ofMachines}</p>
        <h2>{words.silences}</h2>
        {report.silences.length === 0 ? (
          <p class="quiet">{words.noSilence}</p>
        ) : (
          <Silences report={report} visit={visit} />
        )}
        {visit.isOperator && <SilenceForm report={report} visit={visit} />}
        {visit.isOperator && alerts !== undefined && <TestForm tried={tried} visit={visit} />}
      </>
    ),
  };
}

function On({ report, visit }: { report: AlertsReport; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  return (
    <Table isWide titles={[words.what, words.howFar, words.since, words.lastTold, words.alarm]}>
      {report.alarms.map((alarm) => {
        const level = levelOf(alarm);
        return (
          <tr id={`alarm-${alarm.key}`}>
            <th scope="row">
              <a href={visit.link(alarmPlace(alarm))}>{whatIsWrong(alarm, language)}</a>
              <details id={`how-${encodeURIComponent(alarm.key)}`} class="quiet">
                <summary>{words.how}</summary>
                {prose(whatHelps(alarm, language, visit.typed))}
              </details>
            </th>
            <td class={level === "overdue" || level === "urgent" ? "bad" : level === "ending" ? "quiet" : "warn"}>
              <span class="short">{words.level[level]}</span>
            </td>
            <td data-title={words.since}>
              <Time at={alarm.since} visit={visit} />
            </td>
            {alarm.toldAt === null ? (
              <td />
            ) : (
              <td data-title={words.lastTold}>
                <Time at={alarm.toldAt} visit={visit} />
              </td>
            )}
            <td>
              <code>{alarm.key}</code>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

function levelOf({ clearAt, rung, isSilenced }: AlarmOn) {
  if (clearAt !== null) return "ending";
  return isSilenced ? "silenced" : (rung ?? "new");
}

function Silences({ report, visit }: { report: AlertsReport; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <Table isWide titles={[words.alarm, words.until, words.why, words.by]}>
      {report.silences.map(({ name, until, why, actor }) => (
        <tr>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td data-title={words.until}>
            <Time at={until} visit={visit} />
          </td>
          <td data-title={words.why}>{why}</td>
          <td data-title={words.by}>
            <bdi>{actor}</bdi>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function SilenceForm({ report, visit: { language, link } }: { report: AlertsReport; visit: Visit }) {
  const words = WORDS[language];
  return (
    <section>
      <h2>{words.silence}</h2>
      <form class="filters" method="post" action={link("/alarms/silence")}>
        <label>
          {words.which}{" "}
          <select name="name">
            {report.alarms.map((alarm) => (
              <option value={alarm.key}>{whatIsWrong(alarm, language)}</option>
            ))}
            {ALARM_NAMES.map((name) => (
              <option value={name}>{words.whatever(name)}</option>
            ))}
          </select>
        </label>
        <label>
          {words.forHowLong}{" "}
          <select name="hours">
            {Object.entries(words.hours).map(([hours, said]) => (
              <option value={hours}>{said}</option>
            ))}
          </select>
        </label>
        <label>
          {words.why} <input name="why" required maxlength={500} autocomplete="off" />
        </label>
        <button type="submit">{words.doSilence}</button>
      </form>
    </section>
  );
}

function TestForm({ tried, visit: { language, link } }: { tried: readonly Tried[] | undefined; visit: Visit }) {
  const words = WORDS[language];
  return (
    <section>
      <h2>{words.test}</h2>
      <p class="quiet">{words.testIntro}</p>
      {tried?.map(({ name, told }) =>
        told.tag === "told" ? (
          <p class="good" role="status">
            ✓ {words.wasTold(name)}
          </p>
        ) : (
          <p class="bad" role="alert">
            ✗ {words.notTold(name, told.words)}
          </p>
        ),
      )}
      <form method="post" action={link("/alarms/test")}>
        <button type="submit">{words.test}</button>
      </form>
    </section>
  );
}

const HOUR_MS = 3_600_000;

export const silenceAlarm: Action = {
  path: "/alarms/silence",
  async act(visit, form) {
    const words = WORDS[visit.language];
    const why = form.get("why")?.trim() ?? "";
    const hours = Object.keys(words.hours).find((each) => each === form.get("hours"));
    const failed = async (fault: string) => viewOf(visit, await visit.operations.alerts(), { fault });
    if (why === "") return failed(words.needWhy);
    try {
      await visit.operations.silenceAlarm({ name: form.get("name") ?? "", forMs: Number(hours ?? 1) * HOUR_MS, why });
      return "/alarms?done=silenced";
    } catch (error) {
      if (error instanceof Refused) return failed(saidIn(error.said, visit.language));
      throw error;
    }
  },
};

export const testAlarms: Action = {
  path: "/alarms/test",
  async act(visit) {
    const report = await visit.operations.alerts();
    try {
      return viewOf(visit, report, { tried: await tryAlerts(visit.config, visit.version) });
    } catch (error) {
      if (error instanceof Refused) return viewOf(visit, report, { fault: saidIn(error.said, visit.language) });
      throw error;
    }
  },
};
