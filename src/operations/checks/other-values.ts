/** Running bridges that have other credentials than the configuration gives here, as findings. */
import type { KnownBridge } from "../../storage/contract/presence.ts";
import type { OtherValues } from "../status/other-values.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";

export function checkOtherValues(bridges: readonly KnownBridge[], others: OtherValues, placeOf: PlaceOf): OwnFinding[] {
  return bridges.flatMap((bridge): OwnFinding[] => {
    const settings = others.get(bridge.id);
    if (settings === undefined) return [];
    const place = placeOf(pathOf(settings[0] ?? ""));
    const { host, process } = bridge;
    const values = { host, process, settings: settings.join(", ") };
    return [
      { ...found("warning", settings.length === 1 ? "other_value" : "other_values", values), about: "bridge", place },
    ];
  });
}

/** `chat.apps[0].token` in parts. */
function pathOf(dotted: string): (string | number)[] {
  return dotted
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
