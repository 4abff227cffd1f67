/** Everything that the demo runs: stand-ins, the bridge, and a second look into its store as the commands have it. */

import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { openLog } from "../basics/log.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { type ChatSandbox, startChatSandbox } from "../chat-rest/sandbox.ts";
import { startReload } from "../cli/commands/reload.ts";
import type { Io } from "../cli/io.ts";
import type { Config } from "../config/checked-config.ts";
import { redactor } from "../config/credentials/redact.ts";
import { renderFaults } from "../config/faults/render.ts";
import { loadConfig } from "../config/load.ts";
import type { OfferedStandIn } from "../operations/sandbox/stand-ins.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { openStorage } from "../storage/open.ts";
import { type Destinations, PLACES, startDestinations } from "./destinations.ts";
import { type DemoFolder, makeFolder } from "./folder.ts";
import { type Guests, startGuests } from "./guests.ts";
import { CAST, CREDENTIALS, NEWS, type Scenario } from "./scenario.ts";

export interface Parts {
  readonly folder: DemoFolder;
  readonly destinations: Destinations;
  /** Those that were asked for beside them. */
  readonly guests: Guests;
  /** A stand-in for Chat, which can be asked who subscribes. */
  readonly chatItself: ChatSandbox;
  /** The bridge ends, this happens, and it starts again. */
  whileDown(act: () => Promise<void>): Promise<void>;
  /** The configuration in force: whoever changes the file while the demo stays is heard, as by the bridge itself. */
  config(): Config;
  readonly storage: Storage;
  /** Where callbacks go. */
  readonly url: string;
  /** What Prometheus may scrape. */
  readonly metrics: string;
  /** Ends everything; the folder stays. */
  close(): Promise<void>;
}

/** Rejects, with nothing left running, when something cannot be started. */
export async function startParts(
  { contacts, subscribers }: Scenario,
  { version, name: program }: Pick<Io, "version" | "name">,
  offered: readonly OfferedStandIn[],
): Promise<Parts> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const act of closers.splice(0).reverse()) await act();
  };
  try {
    const folder = await makeFolder();
    closers.push(() => folder.close());
    const destinations = await startDestinations(contacts, [CAST.mended, CAST.refused]);
    closers.push(() => destinations.close());
    const guests = await startGuests(offered, Object.keys(PLACES), CAST.unknown);
    closers.push(() => guests.close());
    const chatItself = await startChatSandbox({ app: CREDENTIALS.app, secretKey: CREDENTIALS.chatKey });
    closers.push(() => chatItself.close());
    for (const { users, since } of subscribers) chatItself.world.subscribe(NEWS, users, since);
    // written once, before it is read: what runs is what the file says, its port included
    const [port, adminPort] = await freePorts(2);
    const ports = { DEMO_PORT: `${port}`, DEMO_ADMIN_PORT: `${adminPort}` };
    const values = { ...valuesFor(destinations), DEMO_CHAT_URL: chatItself.url, ...ports };
    await folder.writeConfig(values, guests.yaml);
    const config = await load(folder.config);
    const { name, secrets } = config;
    const log = openLog({ level: config.log.level, name, write: folder.writeLog, redact: redactor(secrets) });
    const { startBridge } = await import("../bridge/bridge.ts");
    const typed = (command: string) => `${program} ${command} -c ${folder.config}`;
    const file = { load: () => loadConfig(folder.config, {}), env: {} };
    let bridge = await startBridge({ config, log, version, file, typed });
    closers.push(() => bridge.stop());
    let inForce = config;
    const followed: Pick<Bridge, "use"> = {
      async use(next) {
        const away = await bridge.use(next);
        if (away === undefined) inForce = next;
        return away;
      },
    };
    const reload = startReload({ config, log, bridge: followed, io: NOTHING_ELSE });
    closers.push(() => reload.stop());
    const storage = await openStorage(config.storage);
    closers.push(() => storage.close());
    const whileDown = async (act: () => Promise<void>) => {
      await bridge.stop();
      await act();
      bridge = await startBridge({ config: inForce, log, version, file, typed });
    };
    const metrics = `http://127.0.0.1:${adminPort}/metrics`;
    const { url } = bridge;
    const running = { folder, destinations, guests, chatItself, storage };
    return { ...running, whileDown, config: () => inForce, url, metrics, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The demo's configuration takes nothing from the environment, and SIGHUP ends the demo as any program. */
const NOTHING_ELSE = { env: {}, onReloadSignal: () => () => undefined };

/** Below those that systems hand out by themselves: whoever else connects in the meantime takes none of these. */
const PORTS = { from: 20_000, to: 32_000 } as const;

/** Ports that nobody had a moment ago, each another. */
async function freePorts(amount: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < amount) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) free.add(port);
  }
  return [...free];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    // rejects where it is taken
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return false;
  }
  await once(server.close(), "close");
  return true;
}

function valuesFor({ urls }: Destinations): Record<string, string> {
  return {
    DEMO_CHAT_TOKEN: CREDENTIALS.chatToken,
    DEMO_CHAT_KEY: CREDENTIALS.chatKey,
    DEMO_HUBSPOT_TOKEN: CREDENTIALS.hubspotToken,
    DEMO_HUBSPOT_URL: urls.hubspot,
    DEMO_SEGMENT_KEY: CREDENTIALS.segmentKey,
    DEMO_SEGMENT_URL: urls.segment,
    DEMO_WEBHOOK_URL: urls.webhook,
    DEMO_WEBHOOK_SECRET: CREDENTIALS.webhookSecret,
    DEMO_TEAM_URL: urls.team,
    DEMO_TEAM_SECRET: CREDENTIALS.teamSecret,
  };
}

async function load(file: string): Promise<Config> {
  const loaded = await loadConfig(file, {});
  if (!loaded.ok) throw new Error(renderFaults(loaded.faults, { colour: false }));
  return loaded.config;
}
