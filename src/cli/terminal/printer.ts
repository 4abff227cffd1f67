/** What a command says: for people, or for scripts; secrets of the configuration are hidden in either. */
import pico from "picocolors";
import { inSnakeCase } from "../../basics/snake-case.ts";
import { jsonLine, jsonText } from "../../basics/text.ts";
import type { Io, Output } from "../io.ts";

export interface Printer {
  /** Colours of standard output; plain without a terminal and with `NO_COLOR`. */
  readonly paint: Paint;
  /** One line, or several, on standard output. */
  say(text?: string): void;
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
  return {
    paint: pico.createColors(hasColours(io, io.out)),
    say: (text = "") => io.out.write(hide(`${text}\n`)),
    sayJson,
    sayJsonLine: (found) => io.out.write(hide(jsonLine(inDialect(found)))),
    show: ({ json: isJson }, json, say) => (isJson ? sayJson(json()) : say()),
    complain: (text) => io.err.write(hide(`${text}\n`)),
    hidden: (text) => hide(text),
    use(other) {
      hide = other;
    },
  };
}

export function hasColours({ env }: Pick<Io, "env">, output: Output): boolean {
  return output.isTerminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
