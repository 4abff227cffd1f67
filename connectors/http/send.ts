/** Sending with proof of who sends: a token that has ended is renewed once, and what it was is shown to nobody. */
import { unavailableBy } from "../../src/connector.ts";
import type { Trouble } from "../../src/connector-tools.ts";
import type { WireAnswer } from "../../src/guarded-http/transport.ts";
import { type Prove, proofOf } from "./auth.ts";
import type { Client, ClientRequest } from "./client.ts";
import type { AuthSettings } from "./settings.ts";
import { openTokens, type Tokens } from "./token.ts";

/** `ofToken`: it did not come so far, for there is no token. */
export type Sent = { readonly answer: WireAnswer } | { readonly trouble: Trouble; readonly ofToken?: true };

/** Never rejects: what went wrong is its trouble. */
export type Send = (request: ClientRequest, signal: AbortSignal) => Promise<Sent>;

export function sender(auth: AuthSettings | undefined, client: Client): Send {
  const { oauth2_client_credentials: credentials } = auth ?? {};
  if (credentials === undefined) return plainly(client, proofOf(auth));
  const tokens = openTokens(credentials, client);
  return async (request, signal) => {
    const first = await withToken(request, signal, client, tokens);
    if (!("refused" in first)) return first;
    const second = await withToken(request, signal, client, tokens);
    return "refused" in second ? { answer: second.refused } : second;
  };
}

function plainly(client: Client, prove: Prove): Send {
  return async (request, signal) => {
    const headers = { ...request.headers, ...prove({ body: request.body, now: new Date() }) };
    return await exchanged(client, { ...request, headers }, signal);
  };
}

async function withToken(
  request: ClientRequest,
  signal: AbortSignal,
  client: Client,
  tokens: Tokens,
): Promise<Sent | { readonly refused: WireAnswer }> {
  const taken = await tokens.take(signal);
  if ("trouble" in taken) return { trouble: untried(taken.trouble), ofToken: true };
  const headers = { ...request.headers, authorization: `Bearer ${taken.token}` };
  const sent = await exchanged(client, { ...request, headers, veiled: tokens.hide }, signal);
  if ("trouble" in sent) return sent;
  const answer = { ...sent.answer, text: tokens.hide(sent.answer.text) };
  if (answer.status !== 401) return { answer };
  tokens.refused(taken.token);
  return { refused: answer };
}

/** Who asks for a token has sent nothing of anybody. */
function untried(trouble: Trouble): Trouble {
  return trouble.tag === "unavailable" ? { ...trouble, unsent: true } : trouble;
}

async function exchanged(client: Client, request: ClientRequest, signal: AbortSignal): Promise<Sent> {
  try {
    return { answer: await client.exchange(request, signal) };
  } catch (error) {
    return { trouble: unavailableBy(error) };
  }
}
