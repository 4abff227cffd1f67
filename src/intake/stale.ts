/**
 * What comes with a `Sign` that is right and a `RequestTime` that is not recent: an old URL in wrong hands, or an honest
 * callback while our own clock is off. Refused, and kept in the quarantine.
 */
import { quarantineEntry } from "../callback.ts";
import type { Answers } from "./answers.ts";
import type { BodyReading } from "./body.ts";
import { callbackOf, isOther, NO_BODY } from "./callback-of.ts";
import type { Keeping } from "./keeping.ts";
import type { CallbackQuery } from "./query.ts";
import { type Refusal, wordsFor } from "./refusals.ts";

export type StaleRefusal = Refusal & { readonly tag: "stale" };

export interface StaleOptions {
  readonly keep: Keeping;
  readonly bodyOf: (request: Request) => Promise<BodyReading>;
  /** Answers a request whose body was not read to its end. */
  readonly refuseBody: (
    body: Exclude<BodyReading, { tag: "read" }>,
    callback: ReturnType<typeof callbackOf>,
  ) => Promise<Response>;
}

export type ReceiveStale = (
  request: Request,
  query: CallbackQuery,
  refusal: StaleRefusal,
  receivedAt: number,
) => Promise<Response>;

export function staleReceiver({ keep, bodyOf, refuseBody }: StaleOptions, answer: Answers): ReceiveStale {
  return async (request, query, refusal, receivedAt) => {
    const body = await bodyOf(request);
    const refused = () => answer.fail(403, wordsFor(refusal));
    // what is none of our business is not kept, however it came
    if (isOther(query.command)) return refused();
    if (body.tag !== "read") return refuseBody(body, callbackOf(query, refusal.app, receivedAt, NO_BODY));
    const entry = quarantineEntry(callbackOf(query, refusal.app, receivedAt, body.bytes), wordsFor(refusal));
    return (await keep.quarantine(entry)) ?? refused();
  };
}
