/**
 * Calls to a thread, by name: what is asked and answered is packed, and what is within one turn travels in one message, for each wakes
 * the other side. `answering` is the other side.
 */
import type { MessagePort } from "node:worker_threads";
import { Worker } from "node:worker_threads";
import { errorWords } from "../../basics/error-words.ts";
import { LARGE, letGo } from "../../basics/garbage.ts";
import { perTurn } from "../../basics/per-turn.ts";
import { sum } from "../../basics/sum.ts";
import { threadEntry } from "../../basics/thread-entry.ts";
import { type Packed, pack, unpack } from "./codec.ts";

/** What a thread is asked, in lists. */
interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What it says to every call, in lists. */
type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly refusal: string };

/** What it says of itself. */
type News<Said> =
  /** It answers from now on. */
  | { readonly tag: "ready" }
  | { readonly tag: "failed"; readonly words: string }
  | { readonly tag: "said"; readonly said: Said };

/** A list on its way. A text alone is neither copied nor walked through. */
type Parcel = string | Packed;

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
  answered(answer: Answer): void;
  /** None will be answered any more. */
  refuseAll(error: Error): void;
}

function waitingCalls(): WaitingCalls {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;

  return {
    add(resolve, reject) {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      return lastId;
    },
    answered(answer) {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ("refusal" in answer) asker?.reject(new Error(answer.refusal));
      else asker?.resolve(answer.value);
    },
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
  const send = perTurn<Call>((asked) => {
    const post: Send = (parcel, transfer) => worker.postMessage(parcel, transfer);
    postAll(post, asked, ({ id }, refusal) => calls.answered({ id, refusal }));
  });
  const thread: CallThread = {
    ask: (name, args) => new Promise((resolve, reject) => send({ id: calls.add(resolve, reject), name, args })),
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
    worker.on("message", (message: News<Said> | Parcel) => {
      if (isParcel(message)) {
        for (const answer of opened<Answer>(message)) calls.answered(answer);
        return;
      }
      switch (message.tag) {
        case "said":
          return onSaid?.(message.said);
        case "ready":
          return resolve(thread);
        case "failed":
          return over(message.words);
      }
    });
  });
}

/** In the thread: answers calls by what `open` gives, in the order in which they were asked; says how that failed when it does. */
export function answering<Said>(
  port: MessagePort | null,
  open: (say: (said: Said) => void) => (name: string, args: readonly unknown[]) => Promise<unknown>,
): void {
  if (port === null) throw new Error("this file is the entry of a thread");
  const say = (news: News<Said>) => port.postMessage(news);
  const send: Send = (parcel, transfer) => port.postMessage(parcel, transfer);
  try {
    const answer = open((said) => say({ tag: "said", said }));
    const reply = perTurn<Answer>((answers) => {
      // what the answers were put together from
      garbage(postAll(send, answers, ({ id }, refusal) => post(send, [{ id, refusal } satisfies Answer])));
    });
    const answerOne = async ({ id, name, args }: Call): Promise<Answer> => {
      try {
        return { id, value: await answer(name, args) };
      } catch (error) {
        return { id, refusal: errorWords(error) };
      }
    };
    port.on("message", (parcel: Parcel) => {
      for (const call of opened<Call>(parcel)) void answerOne(call).then(reply);
      // what was asked with
      garbage(bytesIn(parcel));
    });
    say({ tag: "ready" });
  } catch (error) {
    say({ tag: "failed", words: errorWords(error) });
  }
}

type Send = (parcel: Parcel, transfer: ArrayBuffer[]) => void;

/**
 * Sends a list. Where something in it cannot be packed each goes by itself, so that it takes no other with it.
 * @param refuse called with what cannot be sent, and why
 * @returns how many bytes were in it
 */
function postAll<T>(send: Send, list: readonly T[], refuse: (one: T, words: string) => void): number {
  try {
    return post(send, list);
  } catch (error) {
    const [only, ...others] = list;
    if (only === undefined) return 0;
    if (others.length > 0) return sum(list.map((one) => postAll(send, [one], refuse)));
    refuse(only, errorWords(error));
    return 0;
  }
}

/** Sends a list. Returns how many bytes were in it. Throws where something in it cannot be packed. */
function post(send: Send, list: readonly unknown[]): number {
  const packed = pack(list);
  const size = packed.bytes.length;
  if (size === 0) send(packed.text, []);
  else send(packed, [packed.bytes.buffer]);
  return size;
}

const isParcel = (message: object | string): message is Parcel => typeof message === "string" || "text" in message;

const bytesIn = (parcel: Parcel): number => (typeof parcel === "string" ? 0 : parcel.bytes.length);

function opened<T>(parcel: Parcel): readonly T[] {
  return unpack(typeof parcel === "string" ? { text: parcel, bytes: NONE } : parcel) as readonly T[];
}

const NONE = new Uint8Array(0);

function garbage(size: number): void {
  if (size > LARGE) letGo(size);
}
