/** Questions beside those who serve the store: it is opened when the first is asked, and others have their time between two looks. */
import { sleep } from "../basics/waiting.ts";
import type { Looks, Questions } from "./contract/questions.ts";
import { questionsBy } from "./questions.ts";

/** In the process that serves the store, nothing is read for so many times as long as the look before has taken: others work there. */
const REST_TIMES = 3;
const LONGEST_REST_MS = 250;

async function both(...waits: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(waits);
}

/** An open way to look. */
export interface OpenLooks {
  readonly looks: Looks;
  close(): Promise<void>;
}

export interface LateQuestionOptions {
  readonly description: string;
  /** Called with what is to be called when the store was lost. */
  readonly open: (lost: () => void) => Promise<OpenLooks>;
  readonly names: readonly (keyof Looks)[];
  /** Resolves when others have had their time, after so many milliseconds of work: longer while callbacks crowd in. */
  readonly giveWay: (workedMs: number) => Promise<unknown>;
}

/**
 * Questions to a store that is opened when the first is asked, and anew when it was lost: one that cannot be opened makes nobody
 * wait but who asks.
 */
export function questionsLate({ description, open, names, giveWay }: LateQuestionOptions): Questions {
  let opened: Promise<OpenLooks> | undefined;
  let closed = false;
  let rested: Promise<void> = Promise.resolve();

  function opening(): Promise<OpenLooks> {
    if (closed) return Promise.reject(new Error("the store is closed"));
    if (opened !== undefined) return opened;
    const forget = () => {
      if (opened === mine) opened = undefined;
    };
    const mine = open(forget);
    opened = mine;
    mine.catch(forget);
    return mine;
  }

  const entries = names.map((name) => {
    const look = async (...args: unknown[]): Promise<unknown> => {
      const { looks } = await opening();
      await rested;
      const began = performance.now();
      try {
        return await (looks[name] as (...all: unknown[]) => Promise<unknown>)(...args);
      } finally {
        const tookMs = performance.now() - began;
        rested = both(sleep(Math.min(LONGEST_REST_MS, REST_TIMES * tookMs)), giveWay(tookMs));
      }
    };
    return [name, look] as const;
  });
  return questionsBy({
    description,
    // a look for each name, with its arguments and answer handed on untouched
    looks: Object.fromEntries(entries) as unknown as Looks,
    async close() {
      closed = true;
      const last = await opened?.catch(() => undefined);
      await last?.close();
    },
  });
}
