/** Whether the listener answers: the process lives, and more it does not say. */
import { json } from "../answers.ts";
import type { Route } from "../route.ts";

export const health: Route = {
  method: "GET",
  path: "/healthz",
  least: "anyone",
  isIdle: true,
  answer: () => json(200, { status: "ok" }),
};
