/** Everything that the demo runs: stand-ins, the bridge, and a second look into its store as the commands have it. */

import { openLog } from "../basics/log.ts";
import type { Io } from "../cli/io.ts";
import type { Config } from "../config/checked-config.ts";
import { redactor } from "../config/credentials/redact.ts";
import { renderFaults } from "../config/faults/render.ts";
import { loadConfig } from "../config/load.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { openStorage } from "../storage/open.ts";
import { type Destinations, startDestinations } from "./destinations.ts";
import { type DemoFolder, makeFolder } from "./folder.ts";
import { CAST, CREDENTIALS, type Scenario } from "./scenario.ts";

export interface Parts {
  readonly folder: DemoFolder;
  readonly destinations: Destinations;
  readonly config: Config;
  readonly storage: Storage;
  /** Where callbacks go. */
  readonly url: string;
  /** Ends everything; the folder stays. */
  close(): Promise<void>;
}

/** Rejects, with nothing left running, when something cannot be started. */
export async function startParts({ contacts }: Scenario, { version }: Pick<Io, "version">): Promise<Parts> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const act of closers.splice(0).reverse()) await act();
  };
  try {
    const folder = await makeFolder();
    closers.push(() => folder.close());
    const destinations = await startDestinations(contacts, [CAST.mended, CAST.refused]);
    closers.push(() => destinations.close());
    const values = valuesFor(destinations);
    await folder.writeConfig(values);
    const config = await load(folder.config);
    const log = openLog({ level: config.log.level, write: folder.writeLog, redact: redactor(config.secrets) });
    const { startBridge } = await import("../bridge/bridge.ts");
    const bridge = await startBridge({ config, log, version });
    closers.push(() => bridge.stop());
    // the port that it was given: `send` needs it
    await folder.writeConfig({ ...values, DEMO_PORT: new URL(bridge.url).port });
    const storage = await openStorage(config.storage);
    closers.push(() => storage.close());
    return { folder, destinations, config, storage, url: bridge.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function valuesFor({ urls }: Destinations): Record<string, string> {
  return {
    DEMO_CHAT_TOKEN: CREDENTIALS.chatToken,
    DEMO_HUBSPOT_TOKEN: CREDENTIALS.hubspotToken,
    DEMO_HUBSPOT_URL: urls.hubspot,
    DEMO_SEGMENT_KEY: CREDENTIALS.segmentKey,
    DEMO_SEGMENT_URL: urls.segment,
    DEMO_WEBHOOK_URL: urls.webhook,
    DEMO_WEBHOOK_SECRET: CREDENTIALS.webhookSecret,
  };
}

async function load(file: string): Promise<Config> {
  const loaded = await loadConfig(file, {});
  if (!loaded.ok) throw new Error(renderFaults(loaded.faults, { colour: false }));
  return loaded.config;
}
