/** Running bridges that have other credentials than the configuration gives here, as findings. */
import type { Found } from "../../basics/sentence-tables.ts";
import type { KnownBridge } from "../../storage/contract/presence.ts";
import type { OtherValues } from "../status/other-values.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";

export function checkOtherValues(bridges: readonly KnownBridge[], others: OtherValues, placeOf: PlaceOf): OwnFinding[] {
  return bridges.flatMap((bridge): OwnFinding[] => {
    const settings = others.get(bridge.id);
    if (settings === undefined) return [];
    const place = placeOf(pathOf(settings[0] ?? ""));
    return [{ ...foundAt(bridge, settings), about: "bridge", place }];
  });
}

/** For `status`: what to know, and what to do. */
export function otherValueLines(bridges: readonly KnownBridge[], others: OtherValues): string[] {
  return bridges.flatMap((bridge) => {
    const settings = others.get(bridge.id);
    if (settings === undefined) return [];
    const { what, todo } = foundAt(bridge, settings);
    return [what, `to do: ${todo}`];
  });
}

/** What to know of one bridge: its settings are named, never their values. */
function foundAt({ host, process }: KnownBridge, settings: readonly string[]): Found {
  const name = settings.length === 1 ? "other_value" : "other_values";
  return found("warning", name, { host, process, settings: settings.join(", ") });
}

/** `chat.apps[0].token` in parts. */
function pathOf(dotted: string): (string | number)[] {
  return dotted
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
