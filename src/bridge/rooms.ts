/** What the admin listener answers beside its own: the console's pages and the API, with what they ask and do. */
import type { Identity } from "../admin/identity.ts";
import type { Link, Route } from "../admin/route.ts";
import { apiRoutes } from "../api/api.ts";
import { stackOf } from "../basics/error-words.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { consoleRoutes } from "../console/console.ts";
import type { ExchangesOf } from "../console/visit.ts";
import { checkConnector, openChecks } from "../operations/checks/remembered.ts";
import { openPlanRuns } from "../operations/deliveries/plan-runs.ts";
import { knownFrom } from "../operations/known.ts";
import { type Operations, operationsOn } from "../operations/operations.ts";
import type { Front } from "../storage/contract/audit.ts";
import type { Begin } from "./background.ts";
import type { Ground } from "./ground.ts";
import type { Parts } from "./parts.ts";
import type { RunningBridge } from "./running.ts";

/** @param begin work that goes on when its page is closed */
export function roomRoutes(running: RunningBridge, begin: Begin): (link: Link) => readonly Route[] {
  const { ground, delivery, typed } = running;
  const { log, version, config } = ground;
  const { rest: giveWay } = delivery.throttle;
  const shared = { config, version, clock: Date.now, onUnanswered: unansweredIn(log) };
  const runs = openPlanRuns(begin);
  const checks = openChecks((name) => checkConnector(config(), name, version), Date.now);
  const beside = { inBackground: begin, runs, checks, exchanges: exchangesBy(delivery) };
  const pages = { ...shared, ...beside, giveWay, ...running.file, typed, operations: operationsFor(running, "page") };
  const api = { ...shared, operations: operationsFor(running, "api"), runs };
  return (link) => [...consoleRoutes(pages), ...apiRoutes(api, link)];
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
    operationsOn({ storage, questions }, knownFrom(config()), { actor: { name, proven, front }, onUnnoted, giveWay });
}

/** The page says itself in the audit whom it shows. */
function exchangesBy({ exchanges }: Pick<Parts["delivery"], "exchanges">): ExchangesOf {
  return (user, isFollowed) => (isFollowed ? (exchanges.since(user, 0, () => {})?.steps ?? []) : exchanges.kept(user));
}
