/** @jsxImportSource preact */
/** The configuration as it runs, whether the file on disk is well, and what it would do. The file stays the truth: nothing is written. */
import type { Config, ConnectorConfig, LoadResult } from "../../../config/checked-config.ts";
import { shownFile } from "../../../config/credentials/shown-file.ts";
import type { Fault } from "../../../config/faults/fault.ts";
import { saidOfFault } from "../../../config/faults/sentences.ts";
import { textAsRead } from "../../../config/text-as-read.ts";
import { destinationOf } from "../../../delivery/destination.ts";
import { connectorsThatJudge } from "../../../operations/judge-answer.ts";
import type { Page } from "../../page.ts";
import { prose } from "../../parts/prose.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import type { Visit } from "../../visit.ts";
import { COLON, SEMICOLON } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { AnswerForm } from "./answer.tsx";
import type { Jobs } from "./jobs.tsx";
import { JobForms } from "./jobs.tsx";
import { PreviewForm, Previews, previewFor } from "./preview.tsx";
import { WORDS } from "./words.ts";

/** @param load what the file on disk says by now */
export function configurationPage(load: () => Promise<LoadResult>, jobs: Jobs): Page {
  return {
    path: "/configuration",
    async show(visit) {
      const { language, config } = visit;
      const words = WORDS[language];
      const [loaded, previewed, judges] = await Promise.all([
        ...([load(), previewFor(visit)] as const),
        connectorsThatJudge(config),
      ]);
      const isSame = loaded.ok && isWhatRuns(loaded.config, config);
      const text = loaded.ok ? await textOf(loaded.config, config) : undefined;
      return {
        title: words.title,
        isLive: jobs.isRunning(),
        body: (
          <>
            <OnDisk loaded={loaded} isSame={isSame} visit={visit} />
            <h2>{words.connectors}</h2>
            <ul>
              {config.connectors.map((connector) => (
                <li>
                  <strong>{connector.name}</strong> <What connector={connector} visit={visit} />
                </li>
              ))}
            </ul>
            <PreviewForm visit={visit} />
            {previewed !== undefined && <Previews previewed={previewed} visit={visit} />}
            <AnswerForm names={judges} visit={visit} />
            <JobForms jobs={jobs} visit={visit} />
            {loaded.ok && <Warnings warnings={loaded.config.warnings} visit={visit} />}
            {text !== undefined && (
              <details id="yaml">
                <summary>{words.file}</summary>
                <p class="quiet">{words.hidden}</p>
                <pre>{text}</pre>
              </details>
            )}
          </>
        ),
      };
    },
  };
}

const isWhatRuns = (onDisk: Config, { file, readFrom }: Config): boolean =>
  onDisk.readFrom.get(file) === readFrom.get(file);

async function textOf(onDisk: Config, running: Config): Promise<string | undefined> {
  const text = await textAsRead(onDisk);
  return text === undefined ? undefined : shownFile(text, [...running.secrets, ...onDisk.secrets]);
}

function OnDisk({ loaded, isSame, visit }: { loaded: LoadResult; isSame: boolean; visit: Visit }) {
  const { language, config } = visit;
  const words = WORDS[language];
  const { file } = config;
  const faults = loaded.ok ? [] : loaded.faults;
  const warnings = loaded.ok ? loaded.config.warnings.length : 0;
  const errors = faults.filter(({ severity }) => severity === "error").length;
  return (
    <>
      {loaded.ok ? (
        <p class={isSame ? "good" : "warn"}>
          {isSame ? `✓ ${words.same(file)}` : words.other(file)}{" "}
          {warnings > 0 && <a href="#warnings">{words.warned(numberText(warnings, language), warnings === 1)}</a>}
        </p>
      ) : (
        <p class="bad" role="alert">
          ✗ {words.faulty(file, words.faults(errors))}
        </p>
      )}
      {faults.map((fault) => (
        <FaultCard fault={fault} visit={visit} />
      ))}
    </>
  );
}

/** What is well enough to run, and could be better: beside the file, below what one comes for. */
function Warnings({ warnings, visit }: { warnings: readonly Fault[]; visit: Visit }) {
  if (warnings.length === 0) return null;
  return (
    <section id="warnings">
      <h2>{WORDS[visit.language].warnings}</h2>
      {warnings.map((fault) => (
        <FaultCard fault={fault} visit={visit} />
      ))}
    </section>
  );
}

function FaultCard({
  fault: { severity, line, column, path, what, todo, source },
  visit,
}: {
  fault: Fault;
  visit: Visit;
}) {
  const words = WORDS[visit.language];
  return (
    <section class="card">
      <p class={severity === "error" ? "bad" : "warn"}>
        {line > 0 && words.line(line, column) + COLON[visit.language]}
        <code>{path}</code> <Sentence said={saidOfFault(what)} language={visit.language} />
      </p>
      {source !== "" && <pre class="source" tabindex={0}>{`${source}\n${" ".repeat(Math.max(0, column - 1))}^`}</pre>}
      <p>
        → <Sentence said={saidOfFault(todo)} language={visit.language} />
      </p>
    </section>
  );
}

/** What a connector does, in a sentence. */
function What({ connector, visit: { language } }: { connector: ConnectorConfig; visit: Visit }) {
  const words = WORDS[language].sentence;
  const { type, common } = connector;
  const events = common.events.map((event) => words.events[event]).join(words.and);
  const more = [
    ...(common.only === undefined ? [] : [words.only]),
    ...(common.except === undefined ? [] : [words.except]),
    ...(typeof common.must_deliver_within === "number"
      ? [words.within(durationText(common.must_deliver_within, language))]
      : []),
    ...(common.enabled ? [] : [words.off]),
  ];
  return <>{prose([words.tells(type.type, destinationOf(connector), events), ...more].join(SEMICOLON[language]))}</>;
}
