/** A terminal in memory, for what only a terminal shows. */
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { addDemo } from "../../src/demo/command.ts";

export interface Shown {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  /** What the person types, question by question. */
  readonly answers?: readonly string[];
}

/** Runs a command line in this process. */
export async function onTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<Shown> {
  const { env = {}, isTerminal = true, columns = 100 } = options;
  const answers = [...(options.answers ?? [])];
  let out = "";
  let err = "";
  const io: Io = {
    name: "unsub-bridge",
    version: "0.0.0",
    env,
    cwd: import.meta.dirname,
    out: {
      write(text) {
        out += text;
      },
      isTerminal,
      columns,
    },
    err: {
      write(text) {
        err += text;
      },
      isTerminal,
      columns,
    },
    ask: isTerminal
      ? async (question) => {
          err += question;
          return answers.shift() ?? "";
        }
      : undefined,
    onStopSignal: () => () => undefined,
    onReloadSignal: () => () => undefined,
    endure: () => undefined,
    abandon: () => undefined,
    lingerAtMost: () => undefined,
  };
  const code = await run(args, io, [addDemo]);
  return { code, out, err };
}
