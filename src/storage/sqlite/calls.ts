/** Calls to a thread, by name: what is asked and answered is packed. `answering` is the other side. */
import type { MessagePort } from "node:worker_threads";
import { Worker } from "node:worker_threads";
import { errorWords } from "../../basics/error-words.ts";
import { LARGE, letGo } from "../../basics/garbage.ts";
import { threadEntry } from "../../basics/thread-entry.ts";
import { type Packed, pack, unpack } from "./codec.ts";

/** What a thread is asked. */
interface Call {
  readonly id: number;
  readonly name: string;
  /** A list. */
  readonly args: Packed;
}

/** What it says to every call, and of itself. */
type Message =
  /** It answers from now on. */
  | { readonly tag: "ready" }
  | { readonly tag: "failed"; readonly words: string }
  | { readonly tag: "answer"; readonly id: number; readonly value: Packed }
  | { readonly tag: "refusal"; readonly id: number; readonly words: string };

export interface CallThread {
  ask(name: string, args: readonly unknown[]): Promise<unknown>;
  end(): Promise<unknown>;
}

export interface CallOptions<Data, Said> {
  /** The thread's file, from the checkout's folder. */
  readonly entry: string;
  readonly data: Data;
  /** What it is called in errors. */
  readonly name: string;
  /** Called with all else that it says. */
  readonly onSaid?: (said: Said) => void;
  /** Called when it has ended, whatever the cause. */
  readonly onEnd: () => void;
}

/** Calls that wait for their answers. */
interface WaitingCalls {
  /** @returns the number of a new one */
  add(resolve: (value: unknown) => void, reject: (error: Error) => void): number;
  answered(id: number, value: Packed): void;
  refused(id: number, words: string): void;
  /** None will be answered any more. */
  refuseAll(error: Error): void;
}

function waitingCalls(): WaitingCalls {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;

  function take(id: number) {
    const asker = waiting.get(id);
    waiting.delete(id);
    return asker;
  }

  return {
    add(resolve, reject) {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      return lastId;
    },
    answered: (id, value) => take(id)?.resolve(unpack(value)),
    refused: (id, words) => take(id)?.reject(new Error(words)),
    refuseAll(error) {
      for (const asker of waiting.values()) asker.reject(error);
      waiting.clear();
    },
  };
}

/** Resolves when it is ready. Rejects with the words with which it failed. */
export function startCalls<Data extends object, Said = never>(options: CallOptions<Data, Said>): Promise<CallThread> {
  const { entry, data, name: title, onSaid, onEnd } = options;
  const { url, ...which } = threadEntry(entry);
  const worker = new Worker(url, { workerData: { ...data, ...which } });
  const calls = waitingCalls();
  const thread: CallThread = {
    ask: (name, args) =>
      new Promise((resolve, reject) => {
        const id = calls.add(resolve, reject);
        const packed = pack(args);
        worker.postMessage({ id, name, args: packed } satisfies Call, [packed.bytes.buffer]);
      }),
    end: () => worker.terminate(),
  };

  return new Promise((resolve, reject) => {
    const over = (words: string) => {
      onEnd();
      const error = new Error(words);
      reject(error);
      calls.refuseAll(error);
    };
    worker.on("error", (error) => over(`${title} failed: ${errorWords(error)}`));
    worker.on("exit", () => over(`${title} has ended`));
    worker.on("message", (message: Message | { readonly tag: "said"; readonly said: Said }) => {
      switch (message.tag) {
        case "said":
          return onSaid?.(message.said);
        case "ready":
          return resolve(thread);
        case "failed":
          return over(message.words);
        case "answer":
          return calls.answered(message.id, message.value);
        case "refusal":
          return calls.refused(message.id, message.words);
      }
    });
  });
}

/** In the thread: answers one call after the other by what `open` gives; says how that failed when it does. */
export function answering<Said>(
  port: MessagePort | null,
  open: (say: (said: Said) => void) => (name: string, args: readonly unknown[]) => Promise<unknown>,
): void {
  if (port === null) throw new Error("this file is the entry of a thread");
  const say = (message: Message) => port.postMessage(message);
  try {
    const answer = open((said) => port.postMessage({ tag: "said", said }));
    port.on("message", async ({ id, name, args }: Call) => {
      try {
        const value = pack(await answer(name, unpack(args) as readonly unknown[]));
        const size = args.bytes.length + value.bytes.length;
        port.postMessage({ tag: "answer", id, value } satisfies Message, [value.bytes.buffer]);
        // what was asked with, and what the answer was put together from
        if (size > LARGE) letGo(size);
      } catch (error) {
        say({ tag: "refusal", id, words: errorWords(error) });
      }
    });
    say({ tag: "ready" });
  } catch (error) {
    say({ tag: "failed", words: errorWords(error) });
  }
}
