/** May a request be answered? Its form, its app, its signature, its caller: in the order in which Chat looks at them. Pure. */
import type { SandboxAnswer, SandboxRequest } from "../../../connectors/kit/exchange.ts";
import { isRecord, parseJson } from "../../connector-tools.ts";
import type { Fields } from "../body.ts";
import { readUserSig, userSig } from "../usersig.ts";
import { refusal } from "./refusal.ts";

export interface Admission {
  /** The SDKAppID. */
  readonly app: number;
  readonly admin: string;
  readonly secretKey: string;
}

/** Seconds that a signature may be ahead of Chat's clock. Nobody documents it. */
const MOST_AHEAD = 600;
const UINT32 = 4_294_967_295;

export type Admitted =
  | { readonly ok: true; readonly body: Fields }
  | { readonly ok: false; readonly refusal: SandboxAnswer };

/** @param now seconds since 1970, on Chat's clock */
export function admitRequest(request: SandboxRequest, known: Admission, now: number): Admitted {
  const refused = formFault(request) ?? signatureFault(request.query, known, now) ?? callerFault(request.query, known);
  if (refused !== undefined) return { ok: false, refusal: refused };
  const body = parseJson(request.body);
  if (isRecord(body)) return { ok: true, body };
  return { ok: false, refusal: refusal(60003, "HTTP body is not a JSON object") };
}

function formFault({ method, query, headers }: SandboxRequest): SandboxAnswer | undefined {
  if (method !== "POST") return refusal(60002, `HTTP method ${method} is not POST`);
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) return refusal(60002, "Content-Type is not JSON");
  const names = ["sdkappid", "identifier", "usersig", "random", "contenttype", "nettype"];
  const unknown = [...query.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) return refusal(60002, `parameter ${unknown} is unknown`);
  if (query.get("contenttype") !== "json") return refusal(60002, "contenttype is not json");
  const random = query.get("random") ?? "";
  return /^\d{1,10}$/.test(random) && Number(random) <= UINT32 ? undefined : refusal(60002, "random is no uint32");
}

function signatureFault(query: URLSearchParams, known: Admission, now: number): SandboxAnswer | undefined {
  const [app, identifier, text] = ["sdkappid", "identifier", "usersig"].map((name) => query.get(name) ?? "");
  if (app === undefined || app === "") return refusal(60012, "sdkappid is missing");
  if (!/^[1-9]\d*$/.test(app)) return refusal(60006, "sdkappid is invalid");
  if (identifier === undefined || identifier === "") return refusal(60004, "identifier is missing");
  if (text === undefined || text === "") return refusal(60005, "usersig is missing");
  if (Number(app) !== known.app) return refusal(70020, `sdkappid ${app} is not found`);
  const claims = readUserSig(text);
  if (claims === undefined) return refusal(70003, "usersig cannot be read");
  if (claims.identifier !== identifier) return refusal(70013, "identifier does not match usersig");
  if (claims.app !== known.app) return refusal(70014, "sdkappid does not match usersig");
  const right = readUserSig(userSig(claims, known.secretKey));
  if (right?.signature !== claims.signature) return refusal(70009, "usersig is made with another key");
  if (claims.time > now + MOST_AHEAD) return refusal(70003, "usersig is of the future");
  return claims.time + claims.lifetime < now ? refusal(70001, "usersig has expired") : undefined;
}

function callerFault(query: URLSearchParams, { admin }: Admission): SandboxAnswer | undefined {
  return query.get("identifier") === admin ? undefined : refusal(60010, "identifier is no app admin");
}
