/** Slack's incoming webhooks, as a stand-in. */
import type { SandboxAnswer } from "../../../connectors/kit/exchange.ts";
import { jsonOf, openLimit, type StandIn } from "./stand-in.ts";

const LONGEST = 40_000;

export function slack(): StandIn {
  const isTooMuch = openLimit({ messages: 1, perMs: 1_000 });
  const path = (token: string) => `/services/T00000000/B00000000/${token}`;
  return {
    path,
    answer(request, token, now) {
      if (request.path !== path(token)) return { answer: plain(404, "no_service") };
      const text = jsonOf(request)?.text;
      if (typeof text !== "string") return { answer: plain(400, "invalid_payload") };
      if (text === "") return { answer: plain(400, "no_text") };
      if (text.length > LONGEST) return { answer: plain(400, "msg_too_long") };
      if (isTooMuch(now)) return { answer: { ...plain(429, "rate_limited"), headers: { "retry-after": "1" } } };
      const shown = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      return { answer: plain(200, "ok"), heard: { text: shown, calls: /<[!@#]/.test(text) } };
    },
  };
}

const plain = (status: number, body: string): SandboxAnswer => ({ status, body });
