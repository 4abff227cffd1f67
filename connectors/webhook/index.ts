/** A webhook: any HTTP address that takes JSON, signed as Standard Webhooks says. */
import { env as processEnvironment } from "node:process";
import {
  type Connector,
  type ConnectorTools,
  type ConnectorType,
  connectorType,
  type DeliverResult,
  type Delivery,
  type FollowUp,
  type PreviewRequest,
  unavailableBy,
} from "../../src/connector.ts";
import { insistOnAny, isCredentialHeaderName, withOutcomes } from "../../src/connector-tools.ts";
import { type Resolve, systemResolve } from "../../src/guarded-http/lookup.ts";
import { type Environment, proxyFor } from "../../src/guarded-http/proxy.ts";
import { openTransport, type Transport } from "../../src/guarded-http/transport.ts";
import { readAnswer, type WebhookAnswer } from "./answer.ts";
import { checkWebhook } from "./check.ts";
import { type Draft, draftRequest, type WebhookTemplates } from "./request.ts";
import { lintSettings, WebhookSettings } from "./settings.ts";
import { type Sign, secretsOf, signer } from "./signature.ts";

/** What comes from outside the settings. */
export interface WebhookSurroundings {
  /** How names are looked up; as the system does unless given. */
  readonly resolve?: Resolve;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read; the process's environment unless given. */
  readonly env?: Environment;
  /** Authorities (PEM) to trust instead of the usual ones. */
  readonly authorities?: string;
}

/** The connector type `webhook`, in surroundings of one's own. */
export function webhookIn(surroundings: WebhookSurroundings): ConnectorType<typeof WebhookSettings> {
  return connectorType({
    type: "webhook",
    summary: "Posts each change as signed JSON to an address of yours (Standard Webhooks).",
    usualName: "partner",
    settings: WebhookSettings,
    example: `type: webhook
url: https://partner.example/unsubscribes
secret: \${PARTNER_WEBHOOK_SECRET}
`,
    largestBatch: (settings) => settings.batch,
    concurrency: 64,
    budgets: {},
    writes: "fact",
    destination: (settings) => settings.url.split("?", 1)[0] ?? settings.url,
    account: (settings) => settings.url,
    lint: lintSettings,
    open: (settings, tools) => openWebhook(settings, tools, surroundings),
  });
}

export const webhook = webhookIn({});

function openWebhook(settings: WebhookSettings, tools: ConnectorTools, surroundings: WebhookSurroundings): Connector {
  const url = new URL(settings.url);
  const templates: WebhookTemplates = {
    headers: tools.template(settings.headers),
    body: tools.template(settings.body),
  };
  const sign = signer(secretsOf(settings.secret));
  const transport = openTransport({
    url,
    allowPrivate: settings.allow_private_network,
    resolve: surroundings.resolve ?? systemResolve,
    proxy: proxyFor(url, surroundings.env ?? processEnvironment),
    authorities: surroundings.authorities,
    timeoutMs: tools.timeoutMs,
  });
  const draft = (deliveries: readonly Delivery[]) => draftRequest(deliveries, settings, templates, tools.userAgent);

  return {
    async deliver(deliveries, signal) {
      const { draft: request, batch } = draft(deliveries);
      if (request === undefined) return { tag: "outcomes", outcomes: batch.refused };
      return withOutcomes(await send(request, settings, { sign, transport, tools }, signal), batch.refused);
    },
    check: (signal) => checkWebhook(settings, transport, tools, signal),
    async preview(deliveries) {
      const { draft: request, batch } = draft(deliveries);
      insistOnAny(batch);
      return request === undefined ? [] : [preview(request, settings)];
    },
    close: async () => transport.close(),
  };
}

interface Line {
  readonly sign: Sign;
  readonly transport: Transport;
  readonly tools: ConnectorTools;
}

async function send(
  draft: Draft,
  settings: WebhookSettings,
  { sign, transport, tools }: Line,
  signal: AbortSignal,
): Promise<DeliverResult> {
  let answer: WebhookAnswer;
  let followUp: FollowUp | undefined;
  try {
    await tools.acquire(undefined, signal);
    // not before: it carries the time of sending
    const headers = { ...draft.headers, ...sign(draft.webhookId, draft.body, new Date()) };
    const request = { method: settings.method, headers, body: draft.body };
    followUp = tools.follow({ ...request, url: settings.url }, signal);
    answer = await transport.exchange(request, signal);
    followUp({ status: answer.status, headers: headersOf(answer), text: answer.text });
  } catch (error) {
    followUp?.({ error });
    return unavailableBy(error);
  }
  return readAnswer(answer, draft.ids, settings.batch > 1, Date.now());
}

/** As far as they are kept. */
function headersOf({ retryAfter, location }: WebhookAnswer): Record<string, string> {
  return {
    ...(retryAfter !== undefined && { "retry-after": retryAfter }),
    ...(location !== undefined && { location }),
  };
}

function preview(draft: Draft, settings: WebhookSettings): PreviewRequest {
  const headers = Object.entries(draft.headers).map(([name, value]) => [
    name,
    isCredentialHeaderName(name) ? "(hidden)" : value,
  ]);
  const isSigned = settings.secret !== undefined;
  return {
    method: settings.method,
    url: settings.url,
    headers: {
      ...Object.fromEntries(headers),
      "webhook-id": draft.webhookId,
      "webhook-timestamp": "(the time of sending)",
      ...(isSigned && { "webhook-signature": "(signed at the time of sending)" }),
    },
    body: JSON.parse(draft.body),
  };
}
