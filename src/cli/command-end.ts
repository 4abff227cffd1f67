/** How a command ends that cannot do what was asked. */
import type { ExitCode } from "./io.ts";

/** Ends a command: its words are for people, and say what to do. */
export class CommandEnd extends Error {
  readonly exitCode: ExitCode;
  constructor(words: string, exitCode: ExitCode) {
    super(words);
    this.exitCode = exitCode;
  }
}
