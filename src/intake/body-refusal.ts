/** The answer to an authentic request whose body was not read to its end, and what is kept of it. */
import { bodilessEntry } from "../callback.ts";
import type { Callback } from "../storage/contract/callbacks.ts";
import type { Answers } from "./answers.ts";
import type { BodyReading } from "./bodies/body-reading.ts";
import type { Counters } from "./counters.ts";
import type { QuarantineKeeper } from "./keeping/quarantining.ts";
import type { SampledLog } from "./sampled-log.ts";

export interface BodyRefusalOptions {
  readonly kept: Pick<QuarantineKeeper, "quarantine">;
  readonly counters: Pick<Counters, "add">;
  readonly sampled: SampledLog;
  /** Bytes of the largest body that is read (`server.max_body`). */
  readonly maxBody: () => number;
}

type Unread = Exclude<BodyReading, { tag: "read" }>;

/** @returns what refuses a callback that has no body */
export function bodyRefusal(
  { kept, counters, sampled, maxBody }: BodyRefusalOptions,
  answer: Answers,
): (body: Unread, callback: Callback, seenAt: number) => Promise<Response> {
  function incomplete({ why }: Extract<Unread, { tag: "incomplete" }>, { app, command }: Callback): Response {
    counters.add("refused_body", 1, app);
    // nothing of it can be kept: the log is the only trace of what may have been an unsubscription
    const { status, words } = INCOMPLETE[why];
    sampled.warn(app, { fact: "intake.body_incomplete", app, command, reason: words });
    return answer.fail(status, words, { close: true });
  }

  async function tooLarge(
    body: Extract<Unread, { tag: "tooLarge" }>,
    callback: Callback,
    seenAt: number,
  ): Promise<Response> {
    counters.add("callbacks_too_large", 1, callback.app);
    const size = body.declared ? `${body.size} bytes` : `${body.size} bytes or more`;
    const words = `the body has ${size}: expected at most ${maxBody()} (server.max_body)`;
    const entry = bodilessEntry(callback, words, body.size);
    return (await kept.quarantine(entry, seenAt)) ?? answer.fail(413, words, { close: true });
  }

  return async (body, callback, seenAt) =>
    body.tag === "incomplete" ? incomplete(body, callback) : tooLarge(body, callback, seenAt);
}

const INCOMPLETE = {
  late: { status: 408, words: "the body did not come to its end" },
  broken: { status: 408, words: "the connection ended before the body did" },
  crowded: { status: 503, words: "too many bodies are coming in; try again" },
} as const;
