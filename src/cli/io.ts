import type { Deprecated } from "../config/deprecated/table.ts";
import type { EnvFile } from "../config/env-file.ts";

/**
 * What a command sees of the world outside. Only main.ts touches `process`; a command gets this, and a test can be this.
 */
export interface Io {
  /** How this program is called, for commands that can be copied: `bun run bridge`, `unsub-bridge`. */
  readonly name: string;
  readonly version: string;
  /** Where `${NAME}` of the configuration, and settings such as `NO_COLOR`, are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `.env` in the working directory, read anew with the configuration; absent where `env` is all that there is. */
  readonly envFile?: EnvFile & {
    /** The process has these variables from now on, where its own environment does not set them; former ones go. */
    use(variables: Readonly<Record<string, string>>): void;
  };
  /** Settings that are taken under their old names; those of this release unless given. */
  readonly deprecated?: readonly Deprecated[];
  /** Who runs the process, by the system's word; absent where it has no name for them. */
  readonly user?: string;
  /** Paths of the command line are relative to it. */
  readonly cwd: string;
  readonly out: Output;
  readonly err: Output;
  /** Undefined without a terminal: nobody can be asked. Resolves with the line that was typed, trimmed. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /**
   * The person's own editor on a file; resolves when it is closed, with why it cannot be run or failed, if so. Absent without a terminal,
   * or where neither `VISUAL` nor `EDITOR` names one.
   */
  readonly edit?: (file: string) => Promise<string | undefined>;
  /** All of standard input. Absent where there is none. */
  readonly input?: () => Promise<Uint8Array>;
  /** Called at each SIGTERM and SIGINT, with how many there were: 1, 2 … Returns what takes the listener off again. */
  onStopSignal(listener: (count: number) => void): () => void;
  /** Called at each SIGHUP. */
  onReloadSignal(listener: () => void): () => void;
  /**
   * From now on only a stop signal ends the process: what nobody caught is told to `onStray`, and output that nobody reads
   * any more is dropped. Otherwise either ends it.
   */
  endure(onStray: (error: unknown) => void): void;
  /** Says what nobody caught, before the process ends by it: from now on so that it shows no secret. */
  explainStray?(explain: (error: unknown) => void): void;
  /** Ends the process at once: for a second stop signal only. */
  abandon(exitCode: number): void;
  /** Ends the process after so many milliseconds, should something still hold it open then. */
  lingerAtMost(ms: number): void;
}

export interface Output {
  /** Text as it stands, line breaks included. */
  write(text: string): void;
  /** Colours and updating tables are for terminals only. */
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly columns: number;
  /** Lines of the screen; absent where nobody knows. */
  readonly rows?: number;
}

/** Exit codes, as `--help` documents them. */
export const EXIT = {
  ok: 0,
  /** The command ran, and what it looked at is not well: faults, failed tests, nothing found. */
  notWell: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** The store, the bridge or a destination could not be reached. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
