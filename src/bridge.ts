/** Configuration in, running bridge out: the one place where the parts meet. */
import type { Config } from "./config/config.ts";
import { redactor } from "./config/redact.ts";
import { template } from "./config/templates.ts";
import { openDeadLetterFile } from "./dead-letters/file.ts";
import { startJournal } from "./dead-letters/journal.ts";
import { openFleet, registrationOf } from "./delivery/fleet.ts";
import { type Loop, startLoop } from "./delivery/loop.ts";
import { startRouter } from "./delivery/router.ts";
import { sleep } from "./delivery/waiting.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { openCounters } from "./intake/counters.ts";
import { groupCommit } from "./intake/group-commit.ts";
import { intakeApp, type Phase } from "./intake/intake.ts";
import type { Log } from "./log.ts";
import { serve } from "./serve.ts";
import type { Storage } from "./storage/contract.ts";
import { openSpool, type Spool } from "./storage/spool.ts";
import { openStore } from "./store.ts";

export interface Bridge {
  /** Where callbacks are taken: `http://host:port/path`. */
  readonly url: string;
  /** Goes on with other settings. Rejects, and changes nothing, when the store refuses them. */
  use(config: Config): Promise<void>;
  /** Finishes what is under way and closes. Resolves within eight seconds. */
  stop(): Promise<void>;
}

export interface BridgeOptions {
  readonly config: Config;
  readonly log: Log;
  readonly userAgent: string;
}

/** Of the eight seconds that a shutdown may take. */
const COURIER_GRACE_MS = 6_000;
/** How often the spool is looked at, in milliseconds. */
const SPOOL_MS = 1_000;

/** Starts everything. Rejects with words for people when the store, the port or the configuration forbids it. */
export async function startBridge({ config: first, log, userAgent }: BridgeOptions): Promise<Bridge> {
  let config = first;
  let phase: Phase = "starting";
  const { storage, close: closeStore } = await openStore(config.storage, log);
  await register(storage, config, log);

  const redact = (text: string) => redactor(config.secrets)(text);
  const letters = openDeadLetterFile(config.dead_letters.file);
  const journal = startJournal({ storage, file: letters, log, redact });
  const fleet = openFleet({ storage, log, userAgent, template, onDead: journal.wake });
  await fleet.use(config.connectors);

  const spool = await openSpool(config.storage.spool);
  const takeOver = startTakeOver(spool, storage, log);
  const lastCallback = { at: Number.NEGATIVE_INFINITY };
  const router = startRouter({
    storage,
    log,
    connectors: config.connectors,
    busy: () => performance.now() - lastCallback.at < 50,
    onRouted: fleet.wake,
  });
  const noticing: Pick<Storage, "accept" | "ping"> = {
    async accept(intake) {
      lastCallback.at = performance.now();
      const result = await storage.accept(intake);
      router.wake();
      return result;
    },
    ping: () => storage.ping(),
  };
  const commit = groupCommit({ storage: noticing, spool, log });
  const counters = openCounters(storage, { log });
  const housekeeping = startHousekeeping(storage, log, () => config);
  const server = await serve(
    (peer) => intakeApp({ config: () => config, commit, counters, log, clock: Date.now, peer, phase: () => phase }),
    config.server,
  );
  phase = "ready";
  log.info({ fact: "bridge.ready", url: server.url, path: config.server.path, store: storage.description });

  return {
    url: `${server.url}${config.server.path}`,
    async use(next) {
      await register(storage, next, log);
      warnOfRestart(config, next, log);
      config = next;
      log.use({ level: next.log.level, redact });
      await fleet.use(next.connectors);
      router.use(next.connectors);
      log.info({ fact: "config.reloaded", connectors: next.connectors.length });
    },
    async stop() {
      phase = "stopping";
      log.info({ fact: "bridge.stopping" });
      // callbacks are taken to the last: Chat will not ask again
      await Promise.all([fleet.stop(COURIER_GRACE_MS), sleep(config.server.drain)]);
      await server.stop();
      await commit.stop();
      await Promise.all([router.stop(), takeOver.stop(), journal.stop(), housekeeping.stop(), counters.stop()]);
      await closeStore();
      log.info({ fact: "bridge.stopped" });
    },
  };
}
