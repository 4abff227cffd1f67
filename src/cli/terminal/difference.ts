/** How two bodies differ, for people: JSON with a value a line, anything else as it stands. Pure. */
import { lookForJson } from "../../basics/json-places.ts";
import { spreadJson } from "../../basics/json-spread.ts";
import { lineDifference } from "../../basics/line-difference.ts";
import { printable } from "../../basics/text.ts";
import type { Paint } from "./printer.ts";

/** More lines nobody looks through. */
const MOST_LINES = 200;

/** Without a trailing line break. */
export function differenceText(before: string, after: string, paint: Paint): string {
  const areJson = lookForJson(before).ok && lookForJson(after).ok;
  const lines = areJson
    ? lineDifference(spreadJson(before), spreadJson(after))
    : lineDifference(before.replace(/\n$/, ""), after.replace(/\n$/, ""));
  const colours = { "-": paint.red, "+": paint.green, " ": (text: string) => text, "…": paint.dim };
  const shown = lines
    .slice(0, MOST_LINES)
    .map(({ mark, text }) => colours[mark](`${mark} ${printable(text)}`.trimEnd()));
  return [...shown, ...(lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more lines`] : [])].join("\n");
}
