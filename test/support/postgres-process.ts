/** One run of a PostgreSQL server, which ends with the tests, however these end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

export interface PostgresProcess {
  /** Resolves when it takes connections; rejects, with all it said, when it ends before. */
  readonly ready: Promise<void>;
  readonly pid: number;
  /** What it has logged. */
  log(): string;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface PostgresProcessOptions {
  /** The server's program. */
  readonly file: string;
  readonly args: readonly string[];
  /** Removed when the tests end without having stopped it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** Waits for a word, or for the end of the tests, and then leaves nothing behind; frozen ones are no exception. */
const KEEPER = `trap "" INT TERM HUP; "$0" "$@" 3<&- & server=$!; echo "pid $server" >&2; read -r word <&3
  if [ "$word" = keep ]; then kill -INT $server; else kill -QUIT $server; kill -CONT $server; fi
  wait $server; [ "$word" = keep ] || rm -rf "$FOLDER"`;
/** Bun kills the children of a test that runs out of time: the keeper is none, and the next test finds its server. */
const IN_BACKGROUND = 'sh -c "$@" &';

export function launchPostgres({ file, args, folder, env, user }: PostgresProcessOptions): PostgresProcess {
  const shell = spawn("sh", ["-c", IN_BACKGROUND, "sh", KEEPER, file, ...args], {
    ...{ ...user, cwd: "/", env: { ...env, FOLDER: folder } },
    // not its standard input: that is closed when the shell ends
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const errors = shell.stderr as Readable;
  const word = shell.stdio[3] as Writable;
  // the shell is gone long before: what its descendants hold is their standard error
  const ended = once(errors, "end");
  const log = collected(errors);
  const ready = Promise.withResolvers<void>();
  // no longer than it must: to look at a long log costs as much as to copy it
  errors.on("data", function look() {
    if (!log().includes("ready to accept connections")) return;
    errors.off("data", look);
    ready.resolve();
  });
  void ended.then(() => ready.reject(new Error(`PostgreSQL ended: ${log()}`)));
  ready.promise.catch(() => undefined);
  return {
    ready: ready.promise,
    get pid() {
      const [, pid] = /^pid (\d+)$/m.exec(log()) ?? [];
      if (pid === undefined) throw new Error("the server does not run");
      return Number(pid);
    },
    log,
    async stop() {
      word.end("keep\n");
      await ended;
    },
  };
}

/** What came so far. */
function collected(stream: Readable): () => string {
  const decoder = new TextDecoder();
  let text = "";
  stream.on("data", (chunk: Uint8Array) => {
    text += decoder.decode(chunk, { stream: true });
  });
  return () => text;
}
