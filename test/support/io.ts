/** What a command in this process sees of the world: no terminal, and nobody who presses Ctrl-C. */
import type { Io, Output } from "../../src/cli/io.ts";

export interface Recorder extends Output {
  text(): string;
}

/** Keeps what is written. @param columns of a line */
export function recorder(columns: number): Recorder {
  let written = "";
  return {
    isTerminal: false,
    columns,
    write(text) {
      written += text;
    },
    text: () => written,
  };
}

export function quietIo(given: Pick<Io, "version" | "env" | "cwd" | "out" | "err"> & Partial<Io>): Io {
  return {
    name: "unsub-bridge",
    ask: undefined,
    onStopSignal: () => () => undefined,
    onReloadSignal: () => () => undefined,
    endure: () => undefined,
    abandon: () => undefined,
    lingerAtMost: () => undefined,
    ...given,
  };
}
