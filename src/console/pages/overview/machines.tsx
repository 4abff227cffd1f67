/** @jsxImportSource preact */
/** Which machines serve, and those that fell silent without a word. */

import type { StatusReport } from "../../../operations/status/status.ts";
import type { KnownBridge } from "../../../storage/contract/presence.ts";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { BETWEEN, COMMA } from "../../words/languages.ts";
import { durationText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

/** A machine that fell silent is told of for so long, in milliseconds: longer ago, it was replaced. */
const SILENT_TOLD_MS = 3_600_000;

export function Machines({ report, visit }: { report: StatusReport; visit: Visit }) {
  const words = WORDS[visit.language];
  const told = report.bridges.filter(
    ({ serves, endedAt, seenAt }) =>
      serves || (endedAt === null && seenAt !== null && visit.now - seenAt < SILENT_TOLD_MS),
  );
  return (
    <section id="machines">
      <h2>{words.machines}</h2>
      <ul class="plain">
        {told.map((bridge) => (
          <li class="card" id={`bridge-${bridge.id}`}>
            <Machine bridge={bridge} visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Machine({ bridge, visit }: { bridge: KnownBridge; visit: Visit }) {
  const words = WORDS[visit.language];
  const { host, process, version, configuration, since, seenAt, serves } = bridge;
  const notes = [
    ...(serves ? [] : [words.silent]),
    ...(configuration?.needsRestart?.length
      ? [words.needsRestart(configuration.needsRestart.join(BETWEEN[visit.language]))]
      : []),
    ...(configuration?.admin?.trouble === undefined ? [] : [words.adminTrouble(configuration.admin.trouble)]),
    ...(configuration?.reconciles === true ? [words.reconciles] : []),
  ];
  return (
    <>
      <strong>{configuration?.name === undefined ? host : configuration.name + COMMA[visit.language] + host}</strong>{" "}
      <span class="quiet">
        {words.process(process)}
        {version === null ? "" : ` · ${version}`} · {words.since} <Time at={since} visit={visit} />
        {seenAt === null ? "" : ` · ${words.seen(durationText(visit.now - seenAt, visit.language))}`}
      </span>
      {notes.map((note) => (
        <p class={serves ? "quiet" : "bad"}>{note}</p>
      ))}
    </>
  );
}
