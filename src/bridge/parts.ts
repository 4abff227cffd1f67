/** Intake and delivery, as far as they run without a listener. */
import { registerAtStart } from "../delivery/registration.ts";
import { registeredFirst } from "../storage/registered-first.ts";
import { type DeliveryParts, startDelivery } from "./delivery-parts.ts";
import { type Ground, openGround } from "./ground.ts";
import { type KeepingParts, startKeeping } from "./keeping-parts.ts";

export interface Parts {
  readonly ground: Ground;
  readonly delivery: DeliveryParts;
  readonly keeping: KeepingParts;
  /** Ends all but the couriers, which are stopped before, and closes the store. */
  stop(): Promise<void>;
}

/** Rejects with words for people when the store or the configuration forbids it. */
export async function startParts(options: Pick<Ground, "log" | "version" | "config">): Promise<Parts> {
  return startPartsOn(await openGround(options));
}

/** The same on a store that is open; it is closed in any case. */
export async function startPartsOn(opened: Ground): Promise<Parts> {
  const storage = registeredFirst(opened.storage);
  const ground = { ...opened, storage };
  const { log, config } = ground;
  try {
    const registering = await registerAtStart(storage, config, log);
    const delivery = await startDelivery(ground);
    const keeping = await startKeeping(ground, delivery);
    return {
      ...{ ground, delivery, keeping },
      async stop() {
        await keeping.commit.stop();
        await Promise.all([registering?.stop(), delivery.stop(), keeping.stop()]);
        await Promise.all([keeping.close(), storage.close()]);
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
