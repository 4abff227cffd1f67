/** A connector that cannot be opened keeps its trouble to itself: it is opened again when it is needed. */
import type { Connector } from "../connector.ts";

/** Opens at once; `onFailure` hears of it when that throws. From then on each use tries again. */
export function reopening(open: () => Connector, onFailure: (error: unknown) => void): Connector {
  let opened: Connector | undefined;
  const connector = (): Connector => {
    opened ??= open();
    return opened;
  };
  try {
    connector();
  } catch (error) {
    onFailure(error);
  }
  return {
    deliver: async (deliveries, signal) => connector().deliver(deliveries, signal),
    check: async (signal) => connector().check(signal),
    preview: async (deliveries, options) => connector().preview(deliveries, options),
    close: async () => opened?.close?.(),
  };
}
