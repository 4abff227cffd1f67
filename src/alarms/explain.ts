/** What one will hear, and when, as sentences. Pure. */
import { number } from "../basics/format.ts";
import { durationSaid } from "../basics/said-spans.ts";
import type { Found } from "../basics/sentence-tables.ts";
import { type Said, type SentenceValue, together } from "../basics/sentences.ts";
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import { type AlarmName, RUNGS } from "./alarm.ts";
import { found, words } from "./explained.ts";
import { rungAt } from "./ladder.ts";
import { deadlineOf, msOr } from "./settings.ts";
import { ageParts } from "./texts/language.ts";

export interface Explained {
  /** The setting, as a path. */
  readonly path: readonly string[];
  readonly found: Found;
}

type Explaining = Pick<Config, "connectors" | "reconcile"> & { readonly alerts: AlertSettings };

export function explainAlerts(config: Explaining): readonly Explained[] {
  const { alerts } = config;
  const aged = ["paused_after", "no_callbacks_for", "spool_older_than"] as const;
  return [
    recipients(alerts),
    ...explainDeadlines(config),
    ...aged.flatMap((name) => ofAge(name, alerts[name])),
    ...explainOthers(config),
    ...unheard(alerts),
    ...uncompared(config),
    ...heartbeat(alerts),
  ];
}

const spanSaid = (ms: number): Said => durationSaid(ms, ageParts(ms));

/** `12 h, 21 h 36 min and 24 h` */
function ladderSaid(deadlineMs: number): Said {
  const [warning, urgent, overdue] = RUNGS.map((rung) => spanSaid(rungAt(rung, deadlineMs)));
  return words("ladder", { warning: warning ?? "", urgent: urgent ?? "", overdue: overdue ?? "" });
}

function recipients({ to }: AlertSettings): Explained {
  const [first = "", ...rest] = to;
  const path = ["alerts", "to"];
  const others = together(rest, (two) => words("and_then", two));
  if (others === undefined) return { path, found: found(true, "told_alone", { first }) };
  return { path, found: found(true, "told", { first, others }) };
}

/** Connectors with one deadline in one sentence. */
function explainDeadlines({ alerts, connectors }: Explaining): Explained[] {
  const groups = Map.groupBy(connectors, (connector) => deadlineOf(alerts, connector));
  return [...groups].map(([deadlineMs, group]) => {
    const names = group.map(({ name }) => name).join(", ");
    const isOwn = group.every(({ common }) => common.must_deliver_within !== undefined);
    const path = isOwn ? ["connectors", group[0]?.name ?? "", "must_deliver_within"] : ["alerts", "undelivered_after"];
    if (deadlineMs === undefined) return { path, found: found(true, "owed_unheard", { names }) };
    return { path, found: found(true, "owed", { names, ladder: ladderSaid(deadlineMs) }) };
  });
}

function ofAge(
  name: "paused_after" | "no_callbacks_for" | "spool_older_than",
  setting: number | "never" | undefined,
): Explained[] {
  const deadlineMs = msOr(setting);
  if (deadlineMs === undefined) return [];
  return [{ path: ["alerts", name], found: found(true, name, { ladder: ladderSaid(deadlineMs) }) }];
}

function explainOthers({ alerts, reconcile }: Explaining): Explained[] {
  const { refused, disk_free_below, clock_off_by } = alerts;
  const said: Partial<Record<AlarmName, Found | false>> = {
    refused: refused !== "never" && refusedFound(refused),
    quarantine: alerts.quarantine === "any" && found(true, "quarantine"),
    dead_letters: alerts.dead_letters === "any" && found(true, "dead_letters"),
    unmatched: alerts.unmatched === "any" && found(true, "unmatched"),
    disk_free_below:
      disk_free_below !== "never" &&
      found(true, "disk_free_below", { share: Math.round(disk_free_below * 1_000) / 10 }),
    clock_off_by: clock_off_by !== "never" && found(true, "clock_off_by", { span: spanSaid(clock_off_by) }),
    healing: alerts.healing === "any" && reconcile !== undefined && found(true, "healing"),
  };
  return Object.entries(said).flatMap(([name, found]) => (found ? [{ path: ["alerts", name], found }] : []));
}

function refusedFound({ more_than, within }: Exclude<AlertSettings["refused"], "never">): Found {
  if (more_than === 1) return found(true, "one_refused", { within: spanSaid(within) });
  return found(true, "refused", { count: number(more_than), within: spanSaid(within) });
}

/** What is switched off, or never was on. */
function unheard(alerts: AlertSettings): Explained[] {
  const settings: Partial<Record<AlarmName, unknown>> = {
    paused_after: alerts.paused_after,
    refused: alerts.refused,
    no_callbacks_for: alerts.no_callbacks_for ?? "never",
    quarantine: alerts.quarantine,
    dead_letters: alerts.dead_letters,
    unmatched: alerts.unmatched,
    spool_older_than: alerts.spool_older_than,
    disk_free_below: alerts.disk_free_below,
    clock_off_by: alerts.clock_off_by,
    healing: alerts.healing,
  };
  const off = Object.entries(settings).flatMap(([name, setting]) => (setting === "never" ? [name] : []));
  return off.length === 0 ? [] : [{ path: ["alerts"], found: found(true, "unheard", { names: anyOf(off) }) }];
}

/** `` `refused`, `healing` or `quarantine` `` */
function anyOf(names: readonly string[]): SentenceValue {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop() ?? "";
  const listed = together(quoted, (two) => words("listed", two));
  return listed === undefined ? last : words("either", { one: listed, other: last });
}

/** What nothing can ring is wanted all the same, unless somebody says otherwise. */
function uncompared({ alerts, reconcile }: Explaining): Explained[] {
  if (alerts.healing === "never" || reconcile !== undefined) return [];
  return [{ path: ["alerts", "healing"], found: found(true, "uncompared") }];
}

function heartbeat({ heartbeat: url }: AlertSettings): Explained[] {
  return url === undefined ? [] : [{ path: ["alerts", "heartbeat"], found: found(true, "heartbeat") }];
}
