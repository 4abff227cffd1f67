/** Which bridges serve the store, in words. */
import { hostname } from "node:os";
import { duration, time, timeOrNull } from "../../basics/format.ts";
import type { Config } from "../../config/checked-config.ts";
import type { KnownBridge } from "../../storage/contract/presence.ts";
import type { OtherValues } from "./other-values.ts";

/** A machine that fell silent is told of for so long, in milliseconds: longer ago, it was replaced. */
const SILENT_TOLD_MS = 3_600_000;

/** The first lines of `status`: those that serve, and machines that fell silent without a word. */
export function bridgeLines(
  bridges: readonly KnownBridge[],
  config: Pick<Config, "file" | "readFrom">,
  now: number,
): string[] {
  const serving = bridges.filter(({ serves }) => serves);
  if (serving.length === 0) return [nobody(bridges)];
  const lines = serving.map((bridge) => {
    const { since, version, seenAt } = bridge;
    const sign = seenAt === null ? [] : [`last sign of life ${ago(seenAt, now)}`];
    const about = [
      version === null ? "of an older release" : `version ${version}`,
      ...configurationOf(bridge),
      ...sign,
    ];
    return `bridge  ${who(bridge)} serves this store since ${time(since)} (${about.join(", ")})${changed(bridge, config)}${awaitingRestart(bridge)}`;
  });
  const unwatched = serving.flatMap((bridge) => {
    const trouble = bridge.configuration?.admin?.trouble;
    return trouble === undefined ? [] : `  the admin listener of ${who(bridge)} is not well: ${trouble}`;
  });
  const silent = bridges.filter(
    ({ serves, endedAt, seenAt }) => !serves && endedAt === null && seenAt !== null && now - seenAt < SILENT_TOLD_MS,
  );
  const silences = silent.map((bridge) => `bridge  ${who(bridge)} is silent since ${timeOrNull(bridge.seenAt)}`);
  return [...lines, ...unwatched, ...silences];
}

/** The latest is the first of them. */
function nobody([latest]: readonly KnownBridge[]): string {
  if (latest === undefined) return "no bridge has run on this store in the last day, or since it was restored";
  const { endedAt, seenAt } = latest;
  const how = endedAt === null ? "was killed or cut off" : "ended";
  return `no bridge runs on this store since ${timeOrNull(endedAt ?? seenAt)}: ${who(latest)} ${how}`;
}

/** With what it is called in front, where it is called something. */
function who({ host, process, configuration }: KnownBridge): string {
  const where = host === "" ? "a process that nobody knows" : `process ${process} on ${host}`;
  return configuration?.name === undefined ? where : `${configuration.name}, ${where},`;
}

function configurationOf({ configuration }: KnownBridge): string[] {
  return configuration === null ? [] : [`${configuration.file} as of ${configuration.hash.slice(0, 12)}`];
}

/** Whether this command reads the same file, and finds something else in it. */
function changed({ configuration, host }: KnownBridge, { file, readFrom }: Pick<Config, "file" | "readFrom">): string {
  if (configuration === null || configuration.file !== file || host !== hostname()) return "";
  const hash = readFrom.get(file);
  return hash === undefined || hash === configuration.hash
    ? ""
    : "; that file has changed since, and was not taken over";
}

function awaitingRestart({ configuration }: KnownBridge): string {
  const needed = configuration?.needsRestart ?? [];
  return needed.length === 0 ? "" : `; it needs a restart for ${needed.join(", ")}`;
}

function ago(ms: number, now: number): string {
  return `${duration(now - ms)} ago`;
}

/** @param others settings of which a bridge has another value than the configuration gives here */
export function bridgesAsJson(bridges: readonly KnownBridge[], others: OtherValues): unknown {
  return bridges.map(({ id, host, process, version, configuration, since, seenAt, endedAt, serves }) => ({
    ...{ id, name: configuration?.name ?? null, host, process, version, serves, otherValues: others.get(id) ?? [] },
    configuration: configuration && { file: configuration.file, hash: configuration.hash },
    needsRestart: configuration?.needsRestart ?? [],
    admin: configuration?.admin ?? null,
    ...{ since: time(since), lastSignOfLife: timeOrNull(seenAt), endedAt: timeOrNull(endedAt) },
  }));
}
