/** What a configuration would have done with stored events, for people. Pure. */
import { count, number, time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { AgainstReport } from "../../operations/against/against.ts";
import { differencesOf } from "../../operations/against/difference.ts";
import type { ConnectorAgainst, Requests } from "../../operations/against/line.ts";
import type { Counted, Example, Group } from "../../operations/against/tally.ts";
import type { Paint } from "../terminal/printer.ts";

export function againstText(report: AgainstReport, paint: Paint): string {
  const { events, since, connectors, removed } = report;
  const nothing = events === 0 ? ": there is nothing to compare with" : "";
  const head = `${count(events, "event")} received since ${time(since)}, over this file (nothing was sent)${nothing}`;
  const gone = removed.map(({ connector, sent }) =>
    paint.yellow(`${shown(connector)} is not in this file: ${count(sent, "event")} went there`),
  );
  return [paint.bold(head), ...connectors.flatMap((connector) => linesOf(connector, report, paint)), ...gone].join(
    "\n",
  );
}

function linesOf(
  { connector, type, enabled, before, going, skipped, faulty, changes }: ConnectorAgainst,
  { comparedWith }: AgainstReport,
  paint: Paint,
): readonly string[] {
  const { more, fewer, broken, undecided, requests } = changes;
  const sum = (groups: readonly Group[]) => groups.reduce((all, group) => all + group.count, 0);
  const names = before === null ? ", new" : before === connector ? "" : `, so far ${before}`;
  const off = enabled ? [] : [paint.yellow("  switched off: what goes would wait until `enabled` is true")];
  const numbers = `${number(going.count)} would go, ${number(sum(skipped))} be skipped, ${number(sum(faulty))} be faulty`;
  const open =
    undecided === 0 ? [] : [`  ${number(undecided)} of which the ledger says nothing yet, or nothing any more`];
  return [
    `${paint.bold(connector)} (${type}${names}): ${numbers}`,
    ...off,
    ...changed(`${number(more.count)} more would go than went`, more, paint.green),
    ...changed(`${number(fewer.count)} fewer would go than went`, fewer, paint.yellow),
    ...changed(`${number(broken.count)} that were sent would be faulty`, broken, paint.red),
    ...open,
    ...requestLines(requests, comparedWith ?? ""),
    ...kindLines("goes", going),
    ...skipped.flatMap((group) => kindLines(`skipped, ${number(group.count)}: ${shown(group.reason)}`, group)),
    ...faulty.flatMap((group) =>
      kindLines(`${paint.red("✗")} faulty, ${number(group.count)}: ${shown(group.reason)}`, group),
    ),
  ];
}

function changed(words: string, { count: of, examples }: Counted, paint: (text: string) => string): readonly string[] {
  return of === 0 ? [] : [paint(`  ${words}`), ...examples.map((example) => `      ${who(example)}${soFar(example)}`)];
}

function requestLines(requests: Requests, file: string): readonly string[] {
  switch (requests.tag) {
    case "same":
      return ["  requests as now: the settings are those that run"];
    case "new":
      return [];
    case "unknown":
      return [
        "  requests may differ: the settings are not those that run; --before FILE compares them with that file's",
      ];
    case "compared": {
      const { compared, differing } = requests;
      const words = `  ${number(differing.count)} of ${count(compared, "request")} would differ from those of ${shown(file)}`;
      return [words, ...differing.examples.flatMap(differenceLines)];
    }
  }
}

/** Places of one example. */
const MOST_PLACES = 5;

function differenceLines(example: Example): readonly string[] {
  const places = differencesOf(example.requestsBefore ?? [], example.requests ?? []);
  const told = places.slice(0, MOST_PLACES).map(({ path, before, now }) => {
    return `        ${shown(path)}: ${valueText(before)} → ${valueText(now)}`;
  });
  const more = places.length > MOST_PLACES ? [`        … and ${count(places.length - MOST_PLACES, "place")} more`] : [];
  return [`      ${who(example)}`, ...told, ...more];
}

function valueText(value: unknown): string {
  return value === undefined ? "nothing" : shown(JSON.stringify(value) ?? String(value), 120);
}

function kindLines(words: string, { examples }: Counted): readonly string[] {
  if (examples.length === 0 && words === "goes") return [];
  return [`  ${words}`, ...examples.map((example) => `      ${who(example)}`)];
}

function who({ event }: Example): string {
  return `${time(event.eventTime)}  ${shown(event.user, 64)}  ${event.kind}  ${shown(event.officialAccount, 64)}`;
}

function soFar({ state }: Example): string {
  return state === null ? "" : `  (${state})`;
}
