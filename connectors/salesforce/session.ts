/**
 * The access token: asked for when the first request needs one, kept until Salesforce refuses it. Its answer names no end
 * (`expires_in`), so a 401 is the only sign of one.
 */
import type { ConnectorTools, HttpAnswer, Reason } from "../../src/connector.ts";
import {
  asRecord,
  isSuccess,
  parseJson,
  reasonFor,
  type Said,
  type Stopped,
  troubleOf,
} from "../../src/connector-tools.ts";
import { blamingNoDelivery, readAnswer, stopped, unavailable } from "./answer.ts";
import { assertionOf, privateKeyOf } from "./assertion.ts";
import { said } from "./sentences.ts";
import { audienceOf, baseUrlOf, type SalesforceSettings } from "./settings.ts";

export interface Token {
  readonly tag: "token";
  readonly token: string;
}

export interface Session {
  /**
   * The token, another one than `refused`. Rejects on network trouble, timeout or abort.
   * @param refused the one that Salesforce has refused just now
   */
  token(signal: AbortSignal, refused?: string): Promise<Token | Stopped>;
}

export function openSession(settings: SalesforceSettings, tools: ConnectorTools): Session {
  let known: Token | undefined;
  return {
    async token(signal, refusedToken) {
      // another call may have renewed it meanwhile
      if (known !== undefined && known.token !== refusedToken) return known;
      const form = grantOf(settings, Date.now());
      if (form === undefined) return refused(said("private_key"));
      const answer = await tools.fetch(`${baseUrlOf(settings)}/services/oauth2/token`, {
        method: "POST",
        headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
        body: form.toString(),
        signal,
      });
      const off = settings.jwt && clockAhead(answer.headers.get("date"), Date.now());
      const granted = readGrant(answer, off);
      known = granted.tag === "token" ? granted : undefined;
      return granted;
    },
  };
}

/** Undefined where the private key is none. @param now milliseconds since 1970 */
function grantOf(settings: SalesforceSettings, now: number): URLSearchParams | undefined {
  const { client_id, client_secret, jwt } = settings;
  if (jwt === undefined) {
    return new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret: client_secret ?? "" });
  }
  const key = privateKeyOf(jwt.private_key);
  if (key === undefined) return undefined;
  const claims = { iss: client_id, sub: jwt.username, aud: audienceOf(settings) };
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: assertionOf(claims, key, now),
  });
}

/** Errors by which a token is refused for what the settings say, or for what is not set up over there (RFC 6749, 5.2, and Salesforce's own). */
const REFUSALS: Readonly<Record<string, Said>> = {
  invalid_client: said("client"),
  invalid_client_id: said("client"),
  invalid_client_credentials: said("client"),
  invalid_grant: said("grant"),
  unauthorized_client: said("flow_off"),
  unsupported_grant_type: said("flow_off"),
  invalid_request: said("grant"),
  invalid_scope: said("flow_off"),
  inactive_user: said("grant"),
  inactive_org: said("grant"),
  invalid_app_access: said("flow_off"),
  app_not_found: said("client"),
};

/** An assertion is in force for minutes: clocks that differ by more seconds may be why it is refused. */
const CLOCK_OFF_S = 30;

/** How many seconds our clock is ahead of theirs (below 0: behind); undefined where it is about right, or nobody knows. @param now as `Date.now` has it */
function clockAhead(date: string | null, now: number): number | undefined {
  const ahead = Math.round((now - Date.parse(date ?? "")) / 1_000);
  return Math.abs(ahead) >= CLOCK_OFF_S ? ahead : undefined;
}

/** @param off as `clockAhead`, of a token that is asked for by an assertion */
function readGrant(answer: HttpAnswer, off: number | undefined): Token | Stopped {
  const { status } = answer;
  const body = parseJson(answer.text);
  const { access_token: token, error, error_description } = asRecord(body);
  if (isSuccess(status)) {
    if (typeof token === "string" && token !== "") return { tag: "token", token };
    // of what came nothing is quoted: a token may be in it
    if (typeof error !== "string") return unavailable(said("no_token", { status }));
  }
  if (typeof error !== "string") return ofAnyRequest(answer);
  const known = Object.hasOwn(REFUSALS, error) ? REFUSALS[error] : undefined;
  const isClock = error === "invalid_grant" && off !== undefined;
  const meaning = isClock ? said(off > 0 ? "clock_ahead" : "clock_behind", { seconds: Math.abs(off) }) : known;
  const text = typeof error_description === "string" ? error_description : answer.text;
  const reason = { ...reasonFor({ status, text }, meaning ?? said("token_trouble")), category: error };
  if (meaning !== undefined) return refused(reason);
  const trouble = troubleOf(answer, reason);
  return trouble === undefined ? unavailable(reason, answer.retryAfterMs) : stopped(trouble);
}

/** What is no answer of a login, such as that of an org whose requests are used up. */
function ofAnyRequest(answer: HttpAnswer): Stopped {
  const read = readAnswer(answer);
  if (read.tag === "stopped") return blamingNoDelivery(read);
  return read.tag === "expired" ? refused(read.reason) : unavailable(said("no_token", { status: answer.status }));
}

function refused(reason: Reason): Stopped {
  return stopped({ tag: "credentialsRefused", reason });
}
