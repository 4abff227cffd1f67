/** What one will hear, and when. */
import { explainAlerts } from "../../alarms/explain.ts";
import type { Config } from "../../config/checked-config.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";

export function checkAlerts(config: Config, placeOf: PlaceOf): readonly OwnFinding[] {
  const { alerts } = config;
  if (alerts === undefined) return [];
  return explainAlerts({ ...config, alerts }).map(({ path, found }) => ({
    ...found,
    ...{ about: "alerts", place: placeOf(path) },
  }));
}
