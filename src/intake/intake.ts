/** Intake as an HTTP application: the callback path, `/healthz` and `/readyz`. Knows no connector and no database. */
import { Elysia } from "elysia";
import { type Answers, answers } from "./answers.ts";
import type { GroupCommit } from "./group-commit.ts";
import { type ReceiveOptions, receiver } from "./receive.ts";

/** `stopping`: still taking callbacks, but each answer ends its connection and `/readyz` fails. */
export type Phase = "starting" | "ready" | "stopping";

export interface IntakeOptions extends Omit<ReceiveOptions, "commit" | "bodyTimeoutMs"> {
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
  const receive = receiver({ bodyTimeoutMs: BODY_TIMEOUT_MS, ...options }, answer);
  const { path } = options.config().server;
  // standardHostname: by default Elysia takes every host name to have four letters or more
  return (
    // standardHostname: by default Elysia takes every host name to have four letters or more
    new Elysia({ handler: { standardHostname: false } })
      // before the routes: a hook counts for what comes after it
      .onError(({ code, error, request }) => {
        if (code === "NOT_FOUND") return notHere(request, path, answer);
        options.log.error({ fact: "intake.failed", why: stackOf(error) });
        return answer.fail(500, "internal error");
      })
      .post(path, ({ request }) => receive(request), { parse: "none" })
      .get("/healthz", () => answer.json(200, { status: "ok" }))
      .get("/readyz", () => readiness(options, answer))
  );
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Ready while callbacks can be kept, be it in the spool. */
function readiness({ phase, commit }: IntakeOptions, answer: Answers): Response {
  const [now, keeping] = [phase(), commit.keeping()];
  const ready = now === "ready" && keeping !== "nowhere";
  return answer.json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", phase: now, keeping });
}

/** Neither route nor method: 405 where only the method is wrong. */
function notHere(request: Request, callbackPath: string, answer: Answers): Response {
  const path = new URL(request.url).pathname;
  const allow = isSamePath(path, callbackPath)
    ? "POST"
    : PROBES.some((probe) => isSamePath(path, probe))
      ? "GET"
      : null;
  if (allow === null) return answer.fail(404, "no such path");
  return answer.fail(405, `expected ${allow}`, { headers: { allow } });
}

const PROBES = ["/healthz", "/readyz"];

function isSamePath(path: string, route: string): boolean {
  return path === route || path === `${route}/` || `${path}/` === route;
}
