/** What the demo shows, as text. Pure. */

import { number } from "../basics/format.ts";
import { capital } from "../basics/text.ts";
import type { Paint } from "../cli/terminal/printer.ts";
import { type Cell, type Column, renderTable } from "../cli/terminal/table.ts";
import { wrapped } from "../cli/terminal/wrap.ts";
import { reasonText } from "../operations/reason.ts";
import type { Condition } from "../operations/status/condition.ts";
import type { Sum } from "./audit.ts";
import { DESTINATION_TYPES, type Receipt } from "./destinations.ts";
import type { ConnectorNumbers, Numbers } from "./numbers.ts";

/** A line of the story. */
export interface Note {
  readonly text: string;
  /** `act`: the demo does something; `trouble`, `good`: something came of it. */
  readonly tone: "act" | "trouble" | "good";
}

const MARKS: Readonly<Record<Note["tone"], string>> = { act: "→", trouble: "!", good: "✓" };
const TIME_WIDTH = 6;

/** @param elapsedMs since the demo began */
export function noteText({ text, tone }: Note, elapsedMs: number, columns: number, paint: Paint): string {
  const colours = { act: paint.cyan, trouble: paint.yellow, good: paint.green };
  const time = `${(elapsedMs / 1_000).toFixed(1)} s`.padStart(TIME_WIDTH);
  const indent = TIME_WIDTH + 5;
  const [first = "", ...more] = wrapped(text, columns - indent);
  const head = `${paint.dim(time)}  ${colours[tone](MARKS[tone])}  ${first}`;
  return [head, ...more.map((line) => " ".repeat(indent) + line)].join("\n");
}

/** From this width on there is room for a bar. */
const WIDE = 100;
const BAR = 20;

export function tableText(numbers: Numbers, columns: number, paint: Paint): string {
  const wide = columns >= WIDE;
  const colours: Readonly<Partial<Record<Condition, (text: string) => string>>> = {
    ready: paint.green,
    "backing off": paint.yellow,
    paused: paint.red,
  };
  const plain = (text: string) => text;
  const amount = (value: number, colour: (text: string) => string = plain): Cell => ({
    text: number(value),
    paint: value === 0 ? paint.dim : colour,
  });
  const rows = [...numbers.values()].map((one): Cell[] => [
    one.name,
    DESTINATION_TYPES[one.name]?.listed ?? one.type,
    { text: one.condition, paint: colours[one.condition] ?? plain },
    amount(one.waiting, paint.yellow),
    amount(one.delivered, paint.green),
    amount(one.superseded),
    amount(one.skipped),
    amount(one.dead, paint.red),
    ...(wide ? [{ text: bar(one), paint: paint.green }] : []),
  ]);
  return renderTable(wide ? [...COLUMNS, { title: "" }] : COLUMNS, rows, {
    ...{ width: columns, paintTitle: paint.bold, paintNote: paint.dim },
  });
}

const COLUMNS: readonly Column[] = [
  { title: "CONNECTOR" },
  { title: "TO", rank: 4 },
  { title: "STATE", least: 8 },
  { title: "WAITING", align: "right" },
  { title: "DELIVERED", align: "right" },
  { title: "SUPERSEDED", align: "right", rank: 3 },
  { title: "SKIPPED", align: "right", rank: 2 },
  { title: "DEAD", align: "right", rank: 1 },
];

function bar({ waiting, delivered, superseded, skipped, dead }: ConnectorNumbers): string {
  const settled = delivered + superseded + skipped + dead;
  const share = settled === 0 ? 0 : settled / (settled + waiting);
  const full = Math.floor(share * BAR);
  return "█".repeat(full) + "░".repeat(BAR - full);
}

/** The numbers on one line, where nothing can be drawn again. */
export function numbersLine(numbers: Numbers): string {
  return [...numbers.values()]
    .map(({ name, condition, waiting, delivered }) => {
      const state = condition === "ready" ? "" : ` (${condition})`;
      return `${name}${state}: ${number(delivered)} delivered, ${number(waiting)} waiting`;
    })
    .join("; ");
}

/** What is worth telling between two looks. */
export function changes(before: Numbers | undefined, after: Numbers): Note[] {
  return [...after.values()].flatMap((now): Note[] => {
    const then = before?.get(now.name);
    if (then === undefined || then.condition === now.condition) return [];
    const to = DESTINATION_TYPES[now.name]?.said ?? now.name;
    if (now.condition === "ready") {
      const text = `${to} is well again, and ${now.name} goes on by itself with the ${number(now.waiting)} that waited.`;
      return [{ tone: "good", text: capital(text) }];
    }
    const why = now.reason === undefined ? "" : `: ${reasonText(now.reason)}`;
    const text = `${to} is in trouble${why}. Its connector ${now.name} is ${now.condition} and keeps its queue; the others go on.`;
    return [{ tone: "trouble", text: capital(text) }];
  });
}

/** Like `1,022 events = 1,002 delivered + 20 superseded`. */
export function sumText({ connector, events, states }: Sum, nameWidth: number): string {
  const parts = (["delivered", "superseded", "skipped", "dead", "waiting", "discarded"] as const)
    .filter((state) => states[state] > 0)
    .map((state) => `${number(states[state])} ${state}`);
  return `${connector.padEnd(nameWidth)}  ${number(events)} events = ${parts.join(" + ")}`;
}

/** What one destination says that it got. */
export function receiptText(
  { connector, kept, things, requests, duplicates, bad }: Receipt,
  nameWidth: number,
): string {
  const parts = [
    ...(duplicates === undefined ? [] : [`${number(duplicates)} came twice`]),
    ...(bad === undefined ? [] : [`${number(bad.amount)} ${bad.words}`]),
  ];
  const got = `${capital(DESTINATION_TYPES[connector]?.said ?? connector)}: ${number(kept)} ${things} in ${number(requests)} requests`;
  return `${connector.padEnd(nameWidth)}  ${[got, ...parts].join(", ")}`;
}
