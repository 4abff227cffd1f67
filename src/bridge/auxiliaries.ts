/**
 * What stands beside intake and delivery: these never wait for it, and go on without what fails.
 *
 * To add one: a `StartAuxiliary` with its name in `BESIDE` of `beside.ts`.
 */
import { errorWords } from "../basics/error-words.ts";
import { within } from "../basics/waiting.ts";
import type { Logger } from "../connector.ts";

/** One that runs. */
export interface Auxiliary {
  /** Other settings are in force. */
  onReload?(): void | Promise<void>;
  stop(): Promise<unknown>;
}

/** May throw or reject: then the bridge goes on without it, and says so. */
export type StartAuxiliary<Bridge> = (bridge: Bridge) => Auxiliary | Promise<Auxiliary>;

export interface Auxiliaries {
  /** Tells them that other settings are in force; does not wait for them. */
  reloaded(): void;
  /** Resolves when all are stopped, or left behind after `longestStopMs`. Never rejects. */
  stop(): Promise<void>;
}

export interface AuxiliariesOptions {
  readonly log: Logger;
  readonly longestStopMs: number;
}

/** @param starts by the name of the auxiliary, for the log */
export function startAuxiliaries<Bridge>(
  bridge: Bridge,
  starts: Readonly<Record<string, StartAuxiliary<Bridge>>>,
  { log, longestStopMs }: AuxiliariesOptions,
): Auxiliaries {
  const running = Object.entries(starts).map(([name, start]) => {
    const failed = (during: string) => (error: unknown) =>
      log.error({ fact: "auxiliary.failed", name, during, reason: errorWords(error) });
    const started = Promise.resolve(bridge).then(start).catch(failed("start"));
    return {
      reloaded: () => started.then((auxiliary) => auxiliary?.onReload?.()).catch(failed("reload")),
      stop: () =>
        within(
          longestStopMs,
          "its end",
          started.then((auxiliary) => auxiliary?.stop()),
        ).catch(failed("stop")),
    };
  });
  return {
    reloaded() {
      for (const auxiliary of running) void auxiliary.reloaded();
    },
    async stop() {
      await Promise.all(running.map((auxiliary) => auxiliary.stop()));
    },
  };
}
