/** What `check --live` can know about a receiver without giving it anything to act on. */
import { type ConnectorTools, type Found, saidOfError, shownUrl } from "../../src/connector.ts";
import type { Transport } from "../../src/guarded-http/transport.ts";
import { found } from "./findings.ts";
import type { WebhookSettings } from "./settings.ts";
import { secretsOf } from "./signature.ts";

/** Sends `OPTIONS`, which by RFC 9110 9.2.1 changes nothing: name, address, TLS and receiver are proved by any answer. */
export async function checkWebhook(
  settings: WebhookSettings,
  transport: Transport,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  await tools.acquire(undefined, signal);
  return [await reach(settings.url, transport, tools.userAgent, signal), signing(settings)];
}

async function reach(url: string, transport: Transport, userAgent: string, signal: AbortSignal): Promise<Found> {
  const setting = "url";
  const shown = { url: shownUrl(url) };
  try {
    const request = { method: "OPTIONS", headers: { "user-agent": userAgent }, body: "" };
    const { status, location } = await transport.exchange(request, signal);
    const values = { ...shown, status };
    if (status >= 300 && status < 400) {
      const isTold = location !== undefined;
      const redirects = isTold
        ? found(false, "redirects_to", { ...values, location: shownUrl(location) })
        : found(false, "redirects", values);
      return { ...redirects, setting };
    }
    if (status >= 500) return { ...found("warning", "trouble", values), setting };
    // 404 and 405 are usual for a receiver that knows POST only: what matters is that it answers
    return found(true, "answers", values);
  } catch (error) {
    return { ...found(false, "unreachable", { ...shown, fault: saidOfError(error) }), setting };
  }
}

function signing({ secret }: WebhookSettings): Found {
  const count = secretsOf(secret).length;
  if (count > 0) return found(true, count === 1 ? "signed" : "signed_twice");
  return { ...found("warning", "unsigned"), setting: "secret" };
}
