/**
 * Requests that no route takes: probes, scanners, and now and then a genuine callback whose URL was mistyped in the Chat
 * console or bent by a proxy. That one is an unsubscription that nobody hears of, so it is told apart by its `Sign`.
 */
import type { Logger } from "../connector.ts";
import type { Admission } from "./admission/gate.ts";
import type { CallbackQuery } from "./admission/query.ts";
import { isSamePath, pathOf } from "./admission/request-path.ts";
import type { Answers } from "./answers.ts";
import { shownParameter } from "./callback-of.ts";
import type { Counters } from "./counters.ts";
import { sampledLog } from "./sampled-log.ts";

export interface NotFoundOptions {
  readonly counters: Pick<Counters, "add">;
  readonly log: Logger;
  /** Where callbacks are taken. */
  readonly callbackPath: string;
  /** Who sent it. */
  readonly admit: (request: Request) => { readonly admission: Admission; readonly query: CallbackQuery };
}

const PROBES = ["/healthz", "/readyz"];

/** Makes the answer to what no route takes: 405 where only the method is wrong, else 404. */
export function notFound(options: NotFoundOptions, answer: Answers): (request: Request) => Response {
  const { counters, callbackPath, admit } = options;
  const sampled = sampledLog({ log: options.log, most: 1 });

  return (request) => {
    const { admission, query } = admit(request);
    const path = pathOf(request.url);
    const allow = allowedOn(path, callbackPath);
    if (admission.tag !== "authentic" && admission.tag !== "stale") {
      counters.add("refused_path");
      return refuse(allow, "no such path");
    }
    counters.add("callbacks_wrong_path", 1, admission.app);
    const expected = `POST ${callbackPath}`;
    const got = `${shownParameter(request.method)} ${shownParameter(path)}`;
    const { app } = admission;
    sampled.error(app, { fact: "intake.wrong_path", app, command: shownParameter(query.command), got, expected });
    return refuse(allow, `callbacks are taken at ${callbackPath}`);
  };

  function refuse(allow: string | undefined, otherwise: string): Response {
    if (allow === undefined) return answer.fail(404, otherwise);
    return answer.fail(405, `expected ${allow}`, { headers: { allow } });
  }
}

function allowedOn(path: string, callbackPath: string): string | undefined {
  if (isSamePath(path, callbackPath)) return "POST";
  return PROBES.some((probe) => isSamePath(path, probe)) ? "GET" : undefined;
}
