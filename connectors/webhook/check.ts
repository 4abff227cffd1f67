/** What `check --live` can know about a receiver without giving it anything to act on. */
import { type ConnectorTools, errorWords, type Finding, shownUrl } from "../../src/connector.ts";
import type { Transport } from "../../src/guarded-http/transport.ts";
import type { WebhookSettings } from "./settings.ts";
import { secretsOf } from "./signature.ts";

/** Sends `OPTIONS`, which by RFC 9110 9.2.1 changes nothing: name, address, TLS and receiver are proved by any answer. */
export async function checkWebhook(
  settings: WebhookSettings,
  transport: Transport,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  await tools.acquire(undefined, signal);
  return [await reach(settings.url, transport, tools.userAgent, signal), signing(settings)];
}

async function reach(url: string, transport: Transport, userAgent: string, signal: AbortSignal): Promise<Finding> {
  const setting = "url";
  const shown = shownUrl(url);
  try {
    const request = { method: "OPTIONS", headers: { "user-agent": userAgent }, body: "" };
    const { status, location } = await transport.exchange(request, signal);
    const what = `${shown} answers (OPTIONS: HTTP ${status})`;
    if (status >= 300 && status < 400) {
      const todo = `set \`url\` to the final address${location === undefined ? "" : `: ${shownUrl(location)}`}`;
      return { ok: false, what: `${what} with a redirect, which is not followed`, todo, setting };
    }
    if (status >= 500) return { ok: "warning", what, todo: "ask the receiver whether it is well", setting };
    // 404 and 405 are usual for a receiver that knows POST only: what matters is that it answers
    return { ok: true, what };
  } catch (error) {
    const words = errorWords(error);
    return { ok: false, what: `${shown} cannot be reached: ${words}`, todo: "mend that, or correct `url`", setting };
  }
}

function signing({ secret }: WebhookSettings): Finding {
  const count = secretsOf(secret).length;
  if (count > 0) {
    const what = count === 1 ? "requests are signed" : "requests are signed with two secrets";
    return { ok: true, what: `${what}; only a real event shows whether the receiver knows the secret` };
  }
  return { ok: "warning", what: "requests are not signed", todo: "set `secret`", setting: "secret" };
}
