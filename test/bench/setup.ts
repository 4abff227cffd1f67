/** What the bench runs: a folder with a configuration, the destinations that it points at, and signed URLs. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callbackUrl } from "../support/callbacks.ts";
import { type Process, start } from "./processes.ts";

export const MAIN = join(import.meta.dirname, "../../src/main.ts");

const TOKEN = "chat-callback-token";
export const BENCH_ENV = {
  CHAT_CALLBACK_TOKEN: TOKEN,
  HUBSPOT_ACCESS_TOKEN: "bench",
  SEGMENT_WRITE_KEY: "bench",
  PARTNER_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
};

export interface Setup {
  readonly folder: string;
  readonly config: string;
  startBridge(): Promise<Process>;
  close(): Promise<void>;
}

export interface SetupOptions {
  /** False: the queue is kept and nothing is sent. */
  readonly enabled?: boolean;
  readonly storage?: string;
}

/** A bridge's folder and configuration; the destinations run already. */
export async function setUp(destinations: Process, { enabled = true, storage }: SetupOptions = {}): Promise<Setup> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-bench-"));
  const config = join(folder, "bridge.yaml");
  await writeFile(config, yaml(destinations.said, enabled, storage));
  return {
    folder,
    config,
    startBridge: () => start([MAIN, "serve", "--config", config], "path", BENCH_ENV),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The URL that Chat would post to right now: its signature holds for a minute. */
export function signedUrl({ said }: Process): string {
  return callbackUrl(`${said.url}${said.path}`, { users: ["bench"], token: TOKEN });
}

function yaml(urls: Readonly<Record<string, string>>, enabled: boolean, storage = "sqlite:./data/bridge.db"): string {
  return `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${CHAT_CALLBACK_TOKEN}" }] }
server: { host: 127.0.0.1, port: 0, drain: 100ms }
storage: { url: "${storage}" }
connectors:
  crm:
    type: hubspot
    enabled: ${enabled}
    access_token: \${HUBSPOT_ACCESS_TOKEN}
    base_url: ${urls.hubspot}
    match: { property: chat_user_id, value: "{{ user_id }}" }
    set: { chat_subscription: "{{ event }}" }
    when_missing: ignore
    rate: 100000/s
  analytics:
    type: segment
    enabled: ${enabled}
    write_key: \${SEGMENT_WRITE_KEY}
    host: ${urls.segment}
    rate: 100000/s
  partner:
    type: webhook
    enabled: ${enabled}
    url: ${urls.webhook}/unsubscribes
    secret: \${PARTNER_WEBHOOK_SECRET}
    allow_http: true
    allow_private_network: true
`;
}
