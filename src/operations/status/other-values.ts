/** Which running bridges have other credentials than the configuration gives here: none of them is shown. */
import { differing, type SecretsAt } from "../../config/credentials/fingerprints.ts";
import type { KnownBridge } from "../../storage/contract/presence.ts";

/** Dotted paths of settings, by the bridge's id; without an entry where all are the same, or nobody can tell. */
export type OtherValues = ReadonlyMap<string, readonly string[]>;

export async function otherValues(bridges: readonly KnownBridge[], secrets: SecretsAt): Promise<OtherValues> {
  const found = new Map<string, readonly string[]>();
  for (const { id, serves, configuration } of bridges) {
    if (!serves || configuration?.prints === undefined) continue;
    const settings = await differing(configuration.prints, secrets);
    if (settings.length > 0) found.set(id, settings);
  }
  return found;
}

/** The way out. */
export const OTHER_VALUES_TODO =
  "if what stands here is meant, save the file again or send SIGHUP; what the bridge's own environment sets takes a restart";

/** For `status`: what to know, and what to do. */
export function otherValueLines(bridges: readonly KnownBridge[], others: OtherValues): string[] {
  return bridges.flatMap((bridge) => {
    const settings = others.get(bridge.id);
    return settings === undefined ? [] : [otherValueWords(bridge, settings), `to do: ${OTHER_VALUES_TODO}`];
  });
}

/** What to know of one bridge: its settings are named, never their values. */
export function otherValueWords({ host, process }: KnownBridge, settings: readonly string[]): string {
  const which = settings.length === 1 ? "another value" : "other values";
  return `the bridge that runs (process ${process} on ${host}) has ${which} than the configuration gives here: ${settings.join(", ")}`;
}
