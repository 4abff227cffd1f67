/** Notices to an address of one's own, signed as Standard Webhooks says. */
import { Buffer } from "node:buffer";
import { Webhook } from "standardwebhooks";
import type { Channel, ChannelOptions, Notice, Told } from "./notice.ts";
import { mayPass, type Posted, postNotice } from "./post.ts";

export interface WebhookNotices {
  readonly url: string;
  /** `whsec_` and base64; without it nothing is signed. */
  readonly secret?: string | undefined;
}

export function webhookChannel(name: string, { url, secret }: WebhookNotices, options: ChannelOptions): Channel {
  return {
    name,
    type: "webhook",
    async send(notice, signal) {
      const body = JSON.stringify(payloadOf(notice));
      return toldBy(
        await postNotice({ url, body, headers: signed(notice.id, body, secret, options.clock()) }, options, signal),
      );
    },
  };
}

/** `type`, `timestamp` and `data` are what Standard Webhooks recommends. */
export function payloadOf({ id, kind, title, lines, at, bridge }: Notice): object {
  const data = { id, kind, title, lines, ...(bridge !== undefined && { bridge }) };
  return { type: "unsub_bridge.alert", timestamp: new Date(at).toISOString(), data };
}

/** Signed anew for each attempt: receivers refuse timestamps that are more than five minutes old. */
function signed(id: string, body: string, secret: string | undefined, now: number): Readonly<Record<string, string>> {
  const at = new Date(now);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    ...(secret !== undefined && { "webhook-signature": new Webhook(padded(secret)).sign(id, at, body) }),
  };
}

/** Some consoles leave out the = at its end, which the library insists on: the bytes are the same. */
function padded(secret: string): string {
  return Buffer.from(secret.replace(/^whsec_/, ""), "base64").toString("base64");
}

/** The status line is the answer. */
function toldBy(posted: Posted): Told {
  if (posted.tag === "unanswered") return { tag: "later", words: posted.words };
  const { status, afterMs } = posted;
  if (status >= 200 && status < 300) return { tag: "told" };
  if (status >= 300 && status < 400)
    return { tag: "refused", words: `HTTP ${status}, a redirect, which is not followed` };
  const words = `HTTP ${status}`;
  if (!mayPass(status)) return { tag: "refused", words };
  return { tag: "later", words, ...(afterMs !== undefined && { afterMs }) };
}
