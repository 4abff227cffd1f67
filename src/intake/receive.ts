/** One callback from request to answer: admitted, read, checked, kept, and only then answered OK. */
import {
  bodilessEntry,
  type CheckedCallback,
  checkCallback,
  quarantineEntry,
  subscriberCommandIn,
} from "../callback.ts";
import type { Logger } from "../connector.ts";
import type { Callback, Intake, QuarantineEntry } from "../storage/contract.ts";
import type { Gate, GateConfig } from "./admission/gate.ts";
import { type CallbackQuery, parseQuery } from "./admission/query.ts";
import { counterFor, refusalLog, wordsFor } from "./admission/refusals.ts";
import type { Answers } from "./answers.ts";
import { openBodies } from "./bodies/bodies.ts";
import type { BodyReading } from "./bodies/body-reading.ts";
import type { UploadLimits } from "./bodies/upload.ts";
import { openUploads } from "./bodies/uploads.ts";
import { callbackOf, isOther, NO_BODY } from "./callback-of.ts";
import type { Counters } from "./counters.ts";
import type { GroupCommit } from "./keeping/group-commit.ts";
import { quarantineKeeper } from "./keeping/quarantining.ts";
import { sampledLog } from "./sampled-log.ts";
import { staleReceiver } from "./stale/receive-stale.ts";
import type { SenderClocks } from "./stale/sender-clocks.ts";

export interface ReceiveOptions {
  /** Read at every request: another object is another configuration, and counts from then on. */
  readonly config: () => GateConfig;
  readonly commit: Pick<GroupCommit, "keep">;
  readonly senders: Pick<SenderClocks, "fresh" | "stale">;
  /** Whether there is room for a stale entry where it will be kept, as far as is known beforehand; counts it when there is. */
  readonly admits: (entry: QuarantineEntry) => boolean;
  readonly counters: Pick<Counters, "add">;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly gate: Gate;
  /** Whether nobody is there any more to take the answer. */
  readonly isGone: (request: Request) => boolean;
  /** Milliseconds until a body that does not come to its end is given up. */
  readonly bodyTimeoutMs: number;
  readonly uploadLimits?: Partial<UploadLimits> | undefined;
}

/** Makes the handler of the callback path. */
export function receiver(options: ReceiveOptions, answer: Answers): (request: Request) => Response | Promise<Response> {
  const { commit, counters, log, clock, gate, isGone, senders, bodyTimeoutMs } = options;
  const sampled = sampledLog({ log });
  const kept = quarantineKeeper(options, answer);
  const logRefusal = refusalLog(log);
  const bodies = openBodies({ timeoutMs: bodyTimeoutMs, uploads: openUploads(options.uploadLimits) });
  const maxBody = () => options.config().server.max_body;
  const stale = staleReceiver(
    { keep: kept, counters, senders, admits: options.admits, maxBody, bodyTimeoutMs },
    answer,
  );

  function receive(request: Request): Response | Promise<Response> {
    const receivedAt = clock();
    const query = parseQuery(request.url);
    const admission = gate(request, query, receivedAt);
    if (admission.tag === "authentic") {
      if (admission.requestTime !== undefined) senders.fresh(admission.app, admission.requestTime);
      return bodies.answered(request, receiveAuthentic(request, query, admission.app, receivedAt));
    }
    counters.add(counterFor(admission));
    logRefusal(admission, receivedAt);
    if (admission.tag === "stale") return stale(request, query, admission, receivedAt);
    return answer.fail(403, wordsFor(admission));
  }

  function bodyOf(request: Request): Promise<BodyReading> {
    return bodies.read(request, maxBody());
  }

  async function receiveAuthentic(
    request: Request,
    query: CallbackQuery,
    app: string,
    receivedAt: number,
  ): Promise<Response> {
    const body = await bodyOf(request);
    if (isOther(query.command)) return receiveOther(request, query, app, receivedAt, body);
    if (body.tag !== "read") return refuseBody(body, callbackOf(query, app, receivedAt, NO_BODY));
    const callback = callbackOf(query, app, receivedAt, body.bytes);
    if (isOther(callback.command) || callback.command === "") return ignore();
    const checked = checkCallback(callback);
    return checked.ok ? keep(request, callback, checked) : quarantine(request, callback, checked.fault);
  }

  /** An unsubscription under another command's name must not be answered OK and forgotten. */
  function receiveOther(
    request: Request,
    query: CallbackQuery,
    app: string,
    receivedAt: number,
    body: BodyReading,
  ): Response | Promise<Response> {
    if (body.tag !== "read" || subscriberCommandIn(body.bytes) === undefined) return ignore();
    const callback = callbackOf(query, app, receivedAt, body.bytes);
    return quarantine(request, callback, `CallbackCommand: expected ${callback.command} as in the URL`);
  }

  /** Commands that are not ours: Chat may wait for the answer to let a message through. */
  function ignore(): Response {
    counters.add("callbacks_other_command");
    return answer.ok();
  }

  function keep(
    request: Request,
    callback: Callback,
    { users, quarantine }: CheckedCallback,
  ): Response | Promise<Response> {
    if (quarantine.length > 0) noteFaultyUsers(quarantine);
    else if (users.length === 0) {
      counters.add("callbacks_empty");
      return answer.ok();
    }
    const intake: Intake = { callbacks: users.length > 0 ? [callback] : [], quarantine };
    return commit.keep(intake, bodies.hold(request)).then((result) => {
      if (result.tag !== "kept") return kept.lost(intake, result.tag === "notKept" ? result.why : NO_ROOM);
      counters.add("callbacks_stored");
      if (isGone(request)) noteUnheard(callback);
      return answer.ok();
    });
  }

  function noteUnheard({ app, command }: Callback): void {
    counters.add("answers_unheard");
    sampled.warn(app, { fact: "intake.unheard", app, command, reason: UNHEARD });
  }

  function noteFaultyUsers(entries: readonly QuarantineEntry[]): void {
    counters.add("users_faulty", entries.length);
    for (const { app, fault, id } of entries) {
      sampled.warn(app, { fact: "intake.user_quarantined", app, reason: fault, id });
    }
  }

  async function quarantine(request: Request, callback: Callback, fault: string): Promise<Response> {
    counters.add("callbacks_faulty");
    const entry = quarantineEntry(callback, fault);
    return (await kept.quarantine(entry, bodies.hold(request))) ?? answer.fail(400, fault);
  }

  async function refuseBody(body: Exclude<BodyReading, { tag: "read" }>, callback: Callback): Promise<Response> {
    if (body.tag === "incomplete") {
      counters.add("refused_body");
      // nothing of it can be kept: the log is the only trace of what may have been an unsubscription
      const { app, command } = callback;
      const { status, words } = INCOMPLETE[body.why];
      sampled.warn(app, { fact: "intake.body_incomplete", app, command, reason: words });
      return answer.fail(status, words, { close: true });
    }
    counters.add("callbacks_too_large");
    const size = body.declared ? `${body.size} bytes` : `${body.size} bytes or more`;
    const words = `the body has ${size}: expected at most ${maxBody()} (server.max_body)`;
    const entry = bodilessEntry(callback, words, body.size);
    return (await kept.quarantine(entry)) ?? answer.fail(413, words, { close: true });
  }

  return receive;
}

/** Of a request that is nothing but users who cannot be understood. */
const NO_ROOM = "its users are more than the whole quarantine holds (quarantine.max_size)";

/** Of a callback that is kept. */
const UNHEARD =
  "the connection ended before the answer: the sender left, or sent more, which Bun takes for a reason to end it, and drops";
const INCOMPLETE = {
  late: { status: 408, words: "the body did not come to its end" },
  broken: { status: 408, words: "the connection ended before the body did" },
  crowded: { status: 503, words: "too many bodies are coming in; try again" },
} as const;
