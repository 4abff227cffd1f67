/** A folder with a configuration as a user writes it, and the three destinations that it points at. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
  startHubSpotSandbox,
} from "../../connectors/hubspot/sandbox.ts";
import { type SegmentSandbox, startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { APP, TOKEN } from "./callbacks.ts";
import { type BridgeHere, runCommand, type ServeHere, serveHere } from "./command.ts";
import {
  type BridgeProcess,
  type CommandResult,
  launchCommand,
  launchServe,
  runProcess,
  type ServeProcess,
  whenReady,
} from "./process.ts";

export const HUBSPOT_TOKEN = "pat-eu1-hubspot-token";
export const SEGMENT_KEY = "segment-write-key";
export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export interface World {
  readonly folder: string;
  /** The YAML file. */
  readonly config: string;
  readonly hubspot: HubSpotSandbox;
  readonly segment: SegmentSandbox;
  readonly webhook: WebhookSandbox;
  path(name: string): string;
  /** Starts `serve` and waits until it is ready; it is killed with the world. */
  start(options?: StartOptions): Promise<BridgeProcess>;
  /** The same in this process, for what is neither about the process nor about its death; it is stopped with the world. */
  startHere(): Promise<BridgeHere>;
  /** Starts `serve` and does not wait; it is killed with the world. */
  launch(options?: StartOptions): ServeProcess;
  /** Runs another command with the same configuration. */
  command(...args: string[]): Promise<CommandResult>;
  /** As a process of its own. */
  process(...args: string[]): Promise<CommandResult>;
  /** Starts another command that goes on until it is told to stop; it is killed with the world. */
  begin(...args: string[]): ServeProcess;
  /** Changes the YAML file. */
  edit(change: (yaml: string) => string): Promise<void>;
  close(): Promise<void>;
}

export interface StartOptions {
  /** A command that runs the bridge in its own place. */
  readonly through?: readonly string[];
  /** Beside the world's. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorldOptions {
  /** YAML lines to append at the top level. */
  readonly more?: string;
  /** Settings of `server`, beside its host and port. */
  readonly server?: string;
  /** What stands behind `admin:`; any free port unless set. */
  readonly admin?: string;
  /** The chat app's token as the YAML has it. */
  readonly token?: string;
  /** YAML lines to append to the settings of a connector, by its name; an unknown name makes another connector. */
  readonly connectors?: Readonly<Record<string, readonly string[]>>;
  /** Chat user ids that HubSpot has contacts for. */
  readonly contacts?: readonly string[];
  /** HubSpot's properties beside the usual ones. */
  readonly properties?: NonNullable<HubSpotSandboxOptions["properties"]>;
  /** Instead of the usual credentials, or beside them. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-"));
  const env = { ...CREDENTIALS, ...options.env };
  const { contacts = [], properties = [] } = options;
  const [hubspot, segment, webhook] = await Promise.all([
    startHubSpotSandbox({ token: env.HUBSPOT_ACCESS_TOKEN, contacts, properties }),
    startSegmentSandbox({ writeKeys: [env.SEGMENT_WRITE_KEY] }),
    startWebhookSandbox({ secret: env.PARTNER_WEBHOOK_SECRET }),
  ]);
  const config = join(folder, "bridge.yaml");
  await writeFile(config, yamlFor({ hubspot: hubspot.url, segment: segment.url, webhook: webhook.url }, options));
  const bridges: ServeProcess[] = [];
  const here: ServeHere[] = [];
  const launch = (start: StartOptions = {}) => {
    const bridge = launchServe(config, { ...start, env: { ...env, ...start.env } });
    bridges.push(bridge);
    return bridge;
  };
  return {
    folder,
    config,
    hubspot,
    segment,
    webhook,
    path: (name) => join(folder, name),
    launch,
    start: (start) => whenReady(launch(start)),
    startHere() {
      const bridge = serveHere(config, env);
      here.push(bridge);
      return whenReady(bridge);
    },
    command: (...args) => runCommand([...args, "--config", config], { env }),
    process: (...args) => runProcess([...args, "--config", config], { env }),
    begin(...args) {
      const command = launchCommand([...args, "--config", config], { env });
      bridges.push(command);
      return command;
    },
    edit: async (change) => writeFile(config, change(await readFile(config, "utf8"))),
    async close() {
      await Promise.all([...bridges.map((bridge) => bridge.kill()), ...here.map((bridge) => bridge.stop())]);
      await Promise.all([hubspot.close(), segment.close(), webhook.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the YAML's variables stand for. */
export const CREDENTIALS = {
  CHAT_CALLBACK_TOKEN: TOKEN,
  HUBSPOT_ACCESS_TOKEN: HUBSPOT_TOKEN,
  SEGMENT_WRITE_KEY: SEGMENT_KEY,
  PARTNER_WEBHOOK_SECRET: WEBHOOK_SECRET,
};

interface Urls {
  readonly hubspot: string;
  readonly segment: string;
  readonly webhook: string;
}

function yamlFor(
  urls: Urls,
  { more = "", server = "drain: 200ms", admin = "{ port: 0 }", token, connectors = {} }: WorldOptions,
): string {
  const usual = usualConnectors(urls);
  const names = [...new Set([...Object.keys(usual), ...Object.keys(connectors)])];
  const blocks = names.map((name) => {
    const lines = [...(usual[name] ?? []), ...(connectors[name] ?? [])];
    return [`  ${name}:`, ...lines.map((line) => `    ${line}`)].join("\n");
  });
  return `chat:
  apps:
    - sdk_app_id: ${APP}
      token: ${token ?? "${CHAT_CALLBACK_TOKEN}"}
server: { host: 127.0.0.1, port: 0, ${server} }
admin: ${admin}
connectors:
${blocks.join("\n")}
${more}
`;
}

function usualConnectors(urls: Urls): Readonly<Record<string, readonly string[]>> {
  return {
    crm: [
      "type: hubspot",
      "access_token: ${HUBSPOT_ACCESS_TOKEN}",
      `base_url: ${urls.hubspot}`,
      'match: { property: chat_user_id, value: "{{ user_id }}" }',
      "rate: 1000/s",
      "set:",
      '  chat_subscription: "{{ event }}"',
      '  chat_unsubscribed_at: "{{ event_time }}"',
    ],
    analytics: [
      "type: segment",
      "write_key: ${SEGMENT_WRITE_KEY}",
      `host: ${urls.segment}`,
      "event: Official Account Unsubscribed",
    ],
    partner: [
      "type: webhook",
      `url: ${urls.webhook}/unsubscribes`,
      "secret: ${PARTNER_WEBHOOK_SECRET}",
      "allow_http: true",
      "allow_private_network: true",
    ],
  };
}
