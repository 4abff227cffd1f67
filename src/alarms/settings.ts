/** What `alerts:` says, as the rules want it. Pure. */
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import type { AlarmName } from "./alarm.ts";

export const msOr = (setting: number | "never" | undefined): number | undefined =>
  setting === "never" ? undefined : setting;

/** How long a person may wait for this connector, milliseconds; `undefined`: nobody wants to hear of it. */
export function deadlineOf(
  alerts: Pick<AlertSettings, "undelivered_after">,
  connector: Pick<Config["connectors"][number], "common"> | undefined,
): number | undefined {
  return msOr(connector?.common.must_deliver_within ?? alerts.undelivered_after);
}

type Wanting = Pick<Config, "connectors" | "chat" | "reconcile"> & { readonly alerts: AlertSettings };

/** Whether somebody wants to hear of an alarm, of a connector or an app that was there before as well. */
export function wantedBy({
  alerts,
  connectors,
  chat,
  reconcile,
}: Wanting): (alarm: { readonly name: AlarmName; readonly subject: string }) => boolean {
  const isApp = (subject: string) => chat.apps.some(({ sdk_app_id }) => String(sdk_app_id) === subject);
  return ({ name, subject }) => {
    const connector = connectors.find((each) => each.name === subject);
    switch (name) {
      case "undelivered_after":
        return deadlineOf(alerts, connector) !== undefined;
      case "paused_after":
        return alerts.paused_after !== "never" && connector?.common.enabled === true;
      case "refused":
      case "no_callbacks_for":
        return isSet(alerts[name]) && isApp(subject);
      case "healing":
        return alerts.healing !== "never" && reconcile !== undefined;
      default:
        return alerts[name] !== "never";
    }
  };
}

const isSet = (setting: unknown): boolean => setting !== undefined && setting !== "never";

const LONGEST_REST_MS = 15_000;
const SHORTEST_REST_MS = 250;

/** How often it is looked, milliseconds: of a short deadline no rung is to be passed over. */
export function restMs({ alerts, connectors }: Pick<Config, "alerts" | "connectors">): number {
  if (alerts === undefined) return LONGEST_REST_MS;
  const ages = [
    alerts.undelivered_after,
    ...connectors.map(({ common }) => common.must_deliver_within),
    ...[alerts.paused_after, alerts.no_callbacks_for, alerts.spool_older_than],
  ].flatMap((setting) => msOr(setting) ?? []);
  return Math.max(SHORTEST_REST_MS, Math.min(LONGEST_REST_MS, Math.min(...ages, LONGEST_REST_MS * 20) / 20));
}
