/** What one will hear, and when, as sentences. Pure. */
import { count } from "../basics/format.ts";
import { oneOf } from "../basics/suggest.ts";
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import { type AlarmName, RUNGS } from "./alarm.ts";
import { rungAt } from "./ladder.ts";
import { deadlineOf, msOr } from "./settings.ts";
import { spanInEnglish } from "./texts/en.ts";

export interface Explained {
  /** The setting, as a path. */
  readonly path: readonly string[];
  readonly sentence: string;
}

type Explaining = Pick<Config, "connectors" | "reconcile"> & { readonly alerts: AlertSettings };

export function explainAlerts(config: Explaining): readonly Explained[] {
  const { alerts } = config;
  const said = [
    ...explainDeadlines(config),
    ...ofAge("paused_after", alerts.paused_after, (after) => `you will hear ${after} after a connector was paused`),
    ...ofAge(
      "no_callbacks_for",
      alerts.no_callbacks_for,
      (after) => `you will hear after ${after} without any callback of an app`,
    ),
    ...ofAge(
      "spool_older_than",
      alerts.spool_older_than,
      (after) => `you will hear when a callback lies in the spool for ${after}`,
    ),
    ...explainOthers(config),
  ];
  return [recipients(alerts), ...said, ...unheard(alerts), ...uncompared(config), ...heartbeat(alerts)];
}

/** `12 h, 21 h 36 min and 24 h` */
export function ladderWords(deadlineMs: number): string {
  const [warning, urgent, overdue] = RUNGS.map((rung) => spanInEnglish(rungAt(rung, deadlineMs)));
  return `${warning}, ${urgent} and ${overdue}`;
}

function recipients({ to }: AlertSettings): Explained {
  const [first = "", ...others] = to;
  const instead =
    others.length === 0 ? "nobody else is, should that fail" : `where it cannot be, ${others.join(", then ")}`;
  return { path: ["alerts", "to"], sentence: `${first} is told; ${instead}` };
}

/** Connectors with one deadline in one sentence. */
function explainDeadlines({ alerts, connectors }: Explaining): Explained[] {
  const groups = Map.groupBy(connectors, (connector) => deadlineOf(alerts, connector));
  return [...groups].map(([deadlineMs, group]) => {
    const names = group.map(({ name }) => name).join(", ");
    const isOwn = group.every(({ common }) => common.must_deliver_within !== undefined);
    const path = isOwn ? ["connectors", group[0]?.name ?? "", "must_deliver_within"] : ["alerts", "undelivered_after"];
    const sentence =
      deadlineMs === undefined
        ? `${names}: you will not hear of people who wait`
        : `${names}: you will hear after ${ladderWords(deadlineMs)} that somebody waits`;
    return { path, sentence };
  });
}

function ofAge(
  name: AlarmName,
  setting: number | "never" | undefined,
  sentence: (after: string) => string,
): Explained[] {
  const deadlineMs = msOr(setting);
  return deadlineMs === undefined ? [] : [{ path: ["alerts", name], sentence: sentence(ladderWords(deadlineMs)) }];
}

function explainOthers({ alerts, reconcile }: Explaining): Explained[] {
  const { refused, disk_free_below, clock_off_by } = alerts;
  const said: Partial<Record<AlarmName, string | false>> = {
    refused:
      refused !== "never" &&
      `more than ${count(refused.more_than, "request")} of an app ${refused.more_than === 1 ? "is" : "are"} refused within ${spanInEnglish(refused.within)}, and none is taken`,
    quarantine: alerts.quarantine === "any" && "a callback is in the quarantine",
    dead_letters: alerts.dead_letters === "any" && "a delivery is given up as rejected or expired",
    unmatched: alerts.unmatched === "any" && "a delivery is given up since nobody over there has that id",
    disk_free_below:
      disk_free_below !== "never" && `a disk has less than ${Math.round(disk_free_below * 1_000) / 10} % left`,
    clock_off_by: clock_off_by !== "never" && `a machine's clock is off by more than ${spanInEnglish(clock_off_by)}`,
    healing:
      alerts.healing === "any" &&
      reconcile !== undefined &&
      "people are held for your word, three comparisons in a row are void, or Chat does not reach us",
  };
  return Object.entries(said).flatMap(([name, when]) =>
    when ? [{ path: ["alerts", name], sentence: `you will hear at once when ${when}` }] : [],
  );
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
  return off.length === 0 ? [] : [{ path: ["alerts"], sentence: `you will not hear of ${oneOf(off, "`")}` }];
}

/** What nothing can ring is wanted all the same, unless somebody says otherwise. */
function uncompared({ alerts, reconcile }: Explaining): Explained[] {
  if (alerts.healing === "never" || reconcile !== undefined) return [];
  const sentence = "you will not hear of `healing` while `reconcile` does not stand here: no rosters are compared";
  return [{ path: ["alerts", "healing"], sentence }];
}

function heartbeat({ heartbeat: url }: AlertSettings): Explained[] {
  return url === undefined
    ? []
    : [
        {
          path: ["alerts", "heartbeat"],
          sentence: "an address is asked every minute while callbacks are taken and couriers live",
        },
      ];
}
