/** A terminal in memory, for what only a terminal shows. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { quietIo } from "../support/io.ts";
import { runListed } from "../support/listed-exits.ts";

export interface Shown {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Where files of the command line are; this folder unless given. */
  readonly cwd?: string;
  /**
   * What the person makes of a file in their editor, each time that it is opened; without it no editor is named. `saved` and then
   * failed; `null`: the editor took the file away.
   */
  readonly edits?: readonly ((text: string) => string | { readonly saved: string } | null)[];
  /** What comes on standard input. */
  readonly input?: string;
  /** What the person types, question by question. */
  readonly answers?: readonly string[];
  /** The person presses Ctrl-C once this is so of all that was written so far. */
  readonly stopsWhen?: (out: string) => boolean;
  /** Or once this resolves. */
  readonly stopsAfter?: Promise<unknown>;
}

/** Runs a command line in this process. */
export async function onTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<Shown> {
  const { env = {}, isTerminal = true, columns = 100, rows = 50, stopsWhen = () => false } = options;
  const answers = [...(options.answers ?? [])];
  const edits = [...(options.edits ?? [])];
  let out = "";
  let err = "";
  let onStop: (count: number) => void = () => undefined;
  const io = quietIo({
    version: "0.0.0",
    env,
    cwd: options.cwd ?? import.meta.dirname,
    out: {
      write(text) {
        out += text;
        if (stopsWhen(out)) onStop(1);
      },
      isTerminal,
      columns,
      rows,
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
    ...(options.edits !== undefined && {
      edit: async (file: string) => {
        const change = edits.shift();
        if (change === undefined) return "the editor ended with exit code 1";
        const made = change(await readFile(file, "utf8"));
        if (made === null) await rm(file);
        else await writeFile(file, typeof made === "string" ? made : made.saved);
        return typeof made === "object" && made !== null ? "the editor ended with exit code 1" : undefined;
      },
    }),
    input: async () => new TextEncoder().encode(options.input ?? ""),
    onStopSignal: (listener) => {
      onStop = listener;
      void options.stopsAfter?.then(() => listener(1));
      return () => undefined;
    },
  });
  const code = await runListed(args, io);
  return { code, out, err };
}
