/** One request for the callback path, from the gate to its answer: what is authentic is kept, what is stale is quarantined. */
import type { Logger } from "../connector.ts";
import type { IsGone } from "../listener/serve.ts";
import type { QuarantineEntry } from "../storage/contract/callbacks.ts";
import type { Gate, GateConfig } from "./admission/gate.ts";
import { parseQuery } from "./admission/query.ts";
import { counterFor, refusalLog, wordsFor } from "./admission/refusals.ts";
import { openRefusedRuns, type RefusedRuns } from "./admission/refused-runs.ts";
import type { Answers } from "./answers.ts";
import { openBodies } from "./bodies/bodies.ts";
import type { UploadLimits } from "./bodies/upload.ts";
import { openUploads } from "./bodies/uploads.ts";
import type { Counters } from "./counters.ts";
import type { GroupCommit } from "./keeping/group-commit.ts";
import { openQuarantineAlarm, type QuarantineAlarm } from "./keeping/quarantine-alarm.ts";
import { quarantineKeeper } from "./keeping/quarantining.ts";
import { authenticReceiver } from "./receive-authentic.ts";
import { staleReceiver } from "./stale/receive-stale.ts";
import type { SenderClocks } from "./stale/sender-clocks.ts";

export interface ReceiveOptions {
  /** Read at every request: another object is another configuration, and counts from then on. */
  readonly config: () => GateConfig;
  readonly commit: Pick<GroupCommit, "keep">;
  readonly senders: Pick<SenderClocks, "fresh" | "stale">;
  /** Whether there is room for a stale entry where it will be kept, as far as is known beforehand; counts it when there is. */
  readonly admits: (entry: QuarantineEntry) => boolean;
  readonly counters: Pick<Counters, "add" | "acknowledged">;
  readonly log: Logger;
  /** Told of what is refused, and of what is taken. */
  readonly refusals?: Pick<RefusedRuns, "refused" | "taken">;
  /** Takes note of what goes into the quarantine. */
  readonly alarm?: Pick<QuarantineAlarm, "quarantined">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds by a clock that does not jump: what is answered within so long goes by it. */
  readonly monotonic?: () => number;
  readonly gate: Gate;
  /** Whether nobody is there any more to take the answer. */
  readonly isGone: IsGone;
  /** Milliseconds until a body that does not come to its end is given up. */
  readonly bodyTimeoutMs: number;
  readonly uploadLimits?: Partial<UploadLimits> | undefined;
}

/** Makes the handler of the callback path. */
export function receiver(options: ReceiveOptions, answer: Answers): (request: Request) => Response | Promise<Response> {
  const { counters, clock, gate, senders, bodyTimeoutMs, refusals = openRefusedRuns(options.log) } = options;
  const { monotonic = () => performance.now() } = options;
  const alarm = options.alarm ?? openQuarantineAlarm(options.log);
  const kept = quarantineKeeper({ ...options, alarm }, answer);
  const logRefusal = refusalLog(options.log);
  const bodies = openBodies({ timeoutMs: bodyTimeoutMs, uploads: openUploads(options.uploadLimits) });
  const maxBody = () => options.config().server.max_body;
  const asksChat = (app: string) =>
    options.config().chat.apps.some(({ sdk_app_id, rest }) => rest !== undefined && String(sdk_app_id) === app);
  const receiveAuthentic = authenticReceiver({ ...options, monotonic, alarm, kept, bodies, maxBody, asksChat }, answer);
  const receiveStale = staleReceiver({ ...options, keep: kept, maxBody }, answer);

  return (request) => {
    const [receivedAt, seenAt] = [clock(), monotonic()];
    const query = parseQuery(request.url);
    const admission = gate(request, query, receivedAt);
    if (admission.tag === "authentic") {
      const { app, requestTime } = admission;
      refusals.taken(app);
      if (requestTime !== undefined) senders.fresh(app, requestTime);
      return receiveAuthentic(request, { query, app, receivedAt, seenAt });
    }
    counters.add(counterFor(admission), 1, "app" in admission ? admission.app : undefined);
    logRefusal(admission, receivedAt);
    if (admission.tag === "stale") refusals.taken(admission.app);
    else refusals.refused(admission, receivedAt);
    if (admission.tag === "stale") return receiveStale(request, query, admission, { receivedAt, seenAt });
    return answer.fail(403, wordsFor(admission));
  };
}
