/** What `check --live` can know about an API without changing anything there. */
import { type Finding, shownUrl } from "../../src/connector.ts";
import { isForeignRefusal, isPage, isRefusal, readable, wordsWithMessage } from "../../src/connector-tools.ts";
import { withStandIns } from "./address.ts";
import type { Send, Sent } from "./send.ts";
import type { HttpSettings } from "./settings.ts";

/** Asks what `check` names, with the credentials; without it, only whether the host answers. */
export async function checkHttp(settings: HttpSettings, send: Send, signal: AbortSignal): Promise<readonly Finding[]> {
  if (settings.check !== undefined) return [await ask(settings.check, send, signal)];
  const reached = await reach(settings, send, signal);
  return reached.ok === false ? [reached] : [reached, UNCHECKED];
}

const UNCHECKED: Finding = {
  ok: "warning",
  what: "only a real event shows whether the credentials are right",
  todo: "set `check` to an address that tells so and changes nothing",
  setting: "check",
};

async function ask(
  { url, status }: NonNullable<HttpSettings["check"]>,
  send: Send,
  signal: AbortSignal,
): Promise<Finding> {
  const shown = shownUrl(url);
  const sent = await send(
    { url: new URL(url), method: "GET", headers: { accept: "application/json" }, body: "" },
    signal,
  );
  if ("trouble" in sent) return faultOf(sent, shown, "check.url");
  const { answer } = sent;
  const what = `${shown} answers HTTP ${answer.status}`;
  if (isRefusal(answer.status)) {
    const todo = isPage(answer.text)
      ? "a page answers: let this machine through the firewall or proxy, or correct `check.url`"
      : "correct the credentials under `auth`, or their rights over there";
    return { ok: false, what: `${what}${quoted(answer.text)}`, todo, setting: "auth" };
  }
  if (answer.status === status && !isPage(answer.text)) return { ok: true, what };
  const expected = isPage(answer.text) ? "with a page for people" : `and not ${status}`;
  return {
    ok: false,
    what: `${what}, ${expected}${quoted(answer.text)}`,
    todo: "correct `check.url`, or `check.status` where that is its answer when all is well",
    setting: "check",
  };
}

/** `OPTIONS`, which by RFC 9110 9.2.1 changes nothing: name, address and TLS are proved by any answer. */
async function reach({ url }: HttpSettings, send: Send, signal: AbortSignal): Promise<Finding> {
  const { origin } = new URL(withStandIns(url));
  const sent = await send({ url: new URL(origin), method: "OPTIONS", headers: {}, body: "" }, signal);
  if ("trouble" in sent) return faultOf(sent, origin, "url");
  const { status } = sent.answer;
  const what = `${origin} answers (OPTIONS: HTTP ${status})`;
  return status >= 500
    ? { ok: "warning", what, todo: "ask whoever runs it whether it is well", setting: "url" }
    : { ok: true, what };
}

function faultOf({ trouble, ofToken }: Extract<Sent, { trouble: unknown }>, shown: string, setting: string): Finding {
  const words = wordsWithMessage(trouble.reason);
  if (!ofToken)
    return {
      ok: false,
      what: `${shown} cannot be asked: ${words}`,
      todo: `mend that, or correct \`${setting}\``,
      setting,
    };
  const isRefused = trouble.tag === "credentialsRefused" && !isForeignRefusal(trouble.reason);
  const [todo, part] = isRefused
    ? [
        "correct what it refuses: client id and secret, where they stand (`credentials_in`), `scope`, or their rights over there",
        "",
      ]
    : ["mend that, or correct `token_url`", ".token_url"];
  return { ok: false, what: `no token: ${words}`, todo, setting: `auth.oauth2_client_credentials${part}` };
}

/** Characters of what an API says of itself. */
const LONGEST_QUOTE = 200;

function quoted(text: string): string {
  const words = readable(text).slice(0, LONGEST_QUOTE);
  return words === "" ? "" : ` (“${words}”)`;
}
