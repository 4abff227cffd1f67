/** What people were told of, and whether they could be. */
import { ALARM_NAMES } from "../../alarms/alarm.ts";
import { HEARTBEATS, NOTICE_ENDS, noticesOf } from "../../facts/alarm-facts.ts";
import { counter, gauge, type MetricDefinition, value } from "../definition.ts";

export const ALARMS: readonly MetricDefinition[] = [
  gauge(
    "alarms",
    "Alarms that are on, by name: those that this machine tells of. Of several machines one tells of most.",
    ["alarm"],
    ({ config, facts }) =>
      config.alerts === undefined ? [] : ALARM_NAMES.map((alarm) => [{ alarm }, facts.alarms.on.get(alarm) ?? 0]),
  ),
  value(
    "alarm_teller",
    "Whether this machine is the one that tells; none where nobody is to be told.",
    ({ config, facts }) => (config.alerts === undefined ? undefined : facts.alarms.isTeller ? 1 : 0),
  ),
  counter(
    "notices_total",
    "Messages to people, by the way that was tried and what it came to.",
    ["to", "outcome"],
    ({ config, facts }) =>
      Object.keys(config.notices).flatMap((to) =>
        NOTICE_ENDS.map((outcome) => [{ to, outcome }, noticesOf(facts.alarms, to)[outcome]] as const),
      ),
  ),
  counter(
    "heartbeats_total",
    "What became of heartbeats: withheld where callbacks were not taken, or a courier hung.",
    ["outcome"],
    ({ facts }) => HEARTBEATS.map((outcome) => [{ outcome }, facts.alarms.heartbeats[outcome]]),
  ),
];
