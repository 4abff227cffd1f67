/** From deliveries to the request that carries them: what `deliver` sends and `preview` shows. */
import type { Delivery, Render } from "../../src/connector.ts";
import { type ComposedBatch, type Composition, composeEach } from "../../src/connector-tools.ts";
import { renderedHeaders } from "../../src/guarded-http/headers.ts";
import { said } from "./sentences.ts";
import type { WebhookSettings } from "./settings.ts";
import { batchId } from "./signature.ts";

/** A request before it is signed. */
export interface Draft {
  /** What the receiver de-duplicates by. */
  readonly webhookId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** The deliveries that it carries. */
  readonly ids: readonly string[];
}

export interface WebhookTemplates {
  readonly headers: Render;
  readonly body: Render;
}

export interface Drafted {
  /** Absent when nothing is left to send. */
  readonly draft: Draft | undefined;
  readonly batch: ComposedBatch<Rendered>;
}

interface Rendered {
  readonly id: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export function draftRequest(
  deliveries: readonly Delivery[],
  settings: WebhookSettings,
  templates: WebhookTemplates,
  userAgent: string,
): Drafted {
  const batch = composeEach(deliveries, (delivery) => render(delivery, templates));
  const [first] = batch.composed;
  if (first === undefined) return { draft: undefined, batch };
  const ids = batch.composed.map(({ id }) => id);
  const isArray = settings.batch > 1;
  const body = isArray ? batch.composed.map((each) => ({ id: each.id, ...(each.body as object) })) : first.body;
  return {
    draft: {
      webhookId: isArray ? batchId(ids) : first.id,
      headers: { "content-type": "application/json", "user-agent": userAgent, ...first.headers },
      body: JSON.stringify(body ?? null),
      ids,
    },
    batch,
  };
}

function render(delivery: Delivery, templates: WebhookTemplates): Composition<Rendered> {
  const rendered = renderedHeaders(templates.headers(delivery));
  if ("unfit" in rendered) return { refused: said("header", { name: rendered.unfit }) };
  return { composed: { id: delivery.id, body: templates.body(delivery), headers: rendered.headers } };
}
