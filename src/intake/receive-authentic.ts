/** One authentic callback: read, checked, kept, and only then answered OK. */
import { checkNotice, isNotice, subscriberCommandIn } from "../callback.ts";
import type { Logger } from "../connector.ts";
import type { Callback } from "../storage/contract/callbacks.ts";
import type { CallbackQuery } from "./admission/query.ts";
import type { Answers } from "./answers.ts";
import type { Bodies } from "./bodies/bodies.ts";
import type { BodyReading } from "./bodies/body-reading.ts";
import { type BodyRefusalOptions, bodyRefusal } from "./body-refusal.ts";
import { isOther, NO_BODY, receivedCallback } from "./callback-of.ts";
import { understand } from "./checking.ts";
import { type CallbackKeeperOptions, callbackKeeper } from "./keeping/callback-keeper.ts";
import { sampledLog } from "./sampled-log.ts";

export interface AuthenticOptions
  extends Omit<CallbackKeeperOptions, "sampled" | "hold" | "kept">,
    Omit<BodyRefusalOptions, "sampled" | "kept" | "counters"> {
  readonly kept: CallbackKeeperOptions["kept"];
  readonly bodies: Bodies;
  /** Whether Chat itself can be asked about this app (`rest`). */
  readonly asksChat: (app: string) => boolean;
  readonly log: Logger;
}

/** What a request said before its body was read. */
export interface RequestHead {
  readonly query: CallbackQuery;
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** The same moment, by a clock that does not jump. */
  readonly seenAt: number;
}

export function authenticReceiver(
  options: AuthenticOptions,
  answer: Answers,
): (request: Request, head: RequestHead) => Promise<Response> {
  const { bodies, maxBody, asksChat } = options;
  const sampled = sampledLog({ log: options.log });
  const { keep, keepNotice, quarantine, ignore } = callbackKeeper({ ...options, sampled, hold: bodies.hold }, answer);
  const refuse = bodyRefusal({ ...options, sampled }, answer);

  async function receive(request: Request, head: RequestHead): Promise<Response> {
    const body = await bodies.read(request, maxBody());
    const isOurs = !isOther(head.query.command) || isWanted(head, head.query.command);
    if (!isOurs) return receiveOther(request, head, body);
    if (body.tag !== "read") return refuse(body, callbackIn(head, NO_BODY), head.seenAt);
    const callback = callbackIn(head, body.bytes);
    if (isWanted(head, callback.command)) return receiveNotice(request, callback, head.seenAt);
    if (isOther(callback.command) || callback.command === "") return ignore(head.app);
    const checked = understand(callback);
    return checked.ok
      ? keep(request, callback, checked, head.seenAt)
      : quarantine(request, callback, checked.fault, head.seenAt);
  }

  /** A notice is of use only where Chat can be asked about it. */
  function isWanted({ app }: RequestHead, command: string): boolean {
    return isNotice(command) && asksChat(app);
  }

  function receiveNotice(request: Request, callback: Callback, seenAt: number): Response | Promise<Response> {
    const checked = checkNotice(callback);
    return checked.ok
      ? keepNotice(request, callback, checked, seenAt)
      : quarantine(request, callback, checked.fault, seenAt);
  }

  /** An unsubscription under another command's name must not be answered OK and forgotten. */
  function receiveOther(request: Request, head: RequestHead, body: BodyReading): Response | Promise<Response> {
    if (body.tag !== "read" || subscriberCommandIn(body.bytes) === undefined) return ignore(head.app);
    const callback = callbackIn(head, body.bytes);
    const fault = `CallbackCommand: expected ${callback.command} as in the URL`;
    return quarantine(request, callback, fault, head.seenAt);
  }

  return (request, head) => bodies.answered(request, receive(request, head));
}

function callbackIn({ query, app, receivedAt }: RequestHead, body: Uint8Array): Callback {
  return receivedCallback(query, app, receivedAt, body);
}
