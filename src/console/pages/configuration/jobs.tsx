/** @jsxImportSource preact */
/** Checks of the configuration that take a while: each begun by a button, and shown to all. */

import type { Config, LoadResult } from "../../../config/checked-config.ts";
import { saidOfFault } from "../../../config/faults/sentences.ts";
import { readTestFiles } from "../../../config/own-tests/config-tests.ts";
import { runConfigTests, type TestReport } from "../../../config/own-tests/run-config-tests.ts";
import { placesIn } from "../../../config/yaml/place.ts";
import { dotted } from "../../../config/yaml/tree.ts";
import type { AgainstReport } from "../../../operations/against/against.ts";
import type { Group } from "../../../operations/against/tally.ts";
import { checkConfiguration } from "../../../operations/checks/configuration.ts";
import type { CheckFinding } from "../../../operations/checks/finding.ts";
import { originsBy } from "../../../operations/origins.ts";
import { type Job, type JobOf, openJob } from "../../jobs.ts";
import type { Action } from "../../page.ts";
import { FindingList } from "../../parts/findings.tsx";
import { prose } from "../../parts/prose.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { ConsoleOptions, Visit } from "../../visit.ts";
import { COLON, COMMA, SEMICOLON } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

export interface Jobs {
  readonly check: JobOf<readonly CheckFinding[]>;
  readonly test: JobOf<TestReport>;
  readonly against: JobOf<AgainstReport | null>;
  isRunning(): boolean;
}

export function openJobs({ inBackground, clock }: Pick<ConsoleOptions, "inBackground" | "clock">): Jobs {
  const jobs = {
    check: openJob<readonly CheckFinding[]>("check", inBackground, clock),
    test: openJob<TestReport>("test", inBackground, clock),
    against: openJob<AgainstReport | null>("against", inBackground, clock),
  };
  return { ...jobs, isRunning: () => Object.values(jobs).some((job) => job.latest()?.end.tag === "running") };
}

const DAY_MS = 86_400_000;

/** Each works with the file on disk where that is well, and else with what runs. */
export function jobActions(
  { load, env, giveWay }: Pick<ConsoleOptions, "env" | "giveWay"> & { readonly load: () => Promise<LoadResult> },
  jobs: Jobs,
): readonly Action[] {
  const meant = async (visit: Visit): Promise<Config> => {
    const loaded = await load();
    return loaded.ok ? loaded.config : visit.config;
  };
  const job = (path: string, begin: (visit: Visit) => void): Action => ({
    path: `/configuration/${path}`,
    async act(visit) {
      begin(visit);
      return `/configuration#${path}`;
    },
  });
  return [
    job("check", (visit) =>
      jobs.check.begin(visit.identity.name, async () => {
        const config = await meant(visit);
        const places = await placesIn(config.file);
        const placeOf = (path: readonly (string | number)[]) => {
          const place = places(path);
          return place === undefined ? dotted(path) : `${place.line}:${place.column} ${dotted(path)}`;
        };
        return checkConfiguration(config, { placeOf, env, version: visit.version, live: true });
      }),
    ),
    job("test", (visit) =>
      jobs.test.begin(visit.identity.name, async () => {
        const config = await meant(visit);
        const { originOf } = await originsBy(config, false);
        return runConfigTests(config, await readTestFiles(config.file), originOf);
      }),
    ),
    job("against", (visit) =>
      jobs.against.begin(visit.identity.name, async (signal) => {
        const since = visit.now - DAY_MS;
        return visit.operations.compareAgainst(await meant(visit), { since, examples: 0, signal, rest: giveWay });
      }),
    ),
  ];
}

export function JobForms({ jobs, visit }: { jobs: Jobs; visit: Visit }) {
  const words = WORDS[visit.language];
  const { check, test, against } = jobs;
  return (
    <section>
      <h2>{words.checks}</h2>
      <One name="check" button={words.check} intro={words.checkIntro} job={check.latest()} visit={visit}>
        {(findings) => <FindingList findings={findings} visit={visit} />}
      </One>
      <One name="test" button={words.test} intro={words.testIntro} job={test.latest()} visit={visit}>
        {(report) => <Tests report={report} visit={visit} />}
      </One>
      <One name="against" button={words.against} intro={words.againstIntro} job={against.latest()} visit={visit}>
        {(report) => (report === null ? null : <Against report={report} visit={visit} />)}
      </One>
    </section>
  );
}

function One<Result>({
  name,
  button,
  intro,
  job,
  visit,
  children,
}: {
  name: string;
  button: string;
  intro: string;
  job: Job<Result> | undefined;
  visit: Visit;
  children: (result: Result) => preact.ComponentChild;
}) {
  const words = WORDS[visit.language];
  const end = job?.end;
  return (
    <section class="card" id={name}>
      <p class="quiet">{prose(intro)}</p>
      {visit.isOperator && (
        <form method="post" action={visit.link(`/configuration/${name}`)}>
          <button type="submit" disabled={end?.tag === "running"}>
            {button}
          </button>
        </form>
      )}
      {job !== undefined && end?.tag === "running" && <p class="warn">… {words.running(job.by)}</p>}
      {job !== undefined && end !== undefined && end.tag !== "running" && (
        <p class="quiet">
          <Time at={end.at} visit={visit} />
          {COMMA[visit.language]}
          {words.doneAt(job.by)}
        </p>
      )}
      {end?.tag === "failed" && (
        <p class="bad">
          ✗ {words.failed} <Sentence said={{ words: end.words }} language={visit.language} />
        </p>
      )}
      {end?.tag === "done" && children(end.result)}
    </section>
  );
}

function Tests({ report, visit: { language } }: { report: TestReport; visit: Visit }) {
  const words = WORDS[language];
  if (report.results.length === 0 && report.faults.length === 0) return <p>{words.noTests}</p>;
  return (
    <ul>
      {report.faults.map(({ file, line, what, todo }) => (
        <li class="bad">
          ✗ {file}:{line}
          {COLON[language]}
          <Sentence said={saidOfFault(what)} language={language} />
          {SEMICOLON[language]}
          <Sentence said={saidOfFault(todo)} language={language} />
        </li>
      ))}
      {report.results.map(({ name, differences }) => (
        <li class={differences.length === 0 ? "good" : "bad"}>
          {differences.length === 0 ? `✓ ${name}: ${words.passed}` : `✗ ${name}`}
          {differences.map(({ connector, lines }) => (
            <pre>{[connector, ...lines].join("\n")}</pre>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Against({ report: { events, connectors }, visit: { language } }: { report: AgainstReport; visit: Visit }) {
  const words = WORDS[language];
  const say = (value: number) => numberText(value, language);
  const sum = (groups: readonly Group[]) => groups.reduce((all, { count }) => all + count, 0);
  const counts = [words.wouldGo, words.wouldSkip, words.wouldFault, words.more, words.fewer, words.broken];
  const titles = [words.connector, ...counts.map((number) => ({ number })), words.requests];
  return (
    <>
      <p>{words.events(say(events), events === 1)}</p>
      <section class="scrolls" tabindex={0} aria-label={words.against}>
        <Table titles={titles}>
          {connectors.map(({ connector, going, skipped, faulty, changes: { more, fewer, broken, requests } }) => (
            <tr>
              <th scope="row">{connector}</th>
              {[going.count, sum(skipped), sum(faulty), more.count, fewer.count, broken.count].map((count) => (
                <td class="number">{say(count)}</td>
              ))}
              <td>
                {requests.tag === "compared"
                  ? words.request.compared(say(requests.differing.count))
                  : words.request[requests.tag]}
              </td>
            </tr>
          ))}
        </Table>
      </section>
    </>
  );
}
