/** `/metrics`, for Prometheus. */
import type { Route } from "../route.ts";

/** Where its text comes from. */
export interface Metrics {
  readonly contentType: string;
  /** All of it, as it is now. */
  text(): Promise<string>;
}

export function metricsRoute({ contentType, text }: Metrics): Route {
  return {
    method: "GET",
    path: "/metrics",
    least: "metrics",
    answer: async () => new Response(await text(), { headers: { "content-type": contentType } }),
  };
}
