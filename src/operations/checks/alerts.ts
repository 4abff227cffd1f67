/** What one will hear, and when. */
import { explainAlerts } from "../../alarms/explain.ts";
import type { Config } from "../../config/checked-config.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

export function checkAlerts(config: Config, placeOf: PlaceOf): readonly CheckFinding[] {
  const { alerts } = config;
  if (alerts === undefined) return [];
  return explainAlerts({ ...config, alerts }).map(({ path, sentence }) => ({
    ...{ ok: true, about: "alerts", what: sentence, place: placeOf(path) },
  }));
}
