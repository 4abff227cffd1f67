/** From deliveries to the request that carries them: what `deliver` sends and `preview` shows. */
import { type Delivery, errorWords, type Outcome, type Render, rejected } from "../../src/connector.ts";
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
  /** Deliveries that cannot be sent, and why. */
  readonly found: Map<string, Outcome>;
}

/** One that cannot be rendered does not take the others along. */
export function draftRequest(
  deliveries: readonly Delivery[],
  settings: WebhookSettings,
  templates: WebhookTemplates,
  userAgent: string,
): Drafted {
  const found = new Map<string, Outcome>();
  const rendered: { id: string; body: unknown; headers: Record<string, string> }[] = [];
  for (const delivery of deliveries) {
    try {
      const headers = headerTexts(templates.headers(delivery));
      rendered.push({ id: delivery.id, body: templates.body(delivery), headers });
    } catch (error) {
      found.set(delivery.id, rejected(errorWords(error)));
    }
  }
  const [first] = rendered;
  if (first === undefined) return { draft: undefined, found };
  const ids = rendered.map(({ id }) => id);
  const isArray = settings.batch > 1;
  const body = isArray ? rendered.map((each) => ({ id: each.id, ...(each.body as object) })) : first.body;
  return {
    draft: {
      webhookId: isArray ? batchId(ids) : first.id,
      headers: { "content-type": "application/json", "user-agent": userAgent, ...first.headers },
      body: JSON.stringify(body ?? null),
      ids,
    },
    found,
  };
}

/** Names in lower case. Throws a marketer's words for a value that no header can carry. */
function headerTexts(rendered: unknown): Record<string, string> {
  const entries = Object.entries(rendered as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), headerText(name, value)]));
}

function headerText(name: string, value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? "");
  // RFC 9110 5.5: visible ASCII, spaces and tabs; anything else is read differently by everybody
  if (/^[\t\x20-\x7e]*$/.test(text)) return text.trim();
  throw new Error(`the header "${name}" came out with a line break or a character that headers cannot carry`);
}
