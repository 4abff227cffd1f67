/** Beside intake and delivery: tells people of what is wrong, and somebody outside that all is alive. */
import { startHeartbeat } from "../alarms/heartbeat.ts";
import { openRefusalWindow } from "../alarms/refusal-window.ts";
import { startTelling } from "../alarms/telling.ts";
import type { Config } from "../config/checked-config.ts";
import type { Facts } from "../facts/facts.ts";
import type { Watch } from "../storage/contract/presence.ts";
import type { Auxiliary } from "./auxiliaries.ts";
import type { Ground } from "./ground.ts";
import type { RunningBridge } from "./running.ts";

export type Alarming = Pick<
  RunningBridge,
  "ground" | "keeping" | "questions" | "metrics" | "phase" | "alarms" | "typed"
>;

export function alarm({ ground, keeping, questions, metrics, phase, alarms, typed }: Alarming): Auxiliary {
  const { storage, log, facts, version, config } = ground;
  const userAgent = `unsub-bridge/${version}`;
  const common = { log, facts: facts.alarms, userAgent };
  const isStoreDown = () => keeping.commit.keeping() !== "store";
  const telling = startTelling({
    ...{ ...common, ...alarms, storage, questions, config, typed },
    async machine() {
      const disk = await metrics.disk();
      return { spool: disk?.spool, volumes: disk?.volumes ?? {}, isStoreDown: isStoreDown() };
    },
  });
  const heartbeat = startHeartbeat({
    ...{ ...common, ...(alarms.heartbeatMs !== undefined && { everyMs: alarms.heartbeatMs }) },
    url: () => config().alerts?.heartbeat,
    ailing: () => ailingOf({ phase: phase(), keeping: keeping.commit.keeping(), ...ground }, performance.now()),
  });
  return {
    onReload() {
      telling.onReload();
      heartbeat.wake();
    },
    stop: () => Promise.all([telling.stop(), heartbeat.stop()]),
  };
}

interface Alive extends Pick<Ground, "config"> {
  readonly phase: string;
  readonly keeping: string;
  readonly facts: Pick<Facts, "connector">;
}

/** A batch may take several requests, each within the connector's `timeout`; a courier that is later than this hangs. */
const REQUESTS_A_ROUND = 12;
const SLACK_MS = 60_000;

/** Why nobody should believe that all is alive. @param now by a clock that never jumps, milliseconds */
export function ailingOf({ phase, keeping, facts, config }: Alive, now: number): string | undefined {
  if (phase !== "ready") return `the bridge is ${phase}`;
  if (keeping === "nowhere") return "callbacks can be kept nowhere";
  const silent = config().connectors.find(({ name, common: { enabled, timeout } }) => {
    const { roundAt } = facts.connector(name);
    return enabled && roundAt !== undefined && now - roundAt > timeout * REQUESTS_A_ROUND + SLACK_MS;
  });
  return silent && `the courier of ${silent.name} has done nothing for long`;
}

/** What this machine tells whoever tells of trouble. */
export function openWatch({ intake }: Pick<Facts, "intake">): (config: Config) => Watch {
  const look = openRefusalWindow();
  return ({ alerts, chat }) => {
    const within = alerts === undefined || alerts.refused === "never" ? 0 : alerts.refused.within;
    const apps = within === 0 ? [] : chat.apps.map(({ sdk_app_id }) => String(sdk_app_id));
    const ahead = intake.clockAhead();
    return { ...(ahead !== undefined && { clockOffMs: -ahead }), apps: look(intake.counts, apps, within) };
  };
}
