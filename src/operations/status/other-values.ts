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
