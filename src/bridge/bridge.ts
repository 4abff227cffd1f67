/** Configuration in, running bridge out: the one place where the parts meet. */
import type { Log } from "../basics/log.ts";
import { type Typed, typedPlainly } from "../basics/typed.ts";
import { sleep, within } from "../basics/waiting.ts";
import type { Config } from "../config/checked-config.ts";
import { intakeApp, type Phase } from "../intake/app.ts";
import { type Serving, serve } from "../listener/serve.ts";
import { openMetrics } from "../metrics/metrics.ts";
import type { RememberedLimits } from "../metrics/remembered.ts";
import { openQuestionsBeside } from "../storage/open-questions.ts";
import { startAuxiliaries } from "./auxiliaries.ts";
import { BESIDE } from "./beside.ts";
import { type Parts, startParts } from "./parts.ts";
import { reloading } from "./reload.ts";
import type { AlarmClocks, ConfigurationFile } from "./running.ts";
import { settingsInForce } from "./settings-in-force.ts";

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
  readonly alarms?: AlarmClocks;
  /** Where it comes from; as it is given, unless. */
  readonly file?: ConfigurationFile;
  /** Commands as they are typed where it runs, for those who read of them elsewhere. */
  readonly typed?: Typed;
  /** How often metrics ask the store, unless as it should be. */
  readonly asking?: Partial<RememberedLimits> | undefined;
}

/** Of the eight seconds that a shutdown may take. */
const COURIER_GRACE_MS = 5_000;
const AUXILIARY_GRACE_MS = 2_000;
/** Whatever hangs then is left behind: all that was acknowledged is on disk. */
const LONGEST_STOP_MS = 7_500;

/** Starts everything. Rejects with words for people when the store, the port or the configuration forbids it. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { config: first, log, version, alarms = {}, asking, file = asGiven(first), typed = typedPlainly } = options;
  const settings = settingsInForce(first);
  let phase: Phase = "starting";
  const parts = await startParts({ log, version, config: settings.now });
  const server = await listen(parts, () => phase).catch(async (error: unknown) => {
    await parts.delivery.fleet.stop(COURIER_GRACE_MS);
    await parts.stop();
    throw error;
  });
  phase = "ready";
  const { ground, keeping, delivery } = parts;
  const questions = openQuestionsBeside(first.storage, ground.storage, delivery.throttle.rest);
  const metrics = openMetrics({
    ...ground,
    ask: questions.standing,
    askRosters: questions.reconciling,
    keeping: keeping.commit.keeping,
    limits: asking,
  });
  const seen = { settings, questions, metrics, phase: () => phase, url: server.url, notices: {}, alarms, file, typed };
  const serving = { ...parts, ...seen };
  const auxiliaries = startAuxiliaries(serving, BESIDE, { log, longestStopMs: AUXILIARY_GRACE_MS });
  const { path } = first.server;
  log.info({ fact: "bridge.ready", url: server.url, path, store: parts.ground.storage.description });

  async function stopAll(): Promise<void> {
    // callbacks are taken to the last: Chat will not ask again
    await Promise.all([parts.delivery.fleet.stop(COURIER_GRACE_MS), sleep(settings.now().server.drain)]);
    await server.stop();
    await auxiliaries.stop();
    await parts.stop();
  }

  return {
    url: `${server.url}${path}`,
    use: reloading({ ...parts, settings, onTaken: auxiliaries.reloaded }),
    async stop() {
      phase = "stopping";
      parts.delivery.throttle.end();
      log.info({ fact: "bridge.stopping" });
      const cutShort = (error: unknown) => log.warn({ fact: "bridge.cut_short", reason: String(error) });
      await within(LONGEST_STOP_MS, "the shutdown", stopAll()).catch(cutShort);
      log.info({ fact: "bridge.stopped" });
    },
  };
}

const asGiven = (config: Config): ConfigurationFile => ({ load: async () => ({ ok: true, config }), env: {} });

/** Rejects when the address is taken. */
function listen({ ground: { log, config }, keeping }: Parts, phase: () => Phase): Promise<Serving> {
  const { commit, counters, senders, admits, refusals, alarm } = keeping;
  const options = { config, commit, counters, senders, admits, refusals, alarm, log, clock: Date.now, phase };
  const onStray = (error: unknown) => log.error({ fact: "intake.failed", reason: String(error) });
  return serve((peer, isGone) => intakeApp({ ...options, peer, isGone }), { ...config().server, onStray });
}
