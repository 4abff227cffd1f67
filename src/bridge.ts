/** Configuration in, running bridge out: the one place where the parts meet. */
import { hostname } from "node:os";
import { errorWords } from "./basics/error-words.ts";
import type { Log } from "./basics/log.ts";
import { closeToOthers } from "./basics/private-files.ts";
import { sleep, within } from "./basics/waiting.ts";
import type { Config } from "./config/checked-config.ts";
import { openRedaction } from "./config/credentials/redact.ts";
import { template } from "./config/templates/templates.ts";
import { openDeadLetterFile } from "./dead-letters/file.ts";
import { startJournal } from "./dead-letters/journal.ts";
import { openFleet } from "./delivery/fleet.ts";
import { needingRestart, RegistrationRefused, registerAtStart, registerConnectors } from "./delivery/registration.ts";
import { startRouter } from "./delivery/routing/router.ts";
import { openThrottle } from "./delivery/throttle.ts";
import { intakeApp, type Phase } from "./intake/app.ts";
import { openCounters } from "./intake/counters.ts";
import { groupCommit } from "./intake/keeping/group-commit.ts";
import { openSenderClocks } from "./intake/stale/sender-clocks.ts";
import { serve } from "./listener/serve.ts";
import { canSpool, hasLeftovers } from "./spool/segment.ts";
import { openSpool } from "./spool/spool.ts";
import { staleAllowance } from "./spool/stale-allowance.ts";
import { startTakeOver } from "./spool/take-over.ts";
import { openTroubleNote } from "./spool/trouble-note.ts";
import type { Storage } from "./storage/contract/storage.ts";
import { startHousekeeping } from "./storage/housekeeping.ts";
import { openServedStore, type SpoolBeside, sqliteFile } from "./storage/open.ts";
import { boundedIntake } from "./storage/quarantine-limit.ts";
import { openServed, startPresence } from "./storage/sign-of-life.ts";

export interface Bridge {
  /** Where callbacks are taken: `http://host:port/path`. */
  readonly url: string;
  /**
   * Goes on with other settings. Rejects, and changes nothing, when the store refuses them. Resolves with why it does not answer,
   * if it does not: callbacks are taken by the other settings then, all else goes on as it was, and one is to call again.
   */
  use(config: Config): Promise<string | undefined>;
  /** Finishes what is under way and closes. Resolves within eight seconds. */
  stop(): Promise<void>;
}

export interface BridgeOptions {
  readonly config: Config;
  readonly log: Log;
  /** Of this program. */
  readonly version: string;
}

/** A shared store is some way off, and commits for many side by side: a group need not wait for the one before it. */
const SHARED_TRANSACTIONS = 2;
/** Of the eight seconds that a shutdown may take. */
const COURIER_GRACE_MS = 5_000;
/** Whatever hangs then is left behind: all that was acknowledged is on disk. */
const LONGEST_STOP_MS = 7_500;

/** Starts everything. Rejects with words for people when the store, the port or the configuration forbids it. */
export async function startBridge({ config: first, log, version }: BridgeOptions): Promise<Bridge> {
  let config = first;
  /** The latest that the store knows of. */
  let whole = first;
  let phase: Phase = "starting";
  await closeToOthers(privateFilesOf(config), log);
  const storage = await openServedStore(config.storage, spoolBeside(config.storage.spool), log);
  const registering = await registerAtStart(storage, () => config, log).catch(async (error: unknown) => {
    await storage.close();
    throw error;
  });
  const { redact, learn } = openRedaction(config.secrets);
  const ground: Ground = { storage, log, version, config: () => config, redact };
  const delivery = await startDelivery(ground);
  const keeping = await startKeeping(ground, delivery);
  const housekeeping = startHousekeeping(storage, log, () => config);

  async function stopParts(): Promise<void> {
    await keeping.commit.stop();
    await Promise.all([registering?.stop(), delivery.stop(), keeping.stop(), housekeeping.stop()]);
    await Promise.all([keeping.close(), storage.close()]);
  }

  const server = await listen(ground, keeping, () => phase).catch(async (error: unknown) => {
    await delivery.fleet.stop(COURIER_GRACE_MS);
    await stopParts();
    throw error;
  });
  phase = "ready";
  // beside everything else: nothing waits for it
  const served = openServed(() => presence.wake());
  const presence = startPresence(storage, log, () => ({
    version,
    configuration: { ...served(config), needsRestart: needingRestart(first, config) },
  }));
  log.info({ fact: "bridge.ready", url: server.url, path: config.server.path, store: storage.description });

  async function stopAll(): Promise<void> {
    // callbacks are taken to the last: Chat will not ask again
    await Promise.all([delivery.fleet.stop(COURIER_GRACE_MS), sleep(config.server.drain)]);
    await server.stop();
    await presence.stop();
    await stopParts();
  }

  return {
    url: `${server.url}${config.server.path}`,
    async use(next) {
      // before anything is said of it, and even if it is refused
      learn(next.secrets);
      log.use({ redact });
      try {
        await register(ground, delivery, next);
      } catch (error) {
        const isRefused = error instanceof RegistrationRefused;
        config = isRefused ? whole : { ...whole, ...intakeOf(next) };
        if (isRefused) throw error;
        return errorWords(error);
      }
      const restart = needingRestart(whole, next);
      if (restart.length > 0) log.warn({ fact: "config.needs_restart", settings: restart });
      config = next;
      whole = next;
      log.use({ level: next.log.level });
      await delivery.use(next.connectors);
      presence.wake();
      log.info({ fact: "config.reloaded", connectors: next.connectors.length });
      return undefined;
    },
    async stop() {
      phase = "stopping";
      delivery.throttle.end();
      log.info({ fact: "bridge.stopping" });
      const cutShort = (error: unknown) => log.warn({ fact: "bridge.cut_short", reason: String(error) });
      await within(LONGEST_STOP_MS, "the shutdown", stopAll()).catch(cutShort);
      log.info({ fact: "bridge.stopped" });
    },
  };
}

/** What all parts stand on. */
interface Ground {
  readonly storage: Storage;
  readonly log: Log;
  readonly version: string;
  /** As it is now. */
  readonly config: () => Config;
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
}

type DeliveryParts = Awaited<ReturnType<typeof startDelivery>>;
type KeepingParts = Awaited<ReturnType<typeof startKeeping>>;

/** From stored callbacks to settled deliveries, and the dead ones in their file. */
async function startDelivery({ storage, log, version, config, redact }: Ground) {
  const { connectors, dead_letters } = config();
  const journal = startJournal({ storage, file: openDeadLetterFile(dead_letters.file), log, redact });
  const throttle = openThrottle();
  const { rest } = throttle;
  const userAgent = `unsub-bridge/${version}`;
  const fleet = openFleet({ storage, log, userAgent, template, rest, redact, onDead: journal.wake });
  await fleet.use(connectors);
  const router = startRouter({ storage, log, connectors, rest, onRouted: fleet.wake });
  return {
    fleet,
    throttle,
    /** There are new callbacks. */
    wake: router.wake,
    async use(next: Config["connectors"]) {
      await fleet.use(next);
      router.use(next);
    },
    /** The couriers are stopped before. */
    stop: () => Promise.all([router.stop(), journal.stop()]),
  };
}

/** From a request's callback to the store, or to the spool and then to the store. */
async function startKeeping({ storage, log, config }: Ground, { throttle, wake }: DeliveryParts) {
  const { spool: path } = config().storage;
  const mostQuarantined = () => config().quarantine.max_size;
  const bounded = boundedIntake(storage, log, mostQuarantined);
  const noticed: Pick<Storage, "accept" | "ping"> = {
    async accept(intake) {
      throttle.arrived(intake.callbacks.length);
      const result = await bounded.accept(intake);
      wake();
      return result;
    },
    ping: () => storage.ping(),
  };
  const spool = await openSpool(path, { maxBytes: () => config().storage.spool_max, log });
  const trouble = openTroubleNote(path, Date.now);
  const takeOver = startTakeOver(spool, bounded, log, wake);
  const commit = groupCommit({
    storage: noticed,
    spool,
    log,
    limits: { transactions: storage.shared ? SHARED_TRANSACTIONS : 1 },
    answerWithin: () => config().server.answer_within,
    onTrouble: (why) => void (why === undefined ? trouble.remove() : trouble.write(why)),
  });
  const counters = openCounters(storage, { log });
  const senders = await openSenderClocks({ storage, log, host: hostname() });
  const spools = () => commit.keeping() !== "store" || spool.pending();
  const { admits } = staleAllowance(spools, mostQuarantined);
  return {
    ...{ commit, counters, senders, admits },
    stop: () => Promise.all([takeOver.stop(), counters.stop(), senders.stop()]),
    close: () => spool.close(),
  };
}

/** Rejects when the address is taken. */
function listen({ log, config }: Ground, { commit, counters, senders, admits }: KeepingParts, phase: () => Phase) {
  const options = { config, commit, counters, senders, admits, log, clock: Date.now, phase };
  const onStray = (error: unknown) => log.error({ fact: "intake.failed", reason: String(error) });
  return serve((peer, isGone) => intakeApp({ ...options, peer, isGone }), { ...config().server, onStray });
}

/** Makes the next connectors known to the store. Rejects, and serves the present ones again, when it refuses them. */
async function register({ storage, log, config }: Ground, { fleet }: DeliveryParts, next: Config): Promise<void> {
  await fleet.retire(next.connectors.flatMap(({ common }) => common.was ?? []));
  try {
    await registerConnectors(storage, next, log);
  } catch (error) {
    await fleet.use(config().connectors);
    throw error;
  }
}

/** What callbacks are taken by, which needs no store: Chat will not ask again for what was refused by a former token. */
function intakeOf({ chat, server }: Config): Pick<Config, "chat" | "server"> {
  return { chat, server };
}

function privateFilesOf({ storage, dead_letters }: Config): readonly string[] {
  const store = sqliteFile(storage);
  return [...(store === undefined || store === ":memory:" ? [] : [store]), storage.spool, dead_letters.file];
}

function spoolBeside(path: string): SpoolBeside {
  return { path, isUsable: () => canSpool(path), hasLeftovers: () => hasLeftovers(path) };
}
