/**
 * Is a request from Chat? Its app must be one of ours, its `Sign` right for one of the app's tokens, its `RequestTime` recent.
 * Facts: Chat's page "Webhook Overview", section on callback authentication: `Sign = sha256(Token + RequestTime)`,
 * lower-case hex; it covers neither the body nor the other parameters, and callbacks of one second share it.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { Config } from "../../config/checked-config.ts";
import type { CallbackQuery } from "./query.ts";

export type Authenticity =
  /** `requestTime` in milliseconds since 1970, where a sign proves it; absent: it came unsigned, as its app allows. */
  | { readonly tag: "authentic"; readonly app: string; readonly requestTime?: number }
  /** `sdkAppId` as sent; empty when missing. */
  | { readonly tag: "unknownApp"; readonly sdkAppId: string }
  | { readonly tag: "unsigned"; readonly app: string }
  | { readonly tag: "wrongSign"; readonly app: string }
  /** The sender knows the token, but its clock and ours differ by `aheadMs` (negative: the sender's is behind). */
  | { readonly tag: "stale"; readonly app: string; readonly requestTime: number; readonly aheadMs: number };

type Credentials = Pick<CallbackQuery, "sdkAppId" | "sign" | "requestTime">;

/** Judges a request by its URL and our clock (milliseconds since 1970). */
export type Authenticate = (query: Credentials, now: number) => Authenticity;

/** Makes the judge of the configured apps. */
export function authenticator(chat: Pick<Config["chat"], "apps" | "max_clock_skew">): Authenticate {
  const apps = new Map(chat.apps.map((app) => [String(app.sdk_app_id), judgeOf(app, chat.max_clock_skew)]));
  return (query, now) => {
    const judge = apps.get(query.sdkAppId);
    return judge === undefined ? { tag: "unknownApp", sdkAppId: query.sdkAppId } : judge(query, now);
  };
}

/** Lower-case hex of SHA-256 over token and RequestTime: what Chat sends as `Sign`. */
export function signOf(token: string, requestTime: string): string {
  return hash("sha256", token + requestTime, "hex");
}

function judgeOf(app: Config["chat"]["apps"][number], maxSkewMs: number): Authenticate {
  const name = String(app.sdk_app_id);
  const authentic: Authenticity = { tag: "authentic", app: name };
  const signedBy = [app.token ?? []].flat().map(verifier);
  if (signedBy.length === 0) return () => (app.allow_unsigned ? authentic : { tag: "wrongSign", app: name });
  return ({ sign, requestTime }, now) => {
    if (sign === "") return app.allow_unsigned ? authentic : { tag: "unsigned", app: name };
    if (!UNIX_SECONDS.test(requestTime) || !signedByAny(signedBy, sign, requestTime))
      return { tag: "wrongSign", app: name };
    const sentAt = Number(requestTime) * 1000;
    const aheadMs = sentAt - now;
    return Math.abs(aheadMs) <= maxSkewMs
      ? { tag: "authentic", app: name, requestTime: sentAt }
      : { tag: "stale", app: name, requestTime: sentAt, aheadMs };
  };
}

const UNIX_SECONDS = /^\d{1,12}$/;

type Verifier = (sign: Buffer, requestTime: string) => boolean;

/** Characters of a SHA-256 in hex. */
const SIGN_LENGTH = 64;
/** Where the given sign is compared: used within one call, so that no request allocates its own. */
const given = Buffer.alloc(SIGN_LENGTH);

/** Every token is tried, so that the time taken does not tell which one was right. */
function signedByAny(verifiers: readonly Verifier[], sign: string, requestTime: string): boolean {
  if (sign.length !== SIGN_LENGTH || !HEX.test(sign)) return false;
  given.write(sign, "latin1");
  let right = false;
  for (const verify of verifiers) right = verify(given, requestTime) || right;
  return right;
}

const HEX = /^[0-9a-f]+$/;

/** Verifies signs of one token; remembers the expected sign of the latest second, which many callbacks share. */
function verifier(token: string): Verifier {
  let latest = { requestTime: "", expected: Buffer.alloc(0) };
  return (sign, requestTime) => {
    const known = latest.requestTime === requestTime;
    const expected = known ? latest.expected : Buffer.from(signOf(token, requestTime));
    const right = timingSafeEqual(sign, expected);
    // a wrong sign must not displace what the right ones share
    if (right && !known) latest = { requestTime, expected };
    return right;
  };
}
