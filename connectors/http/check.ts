/** What `check --live` can know about an API without changing anything there. */
import { type Found, shownUrl } from "../../src/connector.ts";
import { isForeignRefusal, isPage, isRefusal, readable, withMessage } from "../../src/connector-tools.ts";
import { withStandIns } from "./address.ts";
import { found } from "./findings.ts";
import type { Send, Sent } from "./send.ts";
import type { HttpSettings } from "./settings.ts";

/** Asks what `check` names, with the credentials; without it, only whether the host answers. */
export async function checkHttp(settings: HttpSettings, send: Send, signal: AbortSignal): Promise<readonly Found[]> {
  if (settings.check !== undefined) return [await ask(settings.check, send, signal)];
  const reached = await reach(settings, send, signal);
  return reached.ok === false ? [reached] : [reached, UNCHECKED];
}

const UNCHECKED: Found = { ...found("warning", "unchecked"), setting: "check" };

async function ask(
  { url, status }: NonNullable<HttpSettings["check"]>,
  send: Send,
  signal: AbortSignal,
): Promise<Found> {
  const shown = shownUrl(url);
  const sent = await send(
    { url: new URL(url), method: "GET", headers: { accept: "application/json" }, body: "" },
    signal,
  );
  if ("trouble" in sent) return faultOf(sent, shown, "check.url");
  const { answer } = sent;
  const values = { url: shown, status: answer.status, quoted: quoted(answer.text) };
  const isForPeople = isPage(answer.text);
  if (isRefusal(answer.status)) {
    return { ...found(false, isForPeople ? "refused_by_page" : "refused", values), setting: "auth" };
  }
  if (isForPeople) return { ...found(false, "page", values), setting: "check" };
  if (answer.status === status) return found(true, "answers", { url: shown, status });
  return { ...found(false, "other_status", { ...values, expected: status }), setting: "check" };
}

/** `OPTIONS`, which by RFC 9110 9.2.1 changes nothing: name, address and TLS are proved by any answer. */
async function reach({ url }: HttpSettings, send: Send, signal: AbortSignal): Promise<Found> {
  const { origin } = new URL(withStandIns(url));
  const sent = await send({ url: new URL(origin), method: "OPTIONS", headers: {}, body: "" }, signal);
  if ("trouble" in sent) return faultOf(sent, origin, "url");
  const { status } = sent.answer;
  if (status < 500) return found(true, "reached", { origin, status });
  return { ...found("warning", "in_trouble", { origin, status }), setting: "url" };
}

function faultOf({ trouble, ofToken }: Extract<Sent, { trouble: unknown }>, shown: string, setting: string): Found {
  const fault = withMessage(trouble.reason);
  if (!ofToken) return { ...found(false, "unasked", { url: shown, fault, setting }), setting };
  const token = "auth.oauth2_client_credentials";
  const isRefused = trouble.tag === "credentialsRefused" && !isForeignRefusal(trouble.reason);
  if (isRefused) return { ...found(false, "token_refused", { fault }), setting: token };
  return { ...found(false, "no_token", { fault }), setting: `${token}.token_url` };
}

/** Characters of what an API says of itself. */
const LONGEST_QUOTE = 200;

function quoted(text: string): string {
  const words = beginning(readable(text));
  return words === "" ? "" : ` (“${words}”)`;
}

/** Never half of a word: credentials are removed behind this, and half of one would not be known. */
function beginning(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : text.slice(0, LONGEST_QUOTE).replace(/[^\s"'`<>(){}[\],;:=&]*$/, "");
}
