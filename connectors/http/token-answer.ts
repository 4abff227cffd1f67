/** What a token server's answer means (RFC 6749 5.1, 5.2), and what of it nobody is shown. Pure. */
import type { Reason } from "../../src/connector.ts";
import {
  asRecord,
  isPage,
  isRefusal,
  isSuccess,
  meaningOfStatus,
  parseJson,
  reasonFor,
  retryAfterMs,
  type Said,
  type StatusWords,
  sentence,
  type Trouble,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { WireAnswer } from "../../src/guarded-http/transport.ts";
import { said } from "./sentences.ts";

/** A lifetime that nobody tells: refused earlier, it is renewed. Milliseconds. */
const UNTOLD_LIFE_MS = 3_600_000;

export type TokenAnswer = Pick<WireAnswer, "status" | "text" | "isEarly" | "retryAfter">;
/** What an answer says in JSON; nothing where it is none. */
type Body = Readonly<Record<string, unknown>>;

export interface Granted {
  readonly token: string;
  readonly lifeMs: number;
}

/** A token, or why there is none. */
export function readToken(answer: TokenAnswer): Granted | { readonly trouble: Trouble } {
  const body = asRecord(parseJson(answer.text));
  return tokenIn(answer, body) ?? { trouble: tokenTrouble(answer, body) };
}

function tokenIn({ status, isEarly }: TokenAnswer, body: Body): Granted | undefined {
  if (!isSuccess(status) || isEarly) return undefined;
  const { access_token: token, token_type: type, expires_in: seconds } = body;
  // RFC 6750 2.1: what a header can carry
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token) || !isBearer(type)) return undefined;
  const life = Number(seconds);
  return { token, lifeMs: Number.isFinite(life) && life > 0 ? life * 1_000 : UNTOLD_LIFE_MS };
}

/** RFC 6749 7.1: a token of a kind that one does not know is not to be used. Some servers name none. */
const isBearer = (type: unknown): boolean => typeof type !== "string" || type === "" || /^bearer$/i.test(type);

/** Errors by which a client is refused for what the settings say, whatever the status is that they come with. */
const REFUSALS: Readonly<Record<string, Said>> = {
  invalid_client: said("token_refused"),
  invalid_grant: said("token_refused"),
  unauthorized_client: said("token_flow"),
  unsupported_grant_type: said("token_flow"),
  invalid_scope: said("token_scope"),
};

function tokenTrouble(answer: TokenAnswer, body: Body): Trouble {
  const { status } = answer;
  const { error } = body;
  const refusal = typeof error === "string" && Object.hasOwn(REFUSALS, error) ? REFUSALS[error] : undefined;
  // one who is in trouble may say anything
  const isOwn = refusal !== undefined && (isSuccess(status) || (status >= 400 && status < 429));
  if (isOwn) return { tag: "credentialsRefused", reason: reasonOf(answer, body, refusal) };
  const reason = reasonOf(answer, body, meaningOf(answer, body));
  if (isRefusal(status)) return { tag: "credentialsRefused", reason };
  const wait = retryAfterMs(answer.retryAfter, Date.now());
  return troubleOf({ status, retryAfterMs: wait }, reason) ?? unavailable(reason, wait);
}

const TOKEN_URL = "auth.oauth2_client_credentials.token_url";

function meaningOf({ status, text }: TokenAnswer, body: Body): Said {
  const { token_type: type, access_token: token, error } = body;
  if (isPage(text) && !isRefusal(status)) return said("token_page");
  if (isSuccess(status) && token !== undefined && !isBearer(type)) return said("token_kind");
  // its own answer has an `error`: another one is that of somebody else
  return meaningOfStatus(status, WORDS, typeof error !== "string");
}

const WORDS: StatusWords = {
  setting: TOKEN_URL,
  trouble: said("token_server"),
  otherwise: said("token_not_understood"),
  byStatus: {
    400: said("token_request"),
    401: said("token_refused"),
    403: said("token_refused"),
    404: said("token_nothing"),
    429: sentence("too_many_requests"),
  },
};

/** What the server says of the error; of an answer that may hold a token in some form of its own nothing else is quoted. */
function reasonOf({ status, text }: TokenAnswer, body: Body, meaning: Said): Reason {
  const { error, error_description: description } = body;
  const words = [error, description].filter((each) => typeof each === "string" && each !== "").join(": ");
  const isQuotable = !isSuccess(status) || isPage(text);
  return reasonFor({ status, text: words === "" && isQuotable ? veil(text) : words }, meaning);
}

const NAMES = "(?:access_token|refresh_token|id_token|client_secret)";
/** What nobody is shown, in JSON, a text or not, and in a form. */
const VEILED = new RegExp(
  `("${NAMES}"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"?|[^\\s,}]+)|((?:^|[&?\\s])${NAMES}=)[^&\\s]*`,
  "g",
);

export function veil(text: string): string {
  return text.replace(VEILED, (_, inJson?: string, __?: string, inForm?: string) =>
    inJson === undefined ? `${inForm}(hidden)` : `${inJson}"(hidden)"`,
  );
}
