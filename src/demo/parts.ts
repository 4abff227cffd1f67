/** Everything that the demo runs: stand-ins, the bridge, and a second look into its store as the commands have it. */

import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { openLog } from "../basics/log.ts";
import { type ChatSandbox, startChatSandbox } from "../chat-rest/sandbox.ts";
import type { Io } from "../cli/io.ts";
import type { Config } from "../config/checked-config.ts";
import { redactor } from "../config/credentials/redact.ts";
import { renderFaults } from "../config/faults/render.ts";
import { loadConfig } from "../config/load.ts";
import type { OfferedStandIn } from "../operations/sandbox/stand-ins.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { openStorage } from "../storage/open.ts";
import { DESTINATION_TYPES, type Destinations, startDestinations } from "./destinations.ts";
import { type DemoFolder, makeDemoFolder } from "./folder.ts";
import { type Guests, startGuests } from "./guests.ts";
import { CAST, CREDENTIALS, NEWS, type Scenario } from "./scenario.ts";
import { startServing } from "./serving.ts";

export interface DemoParts {
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
export async function startDemoParts(
  scenario: Scenario,
  { version, name: program }: Pick<Io, "version" | "name">,
  offered: readonly OfferedStandIn[],
): Promise<DemoParts> {
  const started = closingStack();
  try {
    const folder = started.add(await makeDemoFolder());
    const around = await startAround(scenario, offered, started);
    const adminPort = await writeSettings(folder, around);
    const config = await load(folder.config);
    const { level } = config.log;
    const log = openLog({ level, name: config.name, write: folder.writeLog, redact: redactor(config.secrets) });
    const typed = (command: string) => `${program} ${command} -c ${folder.config}`;
    const file = { load: () => loadConfig(folder.config, {}), env: {} };
    const served = started.add(await startServing({ config, log, version, file, typed }));
    const storage = started.add(await openStorage(config.storage));
    const { whileDown, config: inForce, url } = served;
    const metrics = `http://127.0.0.1:${adminPort}/metrics`;
    return { ...around, folder, storage, whileDown, config: inForce, url, metrics, close: started.close };
  } catch (error) {
    await started.close();
    throw error;
  }
}

type Closable = { readonly close: () => unknown };

/** What was started is closed the other way round. */
function closingStack(): { readonly add: <T extends Closable>(each: T) => T; readonly close: () => Promise<void> } {
  const open: Closable[] = [];
  return {
    add(each) {
      open.push(each);
      return each;
    },
    async close() {
      for (const each of open.splice(0).reverse()) await each.close();
    },
  };
}

type Around = Pick<DemoParts, "destinations" | "guests" | "chatItself">;

/** All that a bridge talks to, by stand-ins. */
async function startAround(
  { contacts, subscribers }: Scenario,
  offered: readonly OfferedStandIn[],
  started: ReturnType<typeof closingStack>,
): Promise<Around> {
  const destinations = started.add(await startDestinations(contacts, [CAST.mended, CAST.refused]));
  const guests = started.add(await startGuests(offered, Object.keys(DESTINATION_TYPES), CAST.unknown));
  const chatItself = started.add(await startChatSandbox({ app: CREDENTIALS.app, secretKey: CREDENTIALS.chatKey }));
  for (const { users, since } of subscribers) chatItself.world.subscribe(NEWS, users, since);
  return { destinations, guests, chatItself };
}

/** Written once, before it is read: what runs is what the file says, its ports included. Resolves with the admin listener's. */
async function writeSettings(folder: DemoFolder, { destinations, guests, chatItself }: Around): Promise<number> {
  const [port, adminPort] = await freePorts(2);
  const ports = { DEMO_PORT: `${port}`, DEMO_ADMIN_PORT: `${adminPort}` };
  await folder.writeConfig({ ...valuesFor(destinations), DEMO_CHAT_URL: chatItself.url, ...ports }, guests.yaml);
  return Number(adminPort);
}

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
