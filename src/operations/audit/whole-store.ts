/** Writes down that a whole store was read out, in its own audit. */

import type { StoreSettings } from "../../storage/open.ts";
import { openWhenWritten } from "../../storage/open-when-written.ts";
import type { Asking } from "../operations.ts";
import { openWitness } from "./witness.ts";

export interface StoreExport {
  /** The command, and where everything went: no secrets. */
  readonly filter: Readonly<Record<string, string>>;
  /** Events that went out. */
  readonly count: number;
}

/** To be called when it has gone out, which never waits for it. Never rejects: what could not be written down is told. */
export async function noteStoreExport(
  read: StoreSettings,
  { actor, onUnnoted }: Pick<Asking, "actor" | "onUnnoted">,
  gone: StoreExport,
): Promise<void> {
  const storage = openWhenWritten("the store that was read", read, (error) => Promise.reject(error));
  const witness = openWitness(storage, actor, onUnnoted);
  witness.looked({ operation: "export", ...gone });
  await witness.allNoted();
  await storage.close().catch(onUnnoted);
}
