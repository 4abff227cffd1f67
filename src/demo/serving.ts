/** The demo's bridge: it takes over a changed file as `serve` does, and can be down for a moment. */
import type { Bridge, BridgeOptions } from "../bridge/bridge.ts";
import { startReload } from "../cli/commands/reload.ts";
import type { Config } from "../config/checked-config.ts";

export interface ServingBridge {
  /** Where callbacks go. */
  readonly url: string;
  /** In force. */
  config(): Config;
  /** The bridge ends, this happens, and it starts again with what was in force. */
  whileDown(act: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function startServing(options: BridgeOptions): Promise<ServingBridge> {
  const { startBridge } = await import("../bridge/bridge.ts");
  const { config, log } = options;
  let bridge = await startBridge(options);
  let inForce = config;
  const followed: Pick<Bridge, "use"> = {
    async use(next) {
      const away = await bridge.use(next);
      if (away === undefined) inForce = next;
      return away;
    },
  };
  const reload = startReload({ config, log, bridge: followed, io: NOTHING_ELSE });
  return {
    url: bridge.url,
    config: () => inForce,
    async whileDown(act) {
      await bridge.stop();
      await act();
      bridge = await startBridge({ ...options, config: inForce });
    },
    async close() {
      await reload.stop();
      await bridge.stop();
    },
  };
}

/** The demo's configuration takes nothing from the environment, and SIGHUP ends the demo as any program. */
const NOTHING_ELSE = { env: {}, onReloadSignal: () => () => undefined };
