/** A folder with a configuration as a user writes it, and the three destinations that it points at. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { APP, TOKEN } from "./callbacks.ts";
import { type BridgeProcess, type CommandResult, runCommand, startBridgeProcess } from "./process.ts";

export const HUBSPOT_TOKEN = "pat-eu1-hubspot-token";
export const SEGMENT_KEY = "segment-write-key";
export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export interface World {
  readonly folder: string;
  /** The YAML file. */
  readonly config: string;
  readonly hubspot: Awaited<ReturnType<typeof startHubSpotSandbox>>;
  readonly segment: Awaited<ReturnType<typeof startSegmentSandbox>>;
  readonly webhook: Awaited<ReturnType<typeof startWebhookSandbox>>;
  path(name: string): string;
  /** Starts `serve`; it is killed with the world. */
  start(): Promise<BridgeProcess>;
  /** Runs another command with the same configuration. */
  command(...args: string[]): Promise<CommandResult>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** YAML lines to append at the top level. */
  readonly more?: string;
  /** Chat user ids that HubSpot has contacts for. */
  readonly contacts?: readonly string[];
}

const ENV = {
  CHAT_CALLBACK_TOKEN: TOKEN,
  HUBSPOT_ACCESS_TOKEN: HUBSPOT_TOKEN,
  SEGMENT_WRITE_KEY: SEGMENT_KEY,
  PARTNER_WEBHOOK_SECRET: WEBHOOK_SECRET,
};

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-"));
  const [hubspot, segment, webhook] = await Promise.all([
    startHubSpotSandbox({ token: HUBSPOT_TOKEN, contacts: options.contacts ?? [] }),
    startSegmentSandbox({ writeKeys: [SEGMENT_KEY] }),
    startWebhookSandbox({ secret: WEBHOOK_SECRET }),
  ]);
  const config = join(folder, "bridge.yaml");
  await writeFile(config, yamlFor({ hubspot: hubspot.url, segment: segment.url, webhook: webhook.url }, options.more));
  const bridges: BridgeProcess[] = [];
  return {
    folder,
    config,
    hubspot,
    segment,
    webhook,
    path: (name) => join(folder, name),
    async start() {
      const bridge = await startBridgeProcess(config, ENV);
      bridges.push(bridge);
      return bridge;
    },
    command: (...args) => runCommand([...args, "--config", config], { env: ENV }),
    async close() {
      await Promise.all(bridges.map((bridge) => bridge.kill()));
      await Promise.all([hubspot.close(), segment.close(), webhook.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function yamlFor(urls: { hubspot: string; segment: string; webhook: string }, more = ""): string {
  return `chat:
  apps:
    - sdk_app_id: ${APP}
      token: \${CHAT_CALLBACK_TOKEN}
server: { host: 127.0.0.1, port: 0, drain: 200ms }
connectors:
  crm:
    type: hubspot
    access_token: \${HUBSPOT_ACCESS_TOKEN}
    base_url: ${urls.hubspot}
    match: { property: chat_user_id, value: "{{ user_id }}" }
    set:
      chat_subscription: "{{ event }}"
      chat_unsubscribed_at: "{{ event_time }}"
    rate: 1000/s
  analytics:
    type: segment
    write_key: \${SEGMENT_WRITE_KEY}
    host: ${urls.segment}
    event: Official Account Unsubscribed
  partner:
    type: webhook
    url: ${urls.webhook}/unsubscribes
    secret: \${PARTNER_WEBHOOK_SECRET}
    allow_http: true
    allow_private_network: true
${more}`;
}
