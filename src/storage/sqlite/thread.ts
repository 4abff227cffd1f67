/**
 * A SQLite store in a thread of its own: a commit that waits for the disk makes no callback wait for its turn. thread-entry.ts
 * is the other side.
 */
import type { Method, Storage } from "../contract/storage.ts";
import { storageFrom } from "../dispatch.ts";
import { type CallThread, startCalls } from "./calls.ts";
import { type ClaimInColumns, claimOfColumns } from "./claim-columns.ts";
import type { Durability } from "./database.ts";
import type { Note } from "./note.ts";
import { type ReadersShared, readersOf } from "./readers.ts";

export interface ThreadOptions {
  readonly path: string;
  /** Called with what the database itself says whenever it was opened. */
  readonly onOpen?: (durability: Durability) => void;
  /** Called with what is found out about the files at the path. */
  readonly onNote?: (note: Note) => void;
  /** How often what was taken is read back, in milliseconds; a minute unless set. */
  readonly inspectMs?: number;
}

/** What the thread is started with. */
export interface ThreadData {
  readonly path: string;
  readonly inspectMs: number | undefined;
  /** False where the store must be there already. */
  readonly create: boolean;
  readonly readers: ReadersShared;
}

/** What it says of itself. */
export type ThreadSaid =
  | { readonly tag: "opened"; readonly durability: Durability }
  | { readonly tag: "noted"; readonly note: Note };

/** Opens the store and serves it. Rejects when it cannot be opened. A thread that dies is replaced; its claims are free then. */
export async function openSqliteThread(options: ThreadOptions): Promise<Storage> {
  let thread: Promise<CallThread> | undefined;
  let closed = false;
  let create = true;
  const start = (): Promise<CallThread> => {
    const starting = startThread({ ...options, create }, () => {
      if (thread === starting) thread = undefined;
    });
    return starting;
  };
  thread = start();
  await thread;
  // a thread that takes the place of one that died must find the store
  create = false;
  return storageFrom({
    description: `sqlite ${options.path}`,
    shared: false,
    async ask(name, args) {
      if (closed) throw new Error("the store is closed");
      thread ??= start();
      return askStore(await thread, name, args);
    },
    async close() {
      if (closed) return;
      closed = true;
      const last = await thread;
      await last?.ask("close", []);
      await last?.end();
    },
  });
}

/** Asks the store that lives in this thread: its side is thread-store.ts. */
export async function askStore(thread: CallThread, name: Method, args: readonly unknown[]): Promise<unknown> {
  const answer = await thread.ask(name, args);
  return name === "take" ? claimOfColumns(answer as ClaimInColumns) : answer;
}

function startThread(
  { path, onOpen, onNote, inspectMs, create }: ThreadOptions & Pick<ThreadData, "create">,
  onEnd: () => void,
): Promise<CallThread> {
  return startCalls<ThreadData, ThreadSaid>({
    entry: "src/storage/sqlite/thread-entry.ts",
    data: { path, inspectMs, create, readers: readersOf(path) },
    name: "the store's thread",
    onSaid: (said) => (said.tag === "opened" ? onOpen?.(said.durability) : onNote?.(said.note)),
    onEnd,
  });
}
