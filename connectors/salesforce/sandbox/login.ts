/** The stand-in's tokens: client credentials and signed assertions, as Salesforce takes them. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { asRecord, parseJson } from "../../../src/connector-tools.ts";
import type { SandboxAnswer, SandboxRequest } from "../../kit/sandbox.ts";
import { refusal } from "./refusal.ts";

export interface AppOptions {
  /** Any unless set. */
  readonly clientId?: string | undefined;
  /** Any unless set. */
  readonly clientSecret?: string | undefined;
  /** PEM, of the certificate that was uploaded; assertions are refused without one. */
  readonly publicKey?: string | undefined;
  /** False: nobody said in whose name the app works. */
  readonly runAs?: boolean | undefined;
}

export interface Login {
  /** Answers a request for a token. */
  grant(request: SandboxRequest, now: number): SandboxAnswer;
  /** What speaks against a request of the API. */
  unauthentic(request: SandboxRequest): SandboxAnswer | undefined;
  /** All tokens are over. */
  expire(): void;
}

/** Salesforce takes assertions that end within so many seconds. */
const LONGEST_S = 300;

export function openLogin(options: AppOptions): Login {
  const key = options.publicKey === undefined ? undefined : createPublicKey(options.publicKey);
  const tokens = new Set<string>();
  let granted = 0;
  return {
    grant(request, now) {
      const form = new URLSearchParams(request.body);
      const fault = faultOf(form, options, key, now);
      if (fault !== undefined) return { status: 400, body: { error: fault[0], error_description: fault[1] } };
      granted += 1;
      const token = `00Dsandbox!${"x".repeat(20)}${granted}`;
      tokens.add(token);
      return { status: 200, body: { access_token: token, token_type: "Bearer", issued_at: String(now) } };
    },
    unauthentic({ headers }) {
      const [scheme, token] = (headers.authorization ?? "").split(" ");
      if (scheme !== "Bearer" || token === undefined) {
        return refusal(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE");
      }
      return tokens.has(token) ? undefined : refusal(401, "INVALID_SESSION_ID", "Session expired or invalid");
    },
    expire: () => tokens.clear(),
  };
}

type Fault = readonly [error: string, description: string];

function faultOf(
  form: URLSearchParams,
  options: AppOptions,
  key: KeyObject | undefined,
  now: number,
): Fault | undefined {
  switch (form.get("grant_type")) {
    case "client_credentials":
      return clientFault(form, options);
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      return assertionFault(form.get("assertion") ?? "", options, key, now);
    default:
      return ["unsupported_grant_type", "grant type not supported"];
  }
}

function clientFault(form: URLSearchParams, { clientId, clientSecret, runAs = true }: AppOptions): Fault | undefined {
  const [id, secret] = [form.get("client_id"), form.get("client_secret")];
  if (!id || (clientId !== undefined && id !== clientId)) return ["invalid_client_id", "client identifier invalid"];
  if (!secret || (clientSecret !== undefined && secret !== clientSecret)) {
    return ["invalid_client", "invalid client credentials"];
  }
  return runAs ? undefined : ["invalid_grant", "no client credentials user enabled"];
}

function assertionFault(
  text: string,
  { clientId }: AppOptions,
  key: KeyObject | undefined,
  now: number,
): Fault | undefined {
  const [head = "", payload = "", signature = ""] = text.split(".");
  const isSigned =
    key !== undefined &&
    asRecord(decoded(head)).alg === "RS256" &&
    verify("RSA-SHA256", Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, "base64url"));
  if (!isSigned) return ["invalid_grant", "invalid assertion"];
  const { iss, sub, aud, exp } = asRecord(decoded(payload));
  if (typeof iss !== "string" || (clientId !== undefined && iss !== clientId)) {
    return ["invalid_client_id", "client identifier invalid"];
  }
  if (typeof sub !== "string" || sub === "") return ["invalid_grant", "user hasn't approved this consumer"];
  if (!/^https:\/\/(login|test)\.salesforce\.com$/.test(String(aud))) return ["invalid_grant", "audience is invalid"];
  const left = Number(exp) - now / 1_000;
  return left > 0 && left <= LONGEST_S ? undefined : ["invalid_grant", "expired authorization code"];
}

const decoded = (part: string): unknown => parseJson(Buffer.from(part, "base64url").toString("utf8"));
