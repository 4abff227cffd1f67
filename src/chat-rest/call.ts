/** One call of Chat's REST API: a permit, a signature, a host that answers, and what the answer means. Never throws. */
import { randomBytes } from "node:crypto";
import { errorWords } from "../basics/error-words.ts";
import { shown } from "../basics/text.ts";
import { foreignRedactor } from "../config/credentials/redact.ts";
import type { RestSettings } from "../config/schema.ts";
import { type Caller, EXPIRED } from "./codes.ts";
import type { NoAccount, NoUser } from "./contract.ts";
import { openHosts } from "./hosts.ts";
import { type HttpOptions, type HttpResult, post } from "./http.ts";
import { type CallResult, type ChatQuestion, judgeRestAnswer } from "./judging.ts";
import { basesOf } from "./regions.ts";
import { openSigner } from "./signer.ts";
import { says } from "./words.ts";

export interface CallOptions extends HttpOptions {
  /** The SDKAppID. */
  readonly app: number;
  readonly rest: RestSettings;
  /** Resolves when one request may go: a budget that all calls with one secret share. */
  readonly permit: (signal?: AbortSignal) => Promise<void>;
  /** Addresses instead of those of the settings, in the order in which they are tried. */
  readonly bases?: readonly string[];
}

/** Asks Chat one question. */
export type AskChat = <A extends Absence = never>(
  question: ChatQuestion<A>,
  signal?: AbortSignal,
) => Promise<CallResult<A>>;
type Absence = NoAccount | NoUser;

export function openCall(options: CallOptions): AskChat {
  const { app, rest, permit, clock, monotonic, bases = basesOf(rest) } = options;
  const hosts = openHosts(bases, monotonic);
  const signer = openSigner(app, rest);
  const caller: Caller = { app, admin: rest.admin, where: rest.region ?? bases.map(hostOf).join(", ") };

  async function ask<A extends Absence>(
    question: ChatQuestion<A>,
    signal: AbortSignal | undefined,
  ): Promise<CallResult<A>> {
    const usersig = signer.current(clock());
    const judged = judgeRestAnswer(question, await exchange(question, usersig, signal), caller);
    if (judged.tag === "ok") return judged;
    // what Chat, or a proxy, says may hold what it was asked with
    const hide = foreignRedactor([usersig, rest.secret_key ?? "", rest.user_sig ?? ""]);
    return { ...judged, words: shown(hide(judged.words)) };
  }

  /** The hosts one after the other, as long as they cannot be reached. */
  async function exchange(
    { command, query, body }: Pick<ChatQuestion, "command" | "query" | "body">,
    usersig: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpResult> {
    const fails: { readonly host: string; readonly fault: string }[] = [];
    for (const base of hosts.inOrder()) {
      const refusal = await permitted(permit, signal);
      if (refusal !== undefined) return refusal;
      const url = urlOf(base, command, { ...query, ...signedBy(options, usersig) });
      const result = await post(url, JSON.stringify(body), options, signal);
      if (result.tag === "text") hosts.answered(base);
      if (result.tag !== "unreachable") return result;
      fails.push({ host: hostOf(base), fault: result.words });
    }
    return { tag: "unreachable", words: ofEach(fails) };
  }

  return async (question, signal) => {
    const first = await ask(question, signal);
    const isExpired = first.tag === "credentials" && first.code === EXPIRED;
    return isExpired && signer.renew(clock(), first.clock?.aheadMs) ? ask(question, signal) : first;
  };
}

function signedBy({ app, rest }: CallOptions, usersig: string): Record<string, string> {
  return {
    sdkappid: String(app),
    identifier: rest.admin,
    usersig,
    random: String(randomBytes(4).readUInt32BE()),
    contenttype: "json",
  };
}

async function permitted(
  permit: CallOptions["permit"],
  signal: AbortSignal | undefined,
): Promise<HttpResult | undefined> {
  try {
    await permit(signal);
    return undefined;
  } catch (error) {
    return signal?.aborted
      ? { tag: "aborted" }
      : { tag: "unfit", words: says("not_asked", { fault: errorWords(error) }).words };
  }
}

function urlOf(base: string, command: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(`${base}/v4/${command}`);
  url.search = new URLSearchParams(query).toString();
  return url;
}

function ofEach([first, ...others]: readonly { readonly host: string; readonly fault: string }[]): string {
  if (first === undefined) return "";
  return (others.length === 0 ? says("at_host", first) : says("at_each", { ...first, others: ofEach(others) })).words;
}

function hostOf(base: string): string {
  return URL.canParse(base) ? new URL(base).host : "(no address)";
}
