/** `/api`: what the console and the command line can ask and do, for programs. */
import type { Link, Route } from "../admin/route.ts";
import { API_PATH, endpointRoute } from "./calling.ts";
import { DOCS_PATH, docsRoutes } from "./docs.ts";
import type { ApiOptions, Endpoint } from "./endpoint.ts";
import { CONFIGURATION_ENDPOINTS } from "./endpoints/configuration.ts";
import { DELIVERY_ENDPOINTS } from "./endpoints/deliveries.ts";
import { PEOPLE_ENDPOINTS } from "./endpoints/people.ts";
import { PLAN_ENDPOINTS } from "./endpoints/plans.ts";
import { QUARANTINE_ENDPOINTS } from "./endpoints/quarantine.ts";
import { STATUS_ENDPOINTS } from "./endpoints/status.ts";
import { WATCHING_ENDPOINTS } from "./endpoints/watching.ts";
import { openApiDocument } from "./openapi.ts";
import { NO_SUCH_PATH, problem } from "./problem.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  ...STATUS_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  ...DELIVERY_ENDPOINTS,
  ...PLAN_ENDPOINTS,
  ...QUARANTINE_ENDPOINTS,
  ...WATCHING_ENDPOINTS,
  ...CONFIGURATION_ENDPOINTS,
];

/** @param link of the listener: where the API is as clients have it */
export function apiRoutes(options: ApiOptions, link: Link): readonly Route[] {
  return [
    ...ENDPOINTS.map((one) => endpointRoute(one, options)),
    descriptionRoute(options.version, link),
    ...docsRoutes(DESCRIPTION_PATH),
    ...nowhere(),
  ];
}

const DESCRIPTION_PATH = "/api/openapi.json";

function descriptionRoute(version: string, link: Link): Route {
  let text: string | undefined;
  return {
    ...{ method: "GET", path: DESCRIPTION_PATH, least: "viewer", refusal: problem },
    answer() {
      // made when it is first asked for
      text ??= `${JSON.stringify(openApiDocument(ENDPOINTS, version, link("")), null, 2)}\n`;
      return new Response(text, { headers: { "content-type": "application/json" } });
    },
  };
}

/** Paths of no call, and methods that a path does not take: told to those who might look. */
function nowhere(): readonly Route[] {
  const known = [
    ...ENDPOINTS.map(({ method, path }) => [method, API_PATH + path] as const),
    ...[DESCRIPTION_PATH, DOCS_PATH].map((path) => ["GET", path] as const),
  ];
  const methodsOf = (path: string) => {
    const found = known.filter(([, one = ""]) => patternOf(one).test(path)).map(([method]) => method);
    return [...new Set(found)];
  };
  const answer: Route["answer"] = ({ url, link }) => {
    const methods = methodsOf(url.pathname.slice(link("").length));
    if (methods.length === 0) return problem(404, NOWHERE, {}, [], NO_SUCH_PATH);
    return problem(405, `this path takes ${methods.join(", ")}`, { allow: methods.join(", ") });
  };
  // each method by itself as well: a page takes whatever path nobody else does
  return (["GET", "POST", "ALL"] as const).flatMap((method) =>
    ["/api", "/api/*"].map((path) => ({ ...{ method, path, answer }, least: "viewer" as const, refusal: problem })),
  );
}

const NOWHERE = "there is no such path; /api/openapi.json says which there are";

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
