/** A bridge in this process, from YAML as a user writes it, with a connector that does as the user's id says. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog } from "../../src/basics/log.ts";
import { type Bridge, startBridge } from "../../src/bridge/bridge.ts";
import type { AlarmClocks } from "../../src/bridge/running.ts";
import { type ChatSandbox, SANDBOX_KEY } from "../../src/chat-rest/sandbox.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openStorage } from "../../src/storage/open.ts";
import { APP, type CallbackRequest, callbackBody, sign, TOKEN } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { readScrape, type Scrape } from "./text.ts";

const HOME = join(import.meta.dirname, "../..");

/** What its destination does with a user whose id begins so; all others are delivered. */
const SCRIPTED = `
import { connectorType, delivered, outcomes, rejected, retry, Secret, skipped, Type, unmatched } from "unsub-bridge/connector";
const because = { words: "the id says so" };
const ONE = {
  RETRY: () => retry(because), UNKNOWN: () => unmatched(because), REJECT: () => rejected(because), SKIP: () => skipped(because),
};
const ALL = {
  DOWN: () => ({ tag: "unavailable", reason: because }), CREDENTIALS: () => ({ tag: "credentialsRefused", reason: because }),
  LEAK: ({ token }) => ({ tag: "credentialsRefused", reason: { words: "it refuses " + token, message: "token=" + token } }),
  GONE: () => ({ tag: "gone", reason: because }), HANG: () => new Promise(() => undefined),
};
export const connector = connectorType({
  type: "scripted",
  summary: "Does as the user's id says.",
  settings: Type.Object({ token: Type.Optional(Secret({ description: "Its token.", examples: ["\${TOKEN}"] })) }),
  example: "type: ./scripted.ts",
  largestBatch: () => 1,
  concurrency: 4,
  budgets: { default: { requests: 500, perMs: 1_000 } },
  writes: "fact",
  destination: () => "nowhere",
  account: () => "nobody",
  open: (settings, tools) => ({
    async deliver([delivery], signal) {
      await tools.acquire("default", signal);
      const [script] = delivery.event.user.split("-");
      if (ALL[script]) return ALL[script](settings);
      return outcomes([[delivery.id, (ONE[script] ?? delivered)()]]);
    },
    check: async () => [],
    preview: async () => [],
  }),
});
`;

export interface BridgeUnderTest {
  /** The folder of the YAML. */
  readonly folder: string;
  readonly port: number;
  config(): Config;
  scrape(): Promise<Scrape>;
  /** Scrapes again and again, until it holds. */
  until(holds: (scrape: Scrape) => boolean): Promise<Scrape>;
  post(request: CallbackRequest, how?: PostOptions): Promise<Response>;
  /** The signed address of a callback. */
  url(request: CallbackRequest, how?: PostOptions): URL;
  /** Goes on with another YAML. */
  reload(change: (yaml: string) => string): Promise<void>;
  /** The store as a command opens it. */
  withStore<T>(act: (storage: Storage) => Promise<T>): Promise<T>;
  /** Ends, and starts again with another YAML. */
  restart(change: (yaml: string) => string): Promise<void>;
  stop(): Promise<void>;
  /** All that it has logged, oldest first. */
  readonly lines: readonly string[];
  /** The Chat that it may ask. */
  readonly chat: ChatSandbox | undefined;
}

export interface PostOptions {
  readonly path?: string;
  readonly method?: string;
  readonly body?: BodyInit;
  readonly command?: string;
  readonly app?: string | number;
  readonly sign?: string;
  /** Seconds since 1970. */
  readonly requestTime?: number;
  readonly headers?: Record<string, string>;
}

/** @param yaml all but `chat.apps` and `server` @param alarms by which clocks people are told */
export async function openBridgeUnderTest(
  yaml: string,
  chat = "",
  asked?: ChatSandbox,
  alarms: AlarmClocks = {},
): Promise<BridgeUnderTest> {
  const rest = asked === undefined ? "" : `, rest: { base_url: "${asked.url}", secret_key: "\${CHAT_SECRET_KEY}" }`;
  const folder = await scriptedFolder();
  const file = join(folder, "bridge.yaml");
  let text = `chat:
  apps: [{ sdk_app_id: ${APP}, token: "\${CHAT_TOKEN}"${rest} }]
  ${chat}
server: { host: 127.0.0.1, port: 0, drain: 1ms, max_body: 64KiB, trusted_proxies: [127.0.0.1] }
admin: { port: 0 }
${yaml}`;
  let config = await load();
  let adminUrl: string | undefined;
  const lines: string[] = [];
  const hear = (line: string) => {
    lines.push(line);
    const { fact, url } = JSON.parse(line) as { fact: string; url?: string };
    if (fact === "admin.ready") adminUrl = url;
  };
  const log = openLog({ level: "info", write: hear, redact: (line) => line });
  const start = (): Promise<Bridge> =>
    startBridge({ config, log, version: "0.0.0-test", asking: { everyMs: 100 }, alarms });
  let bridge = await start();

  async function load(): Promise<Config> {
    await writeFile(file, text);
    const loaded = await loadConfig(file, { CHAT_TOKEN: TOKEN, CHAT_SECRET_KEY: SANDBOX_KEY });
    if (!loaded.ok) throw new Error(loaded.faults.map(({ path, what }) => `${path}: ${what}`).join("\n"));
    return loaded.config;
  }

  const port = () => Number(new URL(bridge.url).port);
  const scrape = async () => {
    const answer = await eventually(async () => {
      const found = adminUrl !== undefined && (await fetch(`${adminUrl}/metrics`));
      // more in a second than anybody needs
      return found && found.status !== 429 && found;
    });
    if (answer.status !== 200) throw new Error(`the scrape was answered ${answer.status}`);
    return readScrape(await answer.text());
  };
  return {
    folder,
    lines,
    chat: asked,
    get port() {
      return port();
    },
    config: () => config,
    scrape,
    until: (holds) =>
      eventually(async () => {
        const found = await scrape();
        return holds(found) && found;
      }),
    url: (request, how = {}) => new URL(urlOf(port(), request, how)),
    post: (request, how = {}) => fetch(urlOf(port(), request, how), sentOf(request, how)),
    async reload(change) {
      text = change(text);
      config = await load();
      const away = await bridge.use(config);
      if (away !== undefined) throw new Error(away);
    },
    async withStore(act) {
      const storage = await openStorage(config.storage);
      try {
        return await act(storage);
      } finally {
        await storage.close();
      }
    },
    async restart(change) {
      await bridge.stop();
      text = change(text);
      config = await load();
      adminUrl = undefined;
      bridge = await start();
    },
    async stop() {
      await bridge.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A new folder in which a YAML may say `type: ./scripted.ts`. */
export async function scriptedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-metrics-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(HOME, join(folder, "node_modules/unsub-bridge"));
  await writeFile(join(folder, "scripted.ts"), SCRIPTED);
  return folder;
}

function urlOf(port: number, request: CallbackRequest, how: PostOptions): string {
  const { path = "/callback", requestTime = Math.floor(Date.now() / 1_000) } = how;
  const kind = request.subscribed ? "CallbackAfterAddSubscriber" : "CallbackAfterDeleteSubscriber";
  const query = new URLSearchParams({
    SdkAppid: String(how.app ?? APP),
    CallbackCommand: how.command ?? `OfficialAccount.${kind}`,
    RequestTime: String(requestTime),
    Sign: how.sign ?? sign(TOKEN, requestTime),
  });
  return `http://127.0.0.1:${port}${path}?${query}`;
}

function sentOf(request: CallbackRequest, { method = "POST", body, headers = {} }: PostOptions): RequestInit {
  return { method, headers, ...(method !== "GET" && { body: body ?? callbackBody(request) }) };
}
