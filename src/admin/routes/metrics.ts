/** `/metrics`, for Prometheus. */
import type { Route } from "../route.ts";

/** Where its text comes from. */
export interface MetricsText {
  /** All of it, as it is now, in the text format of Prometheus 0.0.4. */
  text(): Promise<string>;
}

export function metricsRoute({ text }: MetricsText): Route {
  return {
    method: "GET",
    path: "/metrics",
    least: "metrics",
    answer: async () => new Response(await text(), { headers: { "content-type": CONTENT_TYPE } }),
  };
}

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
