/** What a command says: for people, or for scripts; secrets of the configuration are hidden in either. */
import pico from "picocolors";
import { jsonText } from "../../basics/text.ts";
import type { Io, Output } from "../io.ts";

export interface Printer {
  /** Colours of standard output; plain without a terminal and with `NO_COLOR`. */
  readonly paint: Paint;
  /** One line, or several, on standard output. */
  say(text?: string): void;
  /** JSON on standard output. */
  sayJson(value: unknown): void;
  /** What was found: with `--json` for scripts, else `say` tells people. */
  show(options: JsonOption, json: () => unknown, say: () => void): void;
  /** One line, or several, on standard error. */
  complain(text: string): void;
  /** From now on texts go through `hide`, which removes secrets. */
  use(hide: (text: string) => string): void;
}

/** As commander reads `--json`. */
export interface JsonOption {
  readonly json?: boolean;
}

export type Paint = ReturnType<typeof pico.createColors>;

export function openPrinter(io: Pick<Io, "env" | "out" | "err">): Printer {
  let hide = (text: string) => text;
  const sayJson = (value: unknown) => io.out.write(hide(jsonText(value)));
  return {
    paint: pico.createColors(hasColours(io, io.out)),
    say: (text = "") => io.out.write(hide(`${text}\n`)),
    sayJson,
    show: ({ json: isJson }, json, say) => (isJson ? sayJson(json()) : say()),
    complain: (text) => io.err.write(hide(`${text}\n`)),
    use(other) {
      hide = other;
    },
  };
}

export function hasColours({ env }: Pick<Io, "env">, output: Output): boolean {
  return output.isTerminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
