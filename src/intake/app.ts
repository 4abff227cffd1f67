/** Intake as an HTTP application: the callback path, `/healthz` and `/readyz`. Knows no connector and no database. */
import { Elysia } from "elysia";
import { stackOf } from "../basics/error-words.ts";
import type { PeerAddress } from "../listener/serve.ts";
import { openGate } from "./admission/gate.ts";
import { parseQuery } from "./admission/query.ts";
import { isSamePath, pathOf } from "./admission/request-path.ts";
import { type Answers, answers } from "./answers.ts";
import type { GroupCommit } from "./keeping/group-commit.ts";
import { notFound } from "./not-found.ts";
import { type ReceiveOptions, receiver } from "./receive.ts";

/** `stopping`: still taking callbacks, but each answer ends its connection and `/readyz` fails. */
export type Phase = "starting" | "ready" | "stopping";

export interface IntakeOptions extends Omit<ReceiveOptions, "commit" | "bodyTimeoutMs" | "gate"> {
  readonly peer: PeerAddress;
  readonly commit: Pick<GroupCommit, "keep" | "keeping">;
  /** Asked at every answer. */
  readonly phase: () => Phase;
  /** Milliseconds until a body that does not come to its end is given up. */
  readonly bodyTimeoutMs?: number;
}

const BODY_TIMEOUT_MS = 10_000;

/** Builds the application; `serve` runs it. The callback path is fixed from here on. */
export function intakeApp(options: IntakeOptions) {
  const answer = answers(() => options.phase() === "stopping");
  const gate = openGate(options.config, options.peer);
  const receive = receiver({ bodyTimeoutMs: BODY_TIMEOUT_MS, ...options, gate }, answer);
  const { path } = options.config().server;
  const admit = (request: Request) => {
    const query = parseQuery(request.url);
    return { query, admission: gate(request, query, options.clock()) };
  };
  const noRoute = notFound({ ...options, callbackPath: path, admit }, answer);
  return (
    // standardHostname: by default Elysia takes every host name to have four letters or more
    new Elysia({ handler: { standardHostname: false } })
      // before the routes: a hook counts for what comes after it
      .onError(({ code, error, request }) => {
        if (code === "NOT_FOUND") return noRoute(request);
        options.log.error({ fact: "intake.failed", reason: stackOf(error) });
        return answer.fail(500, "internal error");
      })
      .post(path, ({ request }) => (isMisled(request, path) ? noRoute(request) : receive(request)), { parse: "none" })
      .get("/healthz", () => answer.json(200, { status: "ok" }))
      .get("/readyz", () => readiness(options, answer))
  );
}

/** Without a host, a URL is its path, of which the router takes the first part for a host. */
function isMisled({ url }: Request, path: string): boolean {
  return url.startsWith("/") && !isSamePath(pathOf(url), path);
}

/** Ready while callbacks can be kept, be it in the spool. */
function readiness({ phase, commit }: IntakeOptions, answer: Answers): Response {
  const [now, keeping] = [phase(), commit.keeping()];
  const ready = now === "ready" && keeping !== "nowhere";
  return answer.json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", phase: now, keeping });
}
