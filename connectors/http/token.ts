/** A token by OAuth 2.0 client credentials (RFC 6749 4.4): asked for once, kept, and asked for anew when it has ended. */
import { type DeliverResult, unavailableBy } from "../../src/connector.ts";
import {
  asRecord,
  isPage,
  isRefusal,
  isSuccess,
  parseJson,
  reasonFor,
  refusalMeaning,
  retryAfterMs,
  type Trouble,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { WireAnswer } from "../../src/guarded-http/transport.ts";
import { clientBasic } from "./auth.ts";
import type { Client } from "./client.ts";
import { said } from "./sentences.ts";
import type { ClientCredentialsSettings } from "./settings.ts";

export type TokenResult = { readonly token: string } | { readonly trouble: DeliverResult };

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
      const found = tokenIn(answer);
      if (found === undefined) return { trouble: tokenTrouble(answer) };
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

/** A lifetime that nobody tells: refused earlier, it is renewed. Milliseconds. */
const UNTOLD_LIFE_MS = 3_600_000;

function tokenIn({
  status,
  text,
  isEarly,
}: WireAnswer): { readonly token: string; readonly lifeMs: number } | undefined {
  if (!isSuccess(status) || isEarly) return undefined;
  const { access_token: token, expires_in: seconds } = asRecord(parseJson(text));
  // RFC 6750 2.1: what a header can carry
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) return undefined;
  const life = Number(seconds);
  return { token, lifeMs: Number.isFinite(life) && life > 0 ? life * 1_000 : UNTOLD_LIFE_MS };
}

/** RFC 6749 5.2: 400 or 401, with one of these words. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  ...["invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"],
]);

const TOKEN_URL = "auth.oauth2_client_credentials.token_url";

function tokenTrouble(answer: WireAnswer): Trouble {
  const { status } = answer;
  const text = veil(answer.text);
  const isOwn = status === 400 && REFUSALS.has(asRecord(parseJson(answer.text)).error);
  if (isOwn || isRefusal(status)) {
    const refusal = { own: said("token_refused"), setting: TOKEN_URL, isForeign: isPage(text) };
    return { tag: "credentialsRefused", reason: reasonFor({ status, text }, refusalMeaning(refusal)) };
  }
  const reason = reasonFor({ status, text }, said("token_not_understood"));
  const wait = retryAfterMs(answer.retryAfter, Date.now());
  return troubleOf({ status, retryAfterMs: wait }, reason) ?? unavailable(reason, wait);
}

/** Names of what nobody is shown, in JSON and in a form. */
const VEILED = /("(?:access_token|refresh_token|id_token|client_secret)"\s*:\s*")[^"]*|((?:^|&)client_secret=)[^&]*/g;

function veil(text: string): string {
  return text.replace(VEILED, (_, inJson?: string, inForm?: string) => `${inJson ?? inForm ?? ""}(hidden)`);
}
