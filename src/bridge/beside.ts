/** The auxiliaries of every bridge. */
import { countedOfAll } from "../facts/intake-facts.ts";
import type { ServedConfiguration } from "../storage/contract/presence.ts";
import { startHousekeeping } from "../storage/housekeeping.ts";
import { startIndexBuilding } from "../storage/index-building.ts";
import { startSampling } from "../storage/sampling.ts";
import { openServed, startPresence } from "../storage/sign-of-life.ts";
import { alarm, openWatch } from "./alarming.ts";
import type { Auxiliary, StartAuxiliary } from "./auxiliaries.ts";
import { holdsCallbacks, type KeepingParts } from "./keeping-parts.ts";
import { reconcileBeside } from "./reconciling.ts";
import type { Notices, RunningBridge } from "./running.ts";

export const BESIDE: Readonly<Record<string, StartAuxiliary<RunningBridge>>> = {
  housekeeping: keepHouse,
  sampling: sample,
  questions: ({ questions }) => ({ stop: questions.close }),
  metrics: keepMetrics,
  presence: tellPresence,
  indexes: ({ ground: { log, config } }) => startIndexBuilding(config().storage, log),
  reconcile: reconcileBeside,
  alarms: alarm,
  // loaded once callbacks are taken: whatever is wrong with pages or API keeps nothing else from starting, nor delays it
  admin: async (running) => (await import("./admitting.ts")).admit(running),
};

function keepHouse({ ground: { storage, log, config, facts }, delivery }: RunningBridge): Auxiliary {
  const callbacks = () => countedOfAll(facts.intake, "callbacks_stored");
  const others = { callbacks, giveWay: delivery.throttle.rest };
  return startHousekeeping({ storage, log, config, facts: facts.upkeep, others });
}

/** For charts. */
function sample({ ground: { storage, log, config, facts }, questions }: RunningBridge): Auxiliary {
  const connectors = () => config().connectors.map(({ name }) => name);
  return startSampling({ storage, log, facts, connectors, standing: questions.standing });
}

/** For `status`, on this machine or another. */
function tellPresence({ ground, keeping, settings, notices }: RunningBridge): Auxiliary {
  const { storage, log, version, config } = ground;
  const { refusals } = keeping;
  const served = openServed(() => presence.wake());
  const spool = openSpoolSign(keeping);
  const watch = openWatch(ground.facts);
  const presence = startPresence(storage, log, () => ({
    version,
    configuration: {
      ...served(config()),
      needsRestart: settings.needingRestart(),
      ...told(notices),
      ...ailing(keeping),
      spool: spool(),
      watch: watch(config()),
      ...(config().reconcile !== undefined && { reconciles: true as const }),
    },
  }));
  notices.changed = presence.wake;
  return {
    onReload() {
      refusals.forget();
      presence.wake();
    },
    stop: presence.stop,
  };
}

/** Since when it has held callbacks: nobody delivers what was found missing while they may be among these. */
function openSpoolSign(keeping: KeepingParts): () => NonNullable<ServedConfiguration["spool"]> {
  const { path } = keeping.spool;
  let since: number | undefined;
  return () => {
    since = holdsCallbacks(keeping) ? (since ?? Date.now()) : undefined;
    return since === undefined ? { path } : { path, since };
  };
}

/** Renaming connectors for ever takes no memory. */
function keepMetrics({ ground: { config, facts }, metrics }: RunningBridge): Auxiliary {
  return {
    onReload() {
      const { chat, connectors } = config();
      facts.keepOnly({
        apps: chat.apps.map(({ sdk_app_id }) => String(sdk_app_id)),
        connectors: connectors.map(({ name }) => name),
      });
    },
    stop: async () => metrics.stop(),
  };
}

/** What goes on and on at intake. */
function ailing({
  refusals,
  alarm: misunderstanding,
}: Pick<KeepingParts, "refusals" | "alarm">): Partial<ServedConfiguration> {
  const [refused, misunderstood] = [refusals.all(), misunderstanding.lately(Date.now())];
  return { ...(refused.length > 0 && { refused }), ...(misunderstood && { misunderstood }) };
}

function told({ admin }: Notices): Pick<ServedConfiguration, "admin"> {
  const state = admin?.state();
  return state === undefined ? {} : { admin: state };
}
