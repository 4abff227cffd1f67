/** A stand-in for a partner's webhook on loopback: verifies signatures with the `standardwebhooks` library, de-duplicates by id. */
import { Webhook } from "standardwebhooks";
import { asRecord, isRecord, parseJson } from "../../src/connector-tools.ts";
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
  type Told,
} from "../kit/sandbox.ts";

/** What a receiver knows after all requests so far. */
export interface WebhookReceived {
  /** Payloads by id: the request's `webhook-id`, or each element's own in an array. */
  readonly payloads: Map<string, unknown>;
  /** Payloads that came again and were recognised by their id. */
  duplicates: number;
  /** Requests whose signature was missing or wrong: answered 401. */
  unverified: number;
}

export interface WebhookSandbox extends Sandbox {
  readonly received: WebhookReceived;
}

export interface WebhookSandboxOptions {
  /** The secret that the receiver knows; signatures are not looked at unless set. */
  readonly secret?: string;
  readonly place?: SandboxPlace;
}

export async function startWebhookSandbox({ secret, place }: WebhookSandboxOptions = {}): Promise<WebhookSandbox> {
  const verifier = secret === undefined ? undefined : new Webhook(secret);
  const received: WebhookReceived = { payloads: new Map(), duplicates: 0, unverified: 0 };

  function respond(request: SandboxRequest): SandboxAnswer {
    if (!["POST", "PUT", "PATCH"].includes(request.method)) return { status: 405, headers: { allow: "POST" } };
    if (!isGenuine(request)) {
      received.unverified += 1;
      return { status: 401, body: "the signature is not right" };
    }
    const payload: unknown = JSON.parse(request.body);
    const id = request.headers["webhook-id"];
    if (typeof id !== "string") return { status: 400, body: "webhook-id is missing" };
    if (Array.isArray(payload)) for (const element of payload as { id: string }[]) keep(element.id, element);
    else keep(id, payload);
    return { status: 204 };
  }

  function isGenuine(request: SandboxRequest): boolean {
    try {
      verifier?.verify(request.body, request.headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  }

  function keep(id: string, payload: unknown): void {
    if (received.payloads.has(id)) received.duplicates += 1;
    else received.payloads.set(id, payload);
  }

  return Object.assign(await startSandbox(respond, place), { received });
}

/** A receiver of its own, at any path, which takes any signature. */
export const standIn: StandIn = {
  yaml: (url) => `type: webhook
url: ${url}/unsubscribes
secret: \${PARTNER_WEBHOOK_SECRET:-whsec_c2FuZGJveC1zaWduaW5nLXNlY3JldC0x}
allow_http: true
allow_private_network: true
`,
  async start({ isStranger: _, ...place }) {
    return { sandbox: await startWebhookSandbox({ place }), tell: ({ body }) => toldIn(parseJson(body)) };
  },
};

function toldIn(payload: unknown): Told[] {
  if (Array.isArray(payload)) return payload.flatMap(toldIn);
  const set = leavesOf(payload);
  return Object.keys(set).length === 0 ? [] : [{ person: personIn(set), set }];
}

/** A body is its owner's to shape: the default one's name, or one that is near to it. */
function personIn(set: Readonly<Record<string, unknown>>): string {
  const [, user] = Object.entries(set).find(([path]) => /(^|\.)(user_?id|user)$/i.test(path)) ?? [];
  return user === undefined ? "somebody" : String(user);
}

/** By dotted path. */
function leavesOf(value: unknown, path = ""): Record<string, unknown> {
  if (!isRecord(value)) return path === "" ? {} : { [path]: value };
  const entries = Object.entries(asRecord(value)).map(([name, part]) => {
    return leavesOf(part, path === "" ? name : `${path}.${name}`);
  });
  return Object.assign({}, ...entries);
}
