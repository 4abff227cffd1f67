/** Chat's part in the demo: posts signed callbacks and remembers what was acknowledged. */
import { commandOf, eventId } from "../callback.ts";
import { signOf } from "../intake/admission/authenticity.ts";
import { bodyOf, CREDENTIALS, type DemoCallback } from "./scenario.ts";

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

/** Chat itself waits for two seconds; a demo on a busy machine may take longer, and says so. */
const TIMEOUT_MS = 10_000;

/** @param url where the bridge takes callbacks */
export function openChat(url: string): Chat {
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
      const began = performance.now();
      await postOnce(url, callback, bodyOf(callback, eventTime));
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

async function postOnce(url: string, { kind, platform }: DemoCallback, body: string): Promise<void> {
  const target = new URL(url);
  const requestTime = String(Math.floor(Date.now() / 1_000));
  const query = {
    SdkAppid: String(CREDENTIALS.app),
    CallbackCommand: commandOf(kind),
    contenttype: "json",
    ClientIP: "127.0.0.1",
    OptPlatform: platform,
    RequestTime: requestTime,
    Sign: signOf(CREDENTIALS.chatToken, requestTime),
  };
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  const response = await fetch(target, { method: "POST", body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answer = await response.text();
  if (response.status !== 200 || !answer.includes('"ActionStatus":"OK"')) {
    throw new Error(`the bridge did not answer a callback with OK, but ${response.status} ${answer.slice(0, 200)}`);
  }
}
