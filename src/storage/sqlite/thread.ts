/**
 * A SQLite store in a thread of its own: neither a commit that waits for the disk nor a query of the command line makes a
 * callback wait for its turn. thread-entry.ts is the other side.
 */
import { Worker } from "node:worker_threads";
import { errorWords } from "../../basics/error-words.ts";
import type { Method, Storage } from "../contract/storage.ts";
import { storageFrom } from "../dispatch.ts";
import { type Packed, pack, unpack } from "./codec.ts";
import type { Durability } from "./database.ts";
import type { Note } from "./note.ts";

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
}

/** What the thread is asked. */
export interface Question {
  readonly id: number;
  readonly name: Method | "close";
  /** A list. */
  readonly args: Packed;
}

/** What it says. */
export type Message =
  | { readonly tag: "opened"; readonly durability: Durability }
  | { readonly tag: "noted"; readonly note: Note }
  /** It serves from now on. */
  | { readonly tag: "ready" }
  | { readonly tag: "failed"; readonly words: string }
  | { readonly tag: "answer"; readonly id: number; readonly value: Packed }
  | { readonly tag: "refusal"; readonly id: number; readonly words: string };

interface Thread {
  ask(name: Question["name"], args: readonly unknown[]): Promise<unknown>;
  end(): Promise<unknown>;
}

/** Opens the store and serves it. Rejects when it cannot be opened. A thread that dies is replaced; its claims are free then. */
export async function openSqliteThread(options: ThreadOptions): Promise<Storage> {
  let thread: Promise<Thread> | undefined;
  let closed = false;
  let create = true;
  const start = (): Promise<Thread> => {
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
      return (await thread).ask(name, args);
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

function startThread(
  { path, onOpen, onNote, inspectMs, create }: ThreadOptions & Pick<ThreadData, "create">,
  onEnd: () => void,
): Promise<Thread> {
  const worker = new Worker(new URL("./thread-entry.ts", import.meta.url), {
    workerData: { path, inspectMs, create } satisfies ThreadData,
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;

  function take(id: number) {
    const asker = waiting.get(id);
    waiting.delete(id);
    return asker;
  }

  return new Promise((resolve, reject) => {
    const thread: Thread = {
      ask(name, args) {
        lastId += 1;
        const id = lastId;
        return new Promise((answer, refuse) => {
          waiting.set(id, { resolve: answer, reject: refuse });
          const packed = pack(args);
          worker.postMessage({ id, name, args: packed } satisfies Question, [packed.bytes.buffer]);
        });
      },
      end: () => worker.terminate(),
    };
    const over = (words: string) => {
      onEnd();
      const error = new Error(words);
      reject(error);
      for (const asker of waiting.values()) asker.reject(error);
      waiting.clear();
    };
    worker.on("error", (error) => over(`the store's thread failed: ${errorWords(error)}`));
    worker.on("exit", () => over("the store's thread has ended"));
    worker.on("message", (message: Message) => {
      switch (message.tag) {
        case "opened":
          return onOpen?.(message.durability);
        case "noted":
          return onNote?.(message.note);
        case "ready":
          return resolve(thread);
        case "failed":
          return over(message.words);
        case "answer":
          return take(message.id)?.resolve(unpack(message.value));
        case "refusal":
          return take(message.id)?.reject(new Error(message.words));
      }
    });
  });
}
