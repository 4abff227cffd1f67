/** `/exchanges`: what is asked of destinations about one person, and what they answer, while somebody follows them. */
import type { Steps } from "../../delivery/following/exchanges.ts";
import { json, refused } from "../answers.ts";
import type { Identity } from "../identity.ts";
import type { Route } from "../route.ts";

/** @see Exchanges.since; the first to follow a person is written down */
export type Follow = (who: Identity, user: string, after: number) => Steps | undefined;

export const EXCHANGES_PATH = "/exchanges";

export function exchangesRoute(follow: Follow): Route {
  return {
    method: "GET",
    path: EXCHANGES_PATH,
    least: "viewer",
    answer: ({ identity, url }) => {
      const user = url.searchParams.get("user") ?? "";
      const after = Number(url.searchParams.get("after") ?? "0");
      if (identity === undefined || user === "" || !Number.isSafeInteger(after) || after < 0) {
        return refused(400, "write ?user=ID, and &after= with the `next` of the answer before");
      }
      const steps = follow(identity, user, after);
      return steps === undefined ? refused(503, "too many persons are followed already") : json(200, steps);
    },
  };
}
