/** Intake's way into the store: the quarantine is bounded whenever something comes, be it from Chat or from the spool. */
import { openWindows } from "../basics/once-a-minute.ts";
import type { Logger } from "../connector.ts";
import type { UpkeepFacts } from "../facts/facts.ts";
import type { Storage } from "./contract/storage.ts";

/** @param mostBytes `quarantine.max_size`, asked anew each time: a reload may change it */
export function boundedIntake(
  storage: Pick<Storage, "accept" | "ping">,
  log: Logger,
  mostBytes: () => number,
  facts: Pick<UpkeepFacts, "quarantineDropped"> = { quarantineDropped: 0 },
): Pick<Storage, "accept" | "ping"> {
  // loudly: these could not be understood, and now nobody can look at them any more
  const say = (dropped: number) => log.error({ fact: "quarantine.overflowed", dropped });
  const minute = openWindows({
    begin: () => ({ isSaid: false, unsaid: 0 }),
    end({ unsaid }) {
      if (unsaid > 0) say(unsaid);
    },
  });

  function note(dropped: number): void {
    facts.quarantineDropped += dropped;
    const sums = minute();
    if (sums.isSaid) sums.unsaid += dropped;
    else say(dropped);
    sums.isSaid = true;
  }

  return {
    async accept(intake) {
      const result = await storage.accept(intake, { quarantineBytes: mostBytes() });
      if (result.dropped !== undefined && result.dropped > 0) note(result.dropped);
      return result;
    },
    ping: () => storage.ping(),
  };
}
