/** Whom `bench rates` compares: the bridge, of this or another checkout, and the bare loop, each with a receiver of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PrivateServer } from "../support/postgres.ts";
import { BARE_WEBHOOKS } from "./bare-rates.ts";
import { type Process, start } from "./processes.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { BENCH_ENV, setUp } from "./setup.ts";

export interface Side {
  readonly name: string;
  /** What takes callbacks. */
  readonly bridge: Process;
  readonly receiver: Receiver;
  readonly close: () => Promise<void>;
}

/** @param main the command line's file */
export async function startSide(name: string, main: string, server: PrivateServer | undefined): Promise<Side> {
  const receiver = await startReceiver();
  const storage = server && { url: server.url, schema: server.schema() };
  const setup = await setUp({ said: {} } as Process, {
    ...(storage && { storage }),
    connectors: webhooks(receiver.url),
  });
  const bridge = await setup.startBridge(main);
  return sideOf(name, bridge, receiver, setup.close);
}

/** @param store and `schema` as `bare-rates.ts` is told them; SQLite's file is made */
export async function startBareSide(name: string, store: string, schema?: string): Promise<Side> {
  const receiver = await startReceiver();
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-bench-"));
  const script = join(import.meta.dirname, "bare-rates.ts");
  const path = schema ?? join(folder, "bare.db");
  const bridge = await start([script, store, path, receiver.url], "url", BENCH_ENV);
  return sideOf(name, bridge, receiver, () => rm(folder, { recursive: true, force: true }));
}

function sideOf(name: string, bridge: Process, receiver: Receiver, clear: () => Promise<void>): Side {
  return {
    ...{ name, bridge, receiver },
    async close() {
      await bridge.stop();
      await clear();
      receiver.close();
    },
  };
}

const webhooks = (url: string): string =>
  Array.from(
    { length: BARE_WEBHOOKS },
    (_, index) =>
      `  partner${index}: { type: webhook, url: "${url}/${index}", secret: "\${PARTNER_WEBHOOK_SECRET}", allow_http: true, allow_private_network: true }\n`,
  ).join("");
