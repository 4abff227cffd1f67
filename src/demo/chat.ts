/** Chat's part in the demo: posts signed callbacks and remembers what was acknowledged. */
import { commandOf, eventId } from "../callback.ts";
import type { ChatSandbox } from "../chat-rest/sandbox.ts";
import { postSample } from "../operations/sample.ts";
import { CREDENTIALS, type DemoCallback, NEWS } from "./scenario.ts";

export interface Chat {
  /** Posts one callback. Resolves with how long the answer OK took, in milliseconds; rejects when it is another answer. */
  post(callback: DemoCallback): Promise<number>;
  /** Ids of the events that were acknowledged: from now on none of them may get lost. */
  readonly acknowledged: ReadonlySet<string>;
  /** How many callbacks were acknowledged. */
  readonly callbacks: number;
  /** The longest that an answer took, in milliseconds. */
  readonly slowestMs: number;
}

/**
 * @param url where the bridge takes callbacks
 * @param world what Chat itself holds: who is subscribed
 */
export function openChat(url: string, { world }: Pick<ChatSandbox, "world">): Chat {
  const acknowledged = new Set<string>();
  let callbacks = 0;
  let slowestMs = 0;
  return {
    acknowledged,
    get callbacks() {
      return callbacks;
    },
    get slowestMs() {
      return slowestMs;
    },
    async post(callback) {
      const eventTime = callback.eventTime ?? Date.now();
      // what is told late has been so since the beginning
      if (callback.eventTime === undefined && callback.officialAccount === NEWS)
        world.unsubscribe(NEWS, callback.users);
      const began = performance.now();
      await post(url, callback, eventTime);
      const ms = performance.now() - began;
      slowestMs = Math.max(slowestMs, ms);
      callbacks += 1;
      for (const user of callback.users) acknowledged.add(idOf(callback, user, eventTime));
      return ms;
    },
  };
}

function idOf({ kind, officialAccount }: DemoCallback, user: string, eventTime: number): string {
  return eventId(String(CREDENTIALS.app), commandOf(kind), officialAccount, user, eventTime);
}

/** Chat asks again where its retry is switched on; a machine that stands still for seconds is answered for with a 503. */
const MOST_TRIES = 5;

async function post(url: string, callback: DemoCallback, eventTime: number): Promise<void> {
  const target = { url: new URL(url), app: String(CREDENTIALS.app), token: CREDENTIALS.chatToken };
  const send = () => postSample(target, { ...callback, eventTime, clientIp: "127.0.0.1" });
  let result = await send();
  for (let tries = 1; result.status === 503 && tries < MOST_TRIES; tries += 1) result = await send();
  const { ok, status, answer } = result;
  if (ok) return;
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  throw new Error(`the bridge did not answer a callback with OK, but ${status} ${text.slice(0, 200)}`);
}
