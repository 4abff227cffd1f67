/** What a command says: for people, or for scripts; secrets of the configuration are hidden in either. */
import pico from "picocolors";
import { inSnakeCase } from "../../basics/snake-case.ts";
import { jsonLine, jsonText } from "../../basics/text.ts";
import type { Io, Output } from "../io.ts";
import { type Cell, type Column, renderTable } from "./table.ts";
import { fittedLines } from "./wrap.ts";

export interface Printer {
  /** Colours of standard output; plain without a terminal and with `NO_COLOR`. */
  readonly paint: Paint;
  /** Columns of a line of standard output; unbounded where nobody's terminal ends it. */
  width(): number;
  /** One line, or several, on standard output; what is too long for a line goes on in the next. */
  say(text?: string): void;
  /** What is to be copied as it stands: no line of it is broken. */
  sayExactly(text: string): void;
  /** As wide as a line, for `say`; without a trailing line break. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string;
  /** JSON on standard output in the one dialect; what is not ours in it is marked as `verbatim`. */
  sayJson(found: object): void;
  /** The same on one line, for one of many. */
  sayJsonLine(found: object): void;
  /** What was found: with `--json` for scripts, else `say` tells people. */
  show(options: JsonOption, json: () => object, say: () => void): void;
  /** One line, or several, on standard error. */
  complain(text: string): void;
  /** Without the configuration's secrets: for what is not said by one of these. */
  hidden(text: string): string;
  /** From now on texts go through `hide`, which removes secrets. */
  use(hide: (text: string) => string): void;
}

/** As commander reads `--json`. */
export interface JsonOption {
  readonly json?: boolean;
}

export type Paint = ReturnType<typeof pico.createColors>;

/** Of what `--json` prints. 1 had keys in camelCase; a further key is no other format. */
const JSON_FORMAT = 2;

export function openPrinter(io: Pick<Io, "env" | "out" | "err">): Printer {
  let hide = (text: string) => text;
  const inDialect = (found: object) => ({ format: JSON_FORMAT, ...Object(inSnakeCase(found)) });
  const sayJson = (found: object) => io.out.write(hide(jsonText(inDialect(found))));
  const paint = pico.createColors(hasColours(io, io.out));
  const width = () => columnsOf(io, io.out);
  return {
    paint,
    width,
    // hidden first: of a secret that is broken nobody would know the parts
    say: (text = "") => io.out.write(`${fittedLines(hide(text), width())}\n`),
    sayExactly: (text) => io.out.write(hide(`${text}\n`)),
    table: (columns, rows) =>
      renderTable(columns, rows, { width: width(), paintTitle: paint.bold, paintNote: paint.dim, hide }),
    sayJson,
    sayJsonLine: (found) => io.out.write(hide(jsonLine(inDialect(found)))),
    show: ({ json: isJson }, json, say) => (isJson ? sayJson(json()) : say()),
    complain: (text) => io.err.write(`${fittedLines(hide(text), columnsOf(io, io.err))}\n`),
    hidden: (text) => hide(text),
    use(other) {
      hide = other;
    },
  };
}

/**
 * How many columns a line may have: `COLUMNS`, where it is set, else what the terminal says; unbounded where there is none, so
 * that a file or another program gets everything.
 */
export function columnsOf({ env }: Pick<Io, "env">, { isTerminal, columns }: Output): number {
  const told = env.COLUMNS ?? "";
  if (/^[1-9]\d{0,4}$/.test(told)) return Math.max(FEWEST_COLUMNS, Number(told));
  return isTerminal ? Math.max(FEWEST_COLUMNS, columns) : Number.POSITIVE_INFINITY;
}

/** With fewer nothing can be told. */
const FEWEST_COLUMNS = 20;

export function hasColours({ env }: Pick<Io, "env">, output: Output): boolean {
  return output.isTerminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
