/** Faults on the screen, and for tools. */
import { printable } from "../../basics/text.ts";
import type { Fault } from "./fault.ts";

export interface RenderOptions {
  /** ANSI colours. */
  readonly colour?: boolean;
}

/** Faults as people read them: place, setting, what is wrong and what to do, then the line with a caret. */
export function renderFaults(faults: readonly Fault[], { colour = false }: RenderOptions = {}): string {
  const paint = colour ? ansi : plainText;
  const missing = faults.filter((fault) => fault.variable !== undefined);
  const others = faults.filter((fault) => fault.variable === undefined);
  return [...others.map((fault) => renderFault(fault, paint)), ...renderMissing(missing, paint)].join("\n");
}

function renderFault(fault: Fault, paint: Paint): string {
  const mark = fault.severity === "warning" ? paint.yellow("warning: ") : "";
  const path = fault.path === "" ? "" : ` ${paint.bold(fault.path)}`;
  const head = `${paint.dim(placeText(fault))}${path}: ${mark}${fault.what}; ${fault.todo}`;
  return fault.line === 0 ? head : `${head}\n${caret(fault, paint)}`;
}

function placeText({ file, line, column }: Fault): string {
  return line === 0 ? printable(file) : `${printable(file)}:${line}:${column}`;
}

/** Widest part of a source line that is shown. */
const WIDTH = 120;

function caret({ source, column, severity }: Fault, paint: Paint): string {
  const cut = column > WIDTH - 20 ? column - WIDTH / 2 : 0;
  const line = (cut > 0 ? "…" : "") + source.slice(cut, cut + WIDTH) + (source.length > cut + WIDTH ? "…" : "");
  // tabs are kept, so that the caret stands below its character
  const before = line.slice(0, column - 1 - cut + (cut > 0 ? 1 : 0)).replace(/[^\t]/g, " ");
  const mark = severity === "warning" ? paint.yellow("^") : paint.red("^");
  return `    ${line}\n    ${before}${mark}`;
}

function renderMissing(faults: readonly Fault[], paint: Paint): string[] {
  if (faults.length === 0) return [];
  const names = [...new Set(faults.map(({ variable }) => variable ?? ""))];
  const head =
    names.length === 1 ? "1 environment variable is not set" : `${names.length} environment variables are not set`;
  const lines = faults.map(
    (fault) => `    ${paint.bold(fault.variable ?? "")}  ${paint.dim(placeText(fault))} ${fault.path}`,
  );
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
