/** The admin listener as an HTTP application: each route behind the same gate. */

import { type AnyElysia, Elysia } from "elysia";
import { stackOf } from "../basics/error-words.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import type { Logger } from "../connector.ts";
import { refused, refusedAs, secured } from "./answers.ts";
import type { AdminGate } from "./gate.ts";
import type { RefusalAnswer, Route } from "./route.ts";

export interface AdminAppOptions {
  readonly routes: readonly Route[];
  /** Further ones, asked for at the first request that these do not take, and again where that failed. */
  readonly more?: () => Promise<readonly Route[]>;
  /** Its base path is fixed from here on. */
  readonly link: (path: string) => string;
  readonly gate: AdminGate;
  readonly log: Logger;
}

/** What no route takes: told to those who might look, so that others cannot look for what there is. */
const NOWHERE: Route = {
  method: "GET",
  path: "",
  least: "viewer",
  answer: () => refused(404, "there is no such path"),
};

/** Builds the application; `serve` runs it. */
export function adminApp({ routes, more, link, gate, log }: AdminAppOptions) {
  async function answer(route: Route, request: Request, params: Readonly<Record<string, string>>): Promise<Response> {
    try {
      return secured(refusedAs(route.refusal, await gate(route, request, params)));
    } catch (error) {
      return failed(error, route.refusal);
    }
  }

  const logFailure = onceAMinute((reason: string) => log.error({ fact: "admin.failed", reason }));

  function failed(error: unknown, refusal?: RefusalAnswer): Response {
    logFailure(stackOf(error));
    return secured(refusedAs(refusal, refused(500, "internal error; the log says more")));
  }

  let whole: Promise<AnyElysia> | undefined;

  async function beyond(request: Request): Promise<Response> {
    if (more === undefined) return answer(NOWHERE, request, {});
    try {
      whole ??= more().then((further) => adminApp({ routes: further, link, gate, log }));
      return await (await whole).handle(request);
    } catch (error) {
      whole = undefined;
      return failed(error);
    }
  }

  // standardHostname: by default Elysia takes every host name to have four letters or more
  const app = new Elysia({ handler: { standardHostname: false } })
    // before the routes: a hook counts for what comes after it
    .onError(async ({ code, error, request, set }) => {
      const response = code === "NOT_FOUND" ? await beyond(request) : failed(error);
      // Elysia would say 404 over it
      set.status = response.status;
      return response;
    });
  for (const route of routes) {
    const handle = ({ request, params }: { request: Request; params: Readonly<Record<string, string>> }) =>
      answer(route, request, params);
    app.route(route.method, link(route.path), handle, { parse: "none" });
  }
  return app;
}
