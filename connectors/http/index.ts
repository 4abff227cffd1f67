/** Any JSON API, described in the YAML: what is sent, and what its answers mean. */
import {
  type Connector,
  type ConnectorTools,
  connectorType,
  type DeliverResult,
  type Outcomes,
  type PreviewRequest,
} from "../../src/connector.ts";
import { insistOnAny, isCredentialHeaderName, withOutcomes } from "../../src/connector-tools.ts";
import { fixedPart, originOf, withStandIns } from "./address.ts";
import { shownProof } from "./auth.ts";
import { checkHttp } from "./check.ts";
import { openClient } from "./client.ts";
import { type Draft, drafter } from "./compose.ts";
import { lintSettings } from "./lint.ts";
import { type HttpAnswer, type Reader, readAnswer } from "./read.ts";
import { compileRules } from "./rules.ts";
import { type Send, sender } from "./send.ts";
import { HttpSettings } from "./settings.ts";

export const http = connectorType({
  type: "http",
  summary: "Sends each change to any JSON API, as the YAML describes it.",
  usualName: "loyalty",
  settings: HttpSettings,
  example: `type: http
url: "https://api.loyalty.example/v2/members/{{ user_id | url_encode }}/consents"
method: PATCH
auth: { bearer: "\${LOYALTY_TOKEN}" }
body: { channel: chat, subscribed: false, changed_at: "{{ event_time }}" }
answers:
  - { status: 200, where: { "result.state": updated }, means: delivered }
  - { status: 404, where: { code: MEMBER_NOT_FOUND }, means: unmatched }
  - { status: [400, 422], means: rejected, message: error.detail }
`,
  largestBatch: ({ batch }) => batch?.size ?? 1,
  concurrency: 8,
  budgets: {},
  writes: "fact",
  destination: ({ url }) => fixedPart(url),
  account: ({ auth, check, url }) => JSON.stringify(auth ?? check?.url ?? originOf(withStandIns(url)) ?? url),
  lint: lintSettings,
  open: openHttp,
});

function openHttp(settings: HttpSettings, tools: ConnectorTools): Connector {
  const client = openClient(settings.allow_private_network, tools);
  const send = sender(settings.auth, client);
  const draft = drafter(settings, tools);
  const reader: Reader = { rules: compileRules(settings.answers, tools), batch: settings.batch };
  return {
    async deliver(deliveries, signal) {
      const { drafts, batch } = draft(deliveries);
      let settled: Outcomes = batch.refused;
      for (const request of drafts) {
        const result = withOutcomes(await exchange(request, settings, send, reader, signal), settled);
        if (result.tag !== "outcomes") return result;
        settled = result.outcomes;
      }
      return { tag: "outcomes", outcomes: settled };
    },
    check: (signal) => checkHttp(settings, send, signal),
    async preview(deliveries) {
      const { drafts, batch } = draft(deliveries);
      insistOnAny(batch);
      return drafts.map((request) => shown(request, settings));
    },
    judge(deliveries, { status, text }) {
      const { drafts, batch } = draft(deliveries);
      const answer: HttpAnswer = { status, text, ...AS_ANNOUNCED };
      const results = drafts.map(({ items }) => readAnswer(answer, items, reader, Date.now()));
      const [result = { tag: "outcomes", outcomes: batch.refused }] = results;
      return result;
    },
    close: async () => client.close(),
  };
}

/** An answer that came whole, and asks for no wait. */
const AS_ANNOUNCED = { retryAfter: undefined, location: undefined, ending: "exact", isEarly: false } as const;

async function exchange(
  { url, headers, body, items }: Draft,
  { method }: HttpSettings,
  send: Send,
  reader: Reader,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const sent = await send({ url, method, headers, body }, signal);
  return "trouble" in sent ? sent.trouble : readAnswer(sent.answer, items, reader, Date.now());
}

function shown({ url, headers, body }: Draft, { method, auth }: HttpSettings): PreviewRequest {
  const open = Object.entries(headers).map(([name, value]) => [
    name,
    isCredentialHeaderName(name) ? "(hidden)" : value,
  ]);
  return {
    method,
    url: url.href,
    headers: { ...Object.fromEntries(open), ...shownProof(auth) },
    body: body === "" ? "" : JSON.parse(body),
  };
}
