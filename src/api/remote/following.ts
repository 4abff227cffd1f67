/** The exchanges about a person, as a bridge that is reached by its address alone shows them. */
import { type Following, followingOf } from "../../admin/following.ts";
import { EXCHANGES_PATH } from "../../admin/routes/exchanges.ts";
import type { Remote } from "./client.ts";

/** Milliseconds for an answer. */
const PATIENCE_MS = 10_000;

export function remoteFollowing({ url, token, version }: Remote, user: string): Following {
  return followingOf(user, async (query) => {
    const response = await fetch(`${url}${EXCHANGES_PATH}?${query}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        "user-agent": `unsub-bridge/${version}`,
      },
    });
    return { status: response.status, text: await response.text() };
  });
}
