/** Intake's way into the store: the quarantine is bounded whenever something comes, be it from Chat or from the spool. */
import type { Logger } from "../connector.ts";
import type { UpkeepFacts } from "../facts/facts.ts";
import type { Storage } from "./contract/storage.ts";

/** Entries that had to go are logged once in this many milliseconds. */
const LOG_EVERY_MS = 60_000;

/** @param mostBytes `quarantine.max_size`, asked anew each time: a reload may change it */
export function boundedIntake(
  storage: Pick<Storage, "accept" | "ping">,
  log: Logger,
  mostBytes: () => number,
  facts: Pick<UpkeepFacts, "quarantineDropped"> = { quarantineDropped: 0 },
): Pick<Storage, "accept" | "ping"> {
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // loudly: these could not be understood, and now nobody can look at them any more
  function say(): void {
    timer = undefined;
    log.error({ fact: "quarantine.overflowed", dropped });
    dropped = 0;
  }

  function note(more: number): void {
    const isFirst = dropped === 0 && timer === undefined;
    dropped += more;
    facts.quarantineDropped += more;
    if (isFirst) say();
    timer ??= setTimeout(() => {
      timer = undefined;
      if (dropped > 0) say();
    }, LOG_EVERY_MS);
    timer.unref();
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
