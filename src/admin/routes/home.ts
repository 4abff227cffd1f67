/** The first page: which bridge this is, and who is logged in. */
import { escaped, page } from "../answers.ts";
import type { Route } from "../route.ts";

/** @param version of this program */
export function homeRoute(version: string): Route {
  return {
    method: "GET",
    path: "/",
    least: "viewer",
    answer: ({ identity, link }) => {
      const who = `${identity?.name} (${identity?.role})`;
      const logout = `<form method="post" action="${link("/logout")}"><button>Log out</button></form>`;
      const metrics = `<p><a href="${link("/metrics")}">Metrics</a></p>`;
      return page(
        200,
        "unsub-bridge",
        `<h1>unsub-bridge ${escaped(version)}</h1>\n<p>${escaped(who)}</p>\n${metrics}\n${logout}`,
      );
    },
  };
}
