/** What the bench runs: a folder with a configuration, the destinations that it points at, and signed URLs. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { registrationOf } from "../../src/delivery/registration.ts";
import { openStorage } from "../../src/storage/open.ts";
import { callbackUrl } from "../support/callbacks.ts";
import { type Process, type Runtime, start } from "./processes.ts";
import { seed } from "./seed.ts";

export const MAIN = join(import.meta.dirname, "../../src/main.ts");

const TOKEN = "chat-callback-token";
export const BENCH_ENV = {
  CHAT_CALLBACK_TOKEN: TOKEN,
  HUBSPOT_ACCESS_TOKEN: "bench",
  SEGMENT_WRITE_KEY: "bench",
  PARTNER_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
};

/** The configured connectors and their types. */
export const CONNECTORS = { crm: "hubspot", analytics: "segment", partner: "webhook" } as const;

export interface Setup {
  readonly folder: string;
  readonly config: string;
  /** @param main the command line's file, of another checkout perhaps */
  startBridge(main?: string, runtime?: Runtime): Promise<Process>;
  close(): Promise<void>;
}

export interface SetupOptions {
  /** Connectors that send; the queues of the others are kept. All unless set. */
  readonly enabled?: readonly string[];
  /** SQLite in the folder unless set. */
  readonly storage?: { readonly url: string; readonly schema?: string; readonly retention?: string };
  /** YAML of all connectors, instead of one of each type. */
  readonly connectors?: string;
  /** The webhook's; the default one unless set. */
  readonly body?: unknown;
  /** False for a release that has no `admin` yet. */
  readonly hasAdmin?: boolean;
  /** Beside the credentials. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A bridge's folder and configuration; the destinations run already. */
export async function setUp(
  destinations: Process,
  { enabled = Object.keys(CONNECTORS), storage, connectors, body, hasAdmin = true, env }: SetupOptions = {},
): Promise<Setup> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-bench-"));
  const config = join(folder, "bridge.yaml");
  await writeFile(
    config,
    `${hasAdmin ? "admin: { port: 0 }\n" : ""}${head(storage)}${connectors ?? oneOfEach(destinations.said, enabled, body)}`,
  );
  return {
    folder,
    config,
    startBridge: (main = MAIN, runtime) =>
      start([main, "serve", "--config", config], "url", { ...BENCH_ENV, ...env }, runtime),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What the image tells the runtime about memory. */
export async function imageMemory(): Promise<Record<string, string>> {
  const dockerfile = await readFile(join(import.meta.dirname, "../../Dockerfile"), "utf8");
  return Object.fromEntries([...dockerfile.matchAll(/\b(BUN_JSC_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
}

/** Fills the store of a bridge that does not run: so many deliveries wait for each of its connectors. */
export async function fill({ config: file }: Setup, count: number): Promise<void> {
  const loaded = await loadConfig(file, BENCH_ENV);
  if (!loaded.ok) throw new Error(loaded.faults.map(({ what }) => what).join("\n"));
  const { connectors, storage: settings } = loaded.config;
  await mkdir(join(file, "../data"), { recursive: true });
  const storage = await openStorage(settings, { create: true });
  await storage.register(connectors.map((connector) => registrationOf(connector)));
  await seed(
    storage,
    connectors.map(({ name }) => name),
    count,
  );
  await storage.close();
}

/** The URL that Chat would post to right now: its signature holds for a minute. */
export function signedUrl({ said }: Process): string {
  return callbackUrl(`${said.url}${said.path}`, { users: ["bench"], token: TOKEN });
}

const head = (storage: SetupOptions["storage"]): string =>
  `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${CHAT_CALLBACK_TOKEN}" }] }
server: { host: 127.0.0.1, port: 0, drain: 100ms }
storage: ${JSON.stringify(storage ?? { url: "sqlite:./data/bridge.db" })}
connectors:
`;

function oneOfEach(urls: Readonly<Record<string, string>>, enabled: readonly string[], body: unknown): string {
  return `  crm:
    type: hubspot
    enabled: ${enabled.includes("crm")}
    access_token: \${HUBSPOT_ACCESS_TOKEN}
    base_url: ${urls.hubspot}
    match: { property: chat_user_id, value: "{{ user_id }}" }
    set: { chat_subscription: "{{ event }}" }
    when_missing: ignore
    rate: 100000/s
  analytics:
    type: segment
    enabled: ${enabled.includes("analytics")}
    write_key: \${SEGMENT_WRITE_KEY}
    host: ${urls.segment}
    rate: 100000/s
  partner:
    type: webhook
    enabled: ${enabled.includes("partner")}
    url: ${urls.webhook}/unsubscribes
    secret: \${PARTNER_WEBHOOK_SECRET}
    allow_http: true
    allow_private_network: true
${body === undefined ? "" : `    body: ${JSON.stringify(body)}\n`}`;
}
