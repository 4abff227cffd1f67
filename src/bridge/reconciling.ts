/** Beside intake and delivery: who left without a callback that reached us. */
import { sleep } from "../basics/waiting.ts";
import { countedOfAll } from "../facts/intake-facts.ts";
import { openChats } from "../reconcile/chats.ts";
import { startReconciling } from "../reconcile/reconciling.ts";
import { restAfter } from "../reconcile/resting.ts";
import { reconcileSettings } from "../reconcile/settings.ts";
import type { Auxiliary } from "./auxiliaries.ts";
import { holdsCallbacks } from "./keeping-parts.ts";
import type { Parts } from "./parts.ts";

export function reconcileBeside({ ground, keeping, delivery }: Omit<Parts, "stop">): Auxiliary {
  const { storage, log, facts, version, config } = ground;
  const reconciling = startReconciling({
    ...{ storage, log, facts: facts.reconcile },
    settings: () => reconcileSettings(config()),
    chatOf: openChats({ storage, config, userAgent: `unsub-bridge/${version}` }),
    ownSpool: () => holdsCallbacks(keeping),
    lost: () => countedOfAll(facts.intake, "callbacks_lost"),
    async giveWay(workedMs) {
      await sleep(restAfter(workedMs, storage.shared));
      await delivery.throttle.rest(workedMs);
    },
  });
  // a token that was wrong may be right now: who could not be heard meanwhile is found
  return { onReload: reconciling.want, stop: reconciling.stop };
}
