/** Faults on the screen, and for tools. */
import { printable } from "../../basics/text.ts";
import { displayWidth, splitAtWidth } from "../../basics/width.ts";
import type { Fault } from "./fault.ts";

export interface RenderOptions {
  /** ANSI colours. */
  readonly colour?: boolean;
  /** Of a line; source lines are cut to it. Unbounded unless set. */
  readonly columns?: number;
}

/** Faults as people read them: place, setting, what is wrong and what to do, then the line with a caret. */
export function renderFaults(
  faults: readonly Fault[],
  { colour = false, columns = Number.POSITIVE_INFINITY }: RenderOptions = {},
): string {
  const paint = colour ? ansi : plainText;
  const missing = faults.filter((fault) => fault.variable !== undefined);
  const others = faults.filter((fault) => fault.variable === undefined);
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns - INDENT.length - 2));
  return [...others.map((fault) => renderFault(fault, width, paint)), ...renderMissing(missing, paint)].join("\n");
}

function renderFault(fault: Fault, width: number, paint: Paint): string {
  const mark = fault.severity === "warning" ? paint.yellow("warning: ") : "";
  const path = fault.path === "" ? "" : ` ${paint.bold(fault.path)}`;
  const head = `${paint.dim(placeText(fault))}${path}: ${mark}${fault.what}; ${fault.todo}`;
  return fault.line === 0 ? head : `${head}\n${caret(fault, width, paint)}`;
}

function placeText({ file, line, column }: Fault): string {
  return line === 0 ? printable(file) : `${printable(file)}:${line}:${column}`;
}

/** Columns of a terminal that the part of a source line takes at most, and at least. */
const WIDEST = 120;
const NARROWEST = 20;
const INDENT = "    ";

/** @param width of the part of the source line that is shown, which may stand between two `…` */
function caret({ source, column, severity }: Fault, width: number, paint: Paint): string {
  const head = source.slice(0, column - 1);
  const cut = displayWidth(head) > width - width / 6 ? column - Math.floor(width / 2 / widest(head)) : 0;
  const [part, rest] = splitAtWidth(source.slice(cut), width);
  const line = (cut > 0 ? "…" : "") + part + (rest === "" ? "" : "…");
  // tabs are kept, so that the caret stands below its character
  const before = line.slice(0, column - 1 - cut + (cut > 0 ? 1 : 0)).replace(/[^\t]+/g, blanks);
  const mark = severity === "warning" ? paint.yellow("^") : paint.red("^");
  return `${INDENT}${line}\n${INDENT}${before}${mark}`;
}

/** How wide the characters of a text may be. */
const widest = (text: string): 1 | 2 => (displayWidth(text) > text.length ? 2 : 1);

const blanks = (text: string): string => " ".repeat(displayWidth(text));

function renderMissing(faults: readonly Fault[], paint: Paint): string[] {
  if (faults.length === 0) return [];
  const names = [...new Set(faults.map(({ variable }) => variable ?? ""))];
  const head =
    names.length === 1 ? "1 environment variable is not set" : `${names.length} environment variables are not set`;
  const lines = faults.flatMap((fault) => [
    `    ${paint.bold(fault.variable ?? "")}  ${paint.dim(placeText(fault))} ${fault.path}`,
    ...(fault.hint === undefined ? [] : [`        ${fault.hint}`]),
  ]);
  const what = names.length === 1 ? "it" : "them";
  return [`${head}; set ${what} in the environment or in .env, or give a default: \${NAME:-default}`, ...lines];
}

interface Paint {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const plainText: Paint = { red: same, yellow: same, bold: same, dim: same };

function same(text: string): string {
  return text;
}

const ansi: Paint = { red: painted(31, 39), yellow: painted(33, 39), bold: painted(1, 22), dim: painted(2, 22) };

function painted(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}

/** For tools: one object a fault, with the line as people would read it. */
export function faultsToJson(faults: readonly Fault[]): unknown[] {
  return faults.map((fault) => {
    const path = fault.path === "" ? "" : ` ${fault.path}`;
    return { ...fault, message: `${placeText(fault)}${path}: ${fault.what}; ${fault.todo}` };
  });
}
