/** Running bridges that have other credentials than the configuration gives here, as findings. */
import type { KnownBridge } from "../../storage/contract/presence.ts";
import { OTHER_VALUES_TODO, type OtherValues, otherValueWords } from "../status/other-values.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

export function checkOtherValues(
  bridges: readonly KnownBridge[],
  others: OtherValues,
  placeOf: PlaceOf,
): CheckFinding[] {
  return bridges.flatMap((bridge): CheckFinding[] => {
    const settings = others.get(bridge.id);
    if (settings === undefined) return [];
    const place = placeOf(pathOf(settings[0] ?? ""));
    return [
      { ok: "warning", about: "bridge", what: otherValueWords(bridge, settings), todo: OTHER_VALUES_TODO, place },
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
