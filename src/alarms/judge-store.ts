/** What is as nobody wants it, as the store and the machines that serve it tell. Pure. */
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import type { ConnectorState } from "../storage/contract/connectors.ts";
import type { ConnectorStanding } from "../storage/contract/ledger.ts";
import type { ServedConfiguration } from "../storage/contract/presence.ts";
import type { AlarmName, Detail, HeldBy, Holding } from "./alarm.ts";
import type { StoreSeen } from "./seen.ts";
import { deadlineOf, msOr } from "./settings.ts";

type Watching = Pick<Config, "connectors" | "chat" | "reconcile"> & { readonly alerts: AlertSettings };

export function judgeStore(config: Watching, seen: StoreSeen): readonly Holding[] {
  return [
    ...seen.status.connectors.flatMap((row) => judgeConnector(config, seen, row)),
    ...judgeUnread(config, seen),
    ...judgeApps(config, seen),
    ...judgeKept(config, seen),
    ...judgeClocks(config, seen),
    ...judgeRosters(config, seen),
  ];
}

function judgeConnector(config: Watching, seen: StoreSeen, row: ConnectorStanding): readonly Holding[] {
  const configured = config.connectors.find(({ name }) => name === row.name);
  const { oldestAt = null, people = 0, isMore = false } = seen.owed.get(row.name) ?? {};
  const hold = holdOf(row, configured);
  const deadlineMs = deadlineOf(config.alerts, configured);
  const pausedMs = msOr(config.alerts.paused_after);
  const isPaused = configured?.common.enabled === true && row.state.status === "paused";
  return [
    ...(oldestAt === null || deadlineMs === undefined
      ? []
      : [held("undelivered_after", row.name, deadlineMs, { of: "undelivered_after", people, isMore, hold }, oldestAt)]),
    ...(isPaused && pausedMs !== undefined
      ? [held("paused_after", row.name, pausedMs, { of: "paused_after", people, isMore, hold }, row.since)]
      : []),
  ];
}

function held(name: AlarmName, subject: string, deadlineMs: number | null, detail: Detail, since?: number): Holding {
  return { name, subject, deadlineMs, detail, ...(since !== undefined && { since }) };
}

function holdOf(
  { state }: Pick<ConnectorStanding, "state">,
  configured: Config["connectors"][number] | undefined,
): HeldBy {
  if (configured === undefined) return { tag: "not_configured" };
  if (!configured.common.enabled) return { tag: "switched_off" };
  const { status, cause } = state;
  if (status === "ready") return { tag: "slow" };
  if (status === "backing_off" || cause === undefined) return { tag: "trouble", ...statusIn(state) };
  return cause === "person" ? { tag: "person" } : { tag: cause, ...statusIn(state) };
}

/** The number alone: its words may name somebody. */
function statusIn({ reason }: Pick<ConnectorState, "reason">): { readonly status?: number } {
  return reason?.status === undefined ? {} : { status: reason.status };
}

function judgeUnread({ alerts }: Watching, { watched: { unreadSince } }: StoreSeen): readonly Holding[] {
  const deadlineMs = msOr(alerts.undelivered_after);
  if (unreadSince === null || deadlineMs === undefined) return [];
  return [held("undelivered_after", "", deadlineMs, { of: "unread" }, unreadSince)];
}

function judgeApps({ alerts, chat }: Watching, { watched, bridges }: StoreSeen): readonly Holding[] {
  const told = watchOf(bridges);
  const silentMs = msOr(alerts.no_callbacks_for);
  // of an app that was never heard of: since somebody listens
  const servedSince = bridges.filter(({ serves }) => serves).map(({ since }) => since);
  return chat.apps.flatMap(({ sdk_app_id }) => {
    const app = String(sdk_app_id);
    const heardAt = watched.heardAt[app] ?? (servedSince.length === 0 ? undefined : Math.min(...servedSince));
    return [
      ...refusals(app, told, alerts.refused),
      ...(silentMs === undefined ? [] : [held("no_callbacks_for", app, silentMs, { of: "no_callbacks_for" }, heardAt)]),
    ];
  });
}

type Watch = NonNullable<ServedConfiguration["watch"]>;

function watchOf(bridges: StoreSeen["bridges"]): readonly Watch[] {
  return bridges.filter(({ serves }) => serves).flatMap(({ configuration }) => configuration?.watch ?? []);
}

/** A scanner cannot ring it: whoever has success is well. */
function refusals(app: string, told: readonly Watch[], limit: AlertSettings["refused"]): readonly Holding[] {
  if (limit === "never") return [];
  const sums = told.flatMap(({ apps }) => apps.filter((one) => one.app === app));
  const count = sums.reduce((sum, { refused }) => sum + refused, 0);
  const hasSuccess = sums.some(({ taken }) => taken > 0);
  if (count <= limit.more_than || hasSuccess) return [];
  return [held("refused", app, null, { of: "refused", count, withinMs: limit.within })];
}

function judgeKept({ alerts }: Watching, { status, givenUp }: StoreSeen): readonly Holding[] {
  const { entries } = status.quarantined;
  const dead = [...givenUp].flatMap(([connector, { rejected, expired, unmatched }]): Holding[] => [
    ...(alerts.dead_letters === "any" && rejected + expired > 0
      ? [held("dead_letters", connector, null, { of: "dead_letters", rejected, expired })]
      : []),
    ...(alerts.unmatched === "any" && unmatched > 0
      ? [held("unmatched", connector, null, { of: "unmatched", count: unmatched })]
      : []),
  ]);
  const quarantine =
    alerts.quarantine === "any" && entries > 0 ? [held("quarantine", "", null, { of: "quarantine", entries })] : [];
  return [...quarantine, ...dead];
}

function judgeClocks({ alerts }: Watching, { bridges }: StoreSeen): readonly Holding[] {
  const limit = msOr(alerts.clock_off_by);
  if (limit === undefined) return [];
  return clocksOf(bridges).flatMap(({ host, offMs }) =>
    offMs !== undefined && Math.abs(offMs) > limit
      ? [held("clock_off_by", host, null, { of: "clock_off_by", offMs })]
      : [],
  );
}

/** By host, positive: it is ahead of Chat's; `undefined`: nobody came lately by whom one could tell. */
function clocksOf(
  bridges: StoreSeen["bridges"],
): readonly { readonly host: string; readonly offMs: number | undefined }[] {
  return bridges
    .filter(({ serves }) => serves)
    .map(({ host, configuration }) => ({ host, offMs: configuration?.watch?.clockOffMs }));
}

/** So many found missing, and none told since: Chat does not reach us. One alone may be chance. */
const SEVERAL = 3;

function judgeRosters({ alerts, reconcile }: Watching, { watched: { rosters } }: StoreSeen): readonly Holding[] {
  if (alerts.healing === "never" || reconcile === undefined) return [];
  return rosters.flatMap(({ app, account, held: people, unheard, voids }) => {
    const about = (what: string) => `${what} ${app} ${account}`;
    return [
      ...(people > 0 ? [held("healing", about("held"), null, { of: "held", people })] : []),
      ...(voids >= SEVERAL ? [held("healing", about("void"), null, { of: "void", passes: voids })] : []),
      ...(unheard >= SEVERAL ? [held("healing", about("unreached"), null, { of: "unreached", people: unheard })] : []),
    ];
  });
}

/** Whoever ended so lately may be about to come back: a restart, another release, a machine that boots. Milliseconds. */
const COMES_BACK_MS = 3_600_000;

/** Those that do not serve, and did within an hour of the latest sign of any. */
function lately(bridges: StoreSeen["bridges"]): readonly string[] {
  const lastOf = ({ seenAt, endedAt, since }: StoreSeen["bridges"][number]) => Math.max(seenAt ?? since, endedAt ?? 0);
  const latest = Math.max(0, ...bridges.map(lastOf));
  return bridges.filter((each) => !each.serves && latest - lastOf(each) < COMES_BACK_MS).map(({ host }) => host);
}

/**
 * Of which alarms nobody can tell: a clock whose senders do not come, or whose machine is away for a while.
 * @param own the host of whoever asks, which runs though its first sign of life may not be written yet
 */
export function unknownIn(
  { bridges }: Pick<StoreSeen, "bridges">,
  own: string,
): (alarm: { readonly name: AlarmName; readonly subject: string }) => boolean {
  const clocks = clocksOf(bridges);
  const away = lately(bridges);
  return ({ name, subject }) => {
    const there = clocks.filter(({ host }) => host === subject);
    const isAway = there.length === 0 && (subject === own || away.includes(subject));
    const isSilent = isAway || there.some(({ offMs }) => offMs === undefined);
    return name === "clock_off_by" && isSilent;
  };
}

/** Given up since nobody over there has that id, of all connectors; 0 where that rings by itself. */
export function unmatchedIn(
  { unmatched }: Pick<AlertSettings, "unmatched">,
  { givenUp }: Pick<StoreSeen, "givenUp">,
): number {
  if (unmatched === "any") return 0;
  return [...givenUp.values()].reduce((sum, one) => sum + one.unmatched, 0);
}
