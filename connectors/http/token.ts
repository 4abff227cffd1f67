/** A token by OAuth 2.0 client credentials (RFC 6749 4.4): asked for once, kept, and asked for anew when it has ended. */
import { unavailableBy } from "../../src/connector.ts";
import type { Trouble } from "../../src/connector-tools.ts";
import { clientBasic } from "./auth.ts";
import type { Client } from "./client.ts";
import type { ClientCredentialsSettings } from "./settings.ts";
import { readToken, veil } from "./token-answer.ts";

export type TokenResult = { readonly token: string } | { readonly trouble: Trouble };

export interface Tokens {
  /** One that holds, or why there is none. Never rejects. */
  take(signal: AbortSignal): Promise<TokenResult>;
  /** This one was refused: the next is another. */
  refused(token: string): void;
  /** Takes every token that was ever in use out of a text. */
  hide(text: string): string;
}

interface Kept {
  readonly token: string;
  /** As `clock` tells the time. */
  readonly endsAt: number;
}

/** So long before its end a token is left aside: it has to last for the request. Milliseconds. */
const SPARE_MS = 10_000;

/** @param clock milliseconds of a clock that never jumps */
export function openTokens(
  settings: ClientCredentialsSettings,
  client: Client,
  clock: () => number = () => performance.now(),
): Tokens {
  const url = new URL(settings.token_url);
  const used = new Set<string>();
  let kept: Kept | undefined;
  let asking: Promise<TokenResult> | undefined;

  async function ask(signal: AbortSignal): Promise<TokenResult> {
    const began = clock();
    try {
      const answer = await client.exchange({ url, ...tokenRequest(settings), veiled: veil }, signal);
      const found = readToken(answer);
      if ("trouble" in found) return found;
      used.add(found.token);
      kept = { token: found.token, endsAt: began + found.lifeMs - SPARE_MS };
      return { token: found.token };
    } catch (error) {
      return { trouble: unavailableBy(error) };
    }
  }

  return {
    async take(signal) {
      if (kept !== undefined && clock() < kept.endsAt) return { token: kept.token };
      // those who come meanwhile wait for the same one
      asking ??= ask(signal).finally(() => {
        asking = undefined;
      });
      return asking;
    },
    refused(token) {
      if (kept?.token === token) kept = undefined;
    },
    hide: (text) => [...used].reduce((hidden, token) => hidden.replaceAll(token, "(hidden)"), text),
  };
}

function tokenRequest(settings: ClientCredentialsSettings) {
  const { client_id, client_secret, scope, audience, credentials_in } = settings;
  const isInBody = credentials_in === "body";
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
    ...(isInBody && { client_id, client_secret }),
  });
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
    ...(!isInBody && { authorization: clientBasic(settings) }),
  };
  return { method: "POST", headers, body: form.toString() };
}
