/** From stored callbacks to settled deliveries, and the dead ones in their file. */
import type { Config } from "../config/checked-config.ts";
import { template } from "../config/templates/templates.ts";
import { openDeadLetterFile } from "../dead-letters/file.ts";
import { startJournal } from "../dead-letters/journal.ts";
import { type Fleet, openFleet } from "../delivery/fleet.ts";
import { type Exchanges, openExchanges } from "../delivery/following/exchanges.ts";
import { startRouter } from "../delivery/routing/router.ts";
import { openThrottle, type Throttle } from "../delivery/throttle.ts";
import type { Ground } from "./ground.ts";

export interface DeliveryParts {
  readonly fleet: Fleet;
  readonly throttle: Throttle;
  /** For whoever follows a person. */
  readonly exchanges: Exchanges;
  /** There are new callbacks. */
  wake(): void;
  /** Goes on with these connectors. */
  use(next: Config["connectors"]): Promise<void>;
  /** Ends router and journal; the couriers are stopped before. */
  stop(): Promise<unknown>;
}

export async function startDelivery(ground: Ground): Promise<DeliveryParts> {
  const { storage, log, facts, version, config } = ground;
  const { connectors, dead_letters } = config();
  const { redact, redactForeign } = ground;
  const journal = startJournal({ storage, file: openDeadLetterFile(dead_letters.file), log, redact });
  const throttle = openThrottle();
  const { rest } = throttle;
  const userAgent = `unsub-bridge/${version}`;
  const exchanges = openExchanges({ redact: redactForeign, clock: Date.now, monotonic: () => performance.now() });
  const followed = exchanges;
  const fleet = openFleet({
    ...{ storage, log, facts, userAgent, template, rest, followed },
    ...{ redact: redactForeign, onDead: journal.wake },
  });
  await fleet.use(connectors);
  const router = startRouter({ storage, log, facts: facts.router, connectors, rest, couriers: fleet });
  return {
    fleet,
    throttle,
    exchanges,
    wake: router.wake,
    async use(next) {
      await fleet.use(next);
      router.use(next);
    },
    stop: () => Promise.all([router.stop(), journal.stop()]),
  };
}
