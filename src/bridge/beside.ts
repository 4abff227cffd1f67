/** The auxiliaries of every bridge, and what they see of it. */
import { type Admin, openAdmin } from "../admin/admin.ts";
import type { Identity } from "../admin/identity.ts";
import type { Link } from "../admin/route.ts";
import type { Follow } from "../admin/routes/exchanges.ts";
import { apiRoutes } from "../api/api.ts";
import { openPlanRuns } from "../api/plan-runs.ts";
import { stackOf } from "../basics/error-words.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { consoleRoutes } from "../console/console.ts";
import { loginPage } from "../console/login.tsx";
import type { Phase } from "../intake/app.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { openWitness } from "../operations/audit/witness.ts";
import { knownOf } from "../operations/known.ts";
import { type Operations, operationsOn } from "../operations/operations.ts";
import type { Front } from "../storage/contract/audit.ts";
import type { ServedConfiguration } from "../storage/contract/presence.ts";
import type { Questions } from "../storage/contract/questions.ts";
import { startHousekeeping } from "../storage/housekeeping.ts";
import { startIndexBuilding } from "../storage/index-building.ts";
import { openServed, startPresence } from "../storage/sign-of-life.ts";
import { alarm, openWatch } from "./alarming.ts";
import type { Auxiliary, StartAuxiliary } from "./auxiliaries.ts";
import type { Ground } from "./ground.ts";
import { holdsCallbacks, type KeepingParts } from "./keeping-parts.ts";
import type { Parts } from "./parts.ts";
import { reconcileBeside } from "./reconciling.ts";
import type { SettingsInForce } from "./settings-in-force.ts";

/** A bridge that takes callbacks, as what stands beside it sees it. */
export interface RunningBridge extends Omit<Parts, "stop"> {
  readonly settings: Pick<SettingsInForce, "needingRestart">;
  readonly phase: () => Phase;
  /** For whoever looks in. */
  readonly questions: Questions;
  readonly metrics: Metrics;
  /** Where it listens: `http://host:port`. */
  readonly url: string;
  readonly notices: Notices;
  readonly alarms: AlarmClocks;
}

/** Clocks by which people are told, where they are not the usual ones. Milliseconds. */
export interface AlarmClocks {
  /** So far ahead of all others, that ages need not be waited for. */
  readonly aheadMs?: () => number;
  readonly everyMs?: number;
  readonly heartbeatMs?: number;
}

/** What they tell each other. */
export interface Notices {
  admin?: Pick<Admin, "state">;
  /** There is something else to tell of this bridge. */
  changed?(): void;
}

export const BESIDE: Readonly<Record<string, StartAuxiliary<RunningBridge>>> = {
  housekeeping: ({ ground: { storage, log, config, facts } }) => startHousekeeping(storage, log, config, facts.upkeep),
  questions: ({ questions }) => ({ stop: questions.close }),
  metrics: keepMetrics,
  presence: tellPresence,
  indexes: ({ ground: { log, config } }) => startIndexBuilding(config().storage, log),
  reconcile: reconcileBeside,
  alarms: alarm,
  admin: admit,
};

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

/** Those who look in. */
function admit(running: RunningBridge): Auxiliary {
  const { ground, delivery, metrics, notices } = running;
  const { log, version, config, learn } = ground;
  const { rest: giveWay } = delivery.throttle;
  const follow = followingBy(ground, delivery);
  const onChange = () => notices.changed?.();
  const shared = { config, version, clock: Date.now, onUnanswered: unansweredIn(log) };
  const pages = { ...shared, operations: operationsFor(running, "page") };
  const runs = openPlanRuns((plan, error) => log.warn({ fact: "plan.interrupted", plan, reason: String(error) }));
  const api = { ...shared, operations: operationsFor(running, "api"), runs };
  const rooms = (link: Link) => [...consoleRoutes(pages), ...apiRoutes(api, link)];
  const admin = openAdmin({ config, log, learn, giveWay, onChange, metrics, follow, rooms, loginPage });
  notices.admin = admin;
  return { ...admin, stop: () => Promise.all([admin.stop(), runs.close()]) };
}

/** A page that polls while the store is away says the same again and again. */
function unansweredIn(log: Ground["log"]): (path: string, error: unknown) => void {
  return onceAMinute((path: string, error: unknown) =>
    log.warn({ fact: "console.unanswered", path, reason: stackOf(error) }),
  );
}

/** What may be asked and done here, in the name of whoever asks. */
function operationsFor(
  { ground: { storage, log, config }, questions }: RunningBridge,
  front: Front,
): (who: Identity) => Operations {
  const onUnnoted = (error: unknown) => log.warn({ fact: "audit.unnoted", reason: String(error) });
  return ({ name, proven }) =>
    operationsOn({ storage, questions }, knownOf(config()), { actor: { name, proven, front }, onUnnoted });
}

/** Whoever looks at a person is in the audit, as with any other search. */
function followingBy({ storage, log }: Ground, { exchanges }: Pick<Parts["delivery"], "exchanges">): Follow {
  const unnoted = (error: unknown) => log.warn({ fact: "audit.unnoted", reason: String(error) });
  return ({ name, proven }, user, after) =>
    exchanges.since(user, after, () => {
      const witness = openWitness(storage, { name, proven, front: "api" }, unnoted);
      witness.looked({ operation: "search", person: user, filter: { follow: true }, count: 1 });
    });
}
