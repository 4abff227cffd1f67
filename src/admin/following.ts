/** The exchanges about a person that a running bridge shows, asked from beside it. */
import { inPlainWords } from "../basics/network-words.ts";
import type { Config } from "../config/checked-config.ts";
import type { ExchangeStep, Steps } from "../delivery/following/exchanges.ts";
import { type AdminAnswer, askListener } from "./asking.ts";
import { type Closed, entranceBy } from "./entrance.ts";
import { EXCHANGES_PATH } from "./routes/exchanges.ts";

/** What was new since it was asked last. */
export type FollowedNews =
  | { readonly tag: "seen"; readonly steps: readonly ExchangeStep[]; readonly missed: number }
  /** @property why in words, as they go on after "because" */
  | { readonly tag: "unseen"; readonly why: string };

export interface Following {
  /** Never rejects. From the first one on the bridge remembers what is about this person, while it is asked again within seconds. */
  look(): Promise<FollowedNews>;
}

/** Asks for what stands at `EXCHANGES_PATH`, with this query; or says why it cannot be asked. */
export type AskExchanges = (query: URLSearchParams) => Promise<AdminAnswer | { readonly why: string }>;

/** @param config read anew each time: a bridge that was started again has another token */
export function openFollowing(config: Pick<Config, "admin" | "storage">, user: string): Following {
  return followingOf(user, async (query) => {
    const entrance = await entranceBy(config, ([first]) => first);
    if (entrance.tag !== "open") return { why: closedWords(entrance) };
    const { account, origin, link } = entrance;
    return askListener(`${origin}${link(EXCHANGES_PATH)}?${query}`, account.token);
  });
}

/** The same, however the bridge is asked. */
export function followingOf(user: string, ask: AskExchanges): Following {
  let era: string | undefined;
  let after = 0;

  async function look(): Promise<FollowedNews> {
    const answered = await ask(new URLSearchParams({ user, after: String(after) }));
    if ("why" in answered) return { tag: "unseen", why: answered.why };
    const { status, text } = answered;
    const steps = status === 200 ? stepsIn(text) : undefined;
    if (steps === undefined) return { tag: "unseen", why: `its admin listener answers ${status}` };
    return tell(steps);
  }

  function tell(found: Steps): FollowedNews {
    const isOther = era !== undefined && found.era !== era;
    era = found.era;
    // a bridge that was started again counts anew
    after = isOther ? 0 : found.next;
    return { tag: "seen", steps: isOther ? [] : found.steps, missed: isOther ? 0 : found.missed };
  }

  return {
    look: () =>
      look().catch((error: unknown) => {
        const why = `its admin listener does not answer: ${inPlainWords(error).message}`;
        return { tag: "unseen", why };
      }),
  };
}

function closedWords(closed: Closed): string {
  switch (closed.tag) {
    case "switchedOff":
      return "the configuration says `admin: false`";
    case "anyPort":
      return "nothing tells the port of its admin listener (admin.port: 0)";
    case "noBridge":
      return "no bridge with an admin listener runs on this machine";
    case "whichAccount":
      return "none of admin.accounts may look in";
  }
}

function stepsIn(text: string): Steps | undefined {
  try {
    const found = JSON.parse(text) as Partial<Steps>;
    return typeof found.era === "string" && Array.isArray(found.steps) ? (found as Steps) : undefined;
  } catch {
    return undefined;
  }
}
