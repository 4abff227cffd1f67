/** Two destinations of a history, one of state and one of facts: what each of them got, whatever became of the answers. */
import type { Claim } from "../../src/storage/contract/deliveries.ts";
import type { TracedEvent } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { dead, delivered, drain, registrationOf, route, settle, take } from "../storage/suite-support.ts";
import { act } from "../support/act.ts";

export const CONNECTORS = ["crm", "facts"] as const;
export type ConnectorName = (typeof CONNECTORS)[number];

/** `under way`: until the courier comes again. `answer lost`: it is there, and nobody knows. */
export type Fate = "delivered" | "refused" | "under way" | "answer lost";

/** What a destination got, each thing as often as it came. */
export interface Got {
  readonly id: string;
  readonly event: Pick<TracedEvent["event"], "id" | "kind" | "user" | "eventTime">;
}

export interface Couriers {
  readonly got: Readonly<Record<ConnectorName, Got[]>>;
  /** Ids of what came and whose answer nobody heard. */
  readonly unheard: ReadonlySet<string>;
  come(connector: ConnectorName, fate: Fate): Promise<void>;
  /** Everything is delivered, what was refused as well. */
  rest(): Promise<void>;
}

export async function openCouriers(storage: Storage): Promise<Couriers> {
  await storage.register([registrationOf("crm", { writes: "state" }), registrationOf("facts")]);
  const got: Record<ConnectorName, Got[]> = { crm: [], facts: [] };
  const unheard = new Set<string>();
  const underWay = new Map<ConnectorName, Claim>();
  const arrive = (connector: ConnectorName, { deliveries }: Pick<Claim, "deliveries">) =>
    got[connector].push(...deliveries.map(({ id, event }) => ({ id, event })));

  async function land(connector: ConnectorName): Promise<void> {
    const claim = underWay.get(connector);
    underWay.delete(connector);
    if (claim === undefined) return;
    arrive(connector, claim);
    await settle(storage, claim, delivered);
  }

  return {
    ...{ got, unheard },
    async come(connector, fate) {
      await land(connector);
      await route(storage, CONNECTORS);
      const claim = await take(storage, 100, 5, connector);
      if (claim.deliveries.length === 0) return;
      if (fate === "under way") underWay.set(connector, claim);
      if (fate === "refused") await settle(storage, claim, dead);
      if (fate === "delivered" || fate === "answer lost") arrive(connector, claim);
      if (fate === "delivered") await settle(storage, claim, delivered);
      if (fate !== "answer lost") return;
      for (const { id } of claim.deliveries) unheard.add(id);
      await storage.release(connector, claim.token);
    },
    async rest() {
      for (const connector of CONNECTORS) {
        await land(connector);
        await route(storage, CONNECTORS);
        await storage.replay({ connector }, act());
        arrive(connector, { deliveries: await drain(storage, delivered, 100, connector) });
      }
    },
  };
}
