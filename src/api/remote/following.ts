/** The exchanges about a person, as a bridge that is reached by its address alone shows them. */
import { type Following, followingOf } from "../../admin/following.ts";
import { EXCHANGES_PATH } from "../../admin/routes/exchanges.ts";
import { readAtMost } from "../../basics/read-body.ts";
import { headersOf, LONGEST_ANSWER, type Remote } from "./client.ts";

/** Milliseconds for an answer. */
const PATIENCE_MS = 10_000;

export function remoteFollowing(remote: Remote, user: string): Following {
  return followingOf(user, async (query) => {
    const response = await fetch(`${remote.url}${EXCHANGES_PATH}?${query}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: headersOf(remote),
    });
    const bytes = await readAtMost(response, LONGEST_ANSWER);
    return { status: response.status, text: new TextDecoder().decode(bytes) };
  });
}
