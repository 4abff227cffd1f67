/** Those who look in: what the admin listener shows them, and what they may do. */
import { openAdmin } from "../admin/admin.ts";
import type { Identity } from "../admin/identity.ts";
import type { Link } from "../admin/route.ts";
import type { Follow } from "../admin/routes/exchanges.ts";
import { apiRoutes } from "../api/api.ts";
import { stackOf } from "../basics/error-words.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { consoleRoutes } from "../console/console.ts";
import { loginPageFor } from "../console/login.tsx";
import type { ExchangesOf } from "../console/visit.ts";
import { openWitness } from "../operations/audit/witness.ts";
import { checkConnector, openChecks } from "../operations/checks/remembered.ts";
import { openPlanRuns } from "../operations/deliveries/plan-runs.ts";
import { knownOf } from "../operations/known.ts";
import { type Operations, operationsOn } from "../operations/operations.ts";
import type { Front } from "../storage/contract/audit.ts";
import type { Auxiliary } from "./auxiliaries.ts";
import type { RunningBridge } from "./beside.ts";
import type { Ground } from "./ground.ts";
import type { Parts } from "./parts.ts";

export function admit(running: RunningBridge): Auxiliary {
  const { ground, delivery, metrics, notices, typed } = running;
  const { log, version, config, learn } = ground;
  const { rest: giveWay } = delivery.throttle;
  const follow = followingBy(ground, delivery);
  const onChange = () => notices.changed?.();
  const background = openBackground(log);
  const shared = { config, version, clock: Date.now, onUnanswered: unansweredIn(log) };
  const runs = openPlanRuns(background.begin);
  const checks = openChecks((name) => checkConnector(config(), name, version), Date.now);
  const beside = { inBackground: background.begin, runs, checks, exchanges: exchangesBy(delivery) };
  const pages = { ...shared, ...beside, giveWay, ...running.file, typed, operations: operationsFor(running, "page") };
  const api = { ...shared, operations: operationsFor(running, "api"), runs };
  const rooms = (link: Link) => [...consoleRoutes(pages), ...apiRoutes(api, link)];
  const admin = openAdmin({
    config,
    log,
    learn,
    giveWay,
    onChange,
    metrics,
    follow,
    rooms,
    loginPage: loginPageFor(typed),
  });
  notices.admin = admin;
  return {
    onReload: admin.onReload,
    async stop() {
      background.abort();
      await admin.stop();
      await background.ended();
    },
  };
}

/** Work that somebody has begun by a page or a call, and that goes on when the page is closed. */
function openBackground(log: Ground["log"]) {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    begin(what: string, work: (signal: AbortSignal) => Promise<unknown>): void {
      const done = work(stopping.signal)
        .catch((error: unknown) => log.error({ fact: "console.failed", what, reason: stackOf(error) }))
        .finally(() => running.delete(done));
      running.add(done);
    },
    abort: () => stopping.abort(),
    ended: () => Promise.all(running),
  };
}

/** A page that polls while the store is away says the same again and again. */
function unansweredIn(log: Ground["log"]): (path: string, error: unknown) => void {
  return onceAMinute((path: string, error: unknown) =>
    log.warn({ fact: "console.unanswered", path, reason: stackOf(error) }),
  );
}

/** What may be asked and done here, in the name of whoever asks. */
function operationsFor(
  { ground: { storage, log, config }, questions, delivery }: RunningBridge,
  front: Front,
): (who: Identity) => Operations {
  const onUnnoted = (error: unknown) => log.warn({ fact: "audit.unnoted", reason: String(error) });
  const { rest: giveWay } = delivery.throttle;
  return ({ name, proven }) =>
    operationsOn({ storage, questions }, knownOf(config()), { actor: { name, proven, front }, onUnnoted, giveWay });
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

/** The page says itself in the audit whom it shows. */
function exchangesBy({ exchanges }: Pick<Parts["delivery"], "exchanges">): ExchangesOf {
  return (user, isFollowed) => (isFollowed ? (exchanges.since(user, 0, () => {})?.steps ?? []) : exchanges.kept(user));
}
