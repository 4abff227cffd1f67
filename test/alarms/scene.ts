/** A bridge from YAML whose alarms are told to a webhook, by a clock that a test turns: nothing else is turned. */
import { join } from "node:path";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { type ChatSandbox, SANDBOX_KEY } from "../../src/chat-rest/sandbox.ts";
import type { Notice } from "../../src/notices/notice.ts";
import { type BridgeUnderTest, openBridgeUnderTest } from "../metrics/bridge.ts";
import { TOKEN } from "../support/callbacks.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import type { CommandResult } from "../support/process.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export interface Scene {
  readonly bridge: BridgeUnderTest;
  readonly ops: WebhookSandbox;
  /** How far the clock is ahead from now on. */
  turn(aheadMs: number): void;
  /** The next message that names this. */
  hears(kind: Notice["kind"], words: RegExp): Promise<Notice>;
  /** All so far whose title names this. */
  heard(words: RegExp): readonly Notice["kind"][];
  /** How many alarms of this name are on. */
  on(alarm: string, count: number): Promise<unknown>;
  /** Runs a command beside the bridge. */
  command(...args: string[]): Promise<CommandResult>;
  close(): Promise<void>;
}

interface SceneOptions {
  readonly heartbeatMs?: number;
  /** The Chat that the bridge may ask. */
  readonly chat?: ChatSandbox;
}

/** @param yaml all but `chat` and `server`, around the settings of a way to people */
export async function openScene(
  yaml: (ops: string) => string,
  { heartbeatMs = MINUTE, chat }: SceneOptions = {},
): Promise<Scene> {
  const ops = await startWebhookSandbox({ secret: SECRET });
  let ahead = 0;
  const clocks = { aheadMs: () => ahead, everyMs: 50, heartbeatMs };
  const bridge = await openBridgeUnderTest(
    yaml(`{ type: webhook, url: "${ops.url}/hook", secret: ${SECRET} }`),
    "",
    chat,
    clocks,
  );
  const all = () => [...ops.received.payloads.values()].map((payload) => (payload as { data: Notice }).data);
  const texts = ({ title, lines }: Notice) => [title, ...lines].join("\n");
  const taken = new Set<string>();
  return {
    bridge,
    ops,
    turn(aheadMs) {
      ahead = aheadMs;
    },
    hears: (kind, words) =>
      eventually(() => {
        const found = all().find((one) => one.kind === kind && words.test(texts(one)) && !taken.has(one.id));
        if (found !== undefined) taken.add(found.id);
        return found;
      }),
    heard: (words) =>
      all()
        .filter((one) => words.test(texts(one)))
        .map(({ kind }) => kind),
    on: (alarm, count) => bridge.until((scrape) => scrape.value("unsub_bridge_alarms", { alarm }) === count),
    command(...args) {
      const env = { CHAT_TOKEN: TOKEN, CHAT_SECRET_KEY: SANDBOX_KEY };
      return runCommand([...args, "--config", join(bridge.folder, "bridge.yaml")], { env });
    },
    async close() {
      await bridge.stop();
      await ops.close();
    },
  };
}
