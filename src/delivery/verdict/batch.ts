/** What is judged, and what comes of it. */
import type { ConnectorRow, StateChange } from "../../storage/contract/connectors.ts";
import type { Settlement, TakenDelivery } from "../../storage/contract/deliveries.ts";

export interface Batch {
  readonly connector: ConnectorRow;
  /** Of the settings that it was sent with. */
  readonly fingerprint: string;
  readonly deliveries: readonly TakenDelivery[];
  /** True when this batch was the probe of a connector that is not ready. */
  readonly probe: boolean;
}

export interface Verdict {
  readonly settlements: readonly Settlement[];
  /** Held rejections of earlier batches that this one decides. */
  readonly decided: readonly Settlement[];
  readonly change?: StateChange;
  /** Set when something was taken, and the store does not know yet that this was with these settings. */
  readonly takenWith?: string;
  /** Set when some were delivered, and the destination says that it holds something else. */
  readonly differing?: { readonly count: number; readonly note: string };
}
