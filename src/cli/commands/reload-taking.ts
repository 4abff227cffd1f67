/** Brings one configuration after another into force; one that waits for the store is tried again until it is, or another comes. */
import type { Bridge } from "../../bridge/bridge.ts";
import type { Config } from "../../config/checked-config.ts";
import type { Logger } from "../../connector.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Io } from "../io.ts";

export interface TakingOptions {
  /** What the bridge was started with. */
  readonly first: Config;
  readonly log: Logger;
  readonly bridge: Pick<Bridge, "use">;
  readonly envFile: Io["envFile"];
  /** Runs when nothing else of a reload is under way. */
  readonly inTurn: (act: () => Promise<void>) => Promise<void>;
  /** Milliseconds until the first try after one for which the store was away. */
  readonly firstPauseMs?: number;
}

export interface Taking {
  /** Rejects when the bridge refuses it: then the former one goes on. */
  use(next: Config): Promise<void>;
  /** Nothing is tried again. */
  stop(): void;
}

/** Between two tries, in milliseconds: doubled each time, up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export function openTaking(options: TakingOptions): Taking {
  const { log, bridge, envFile, inTurn, firstPauseMs = FIRST_PAUSE_MS } = options;
  let inForce = options.first;
  /** What is taken as soon as the store answers. */
  let waiting: Config | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  /** Connectors look into the environment as they are opened. */
  async function use(next: Config, pauseMs: number): Promise<void> {
    const isFirst = waiting !== next;
    waiting = undefined;
    envFile?.use(next.byEnvFile ?? {});
    const former = inForce;
    try {
      const away = await bridge.use(next);
      if (away === undefined) inForce = next;
      else wait(next, pauseMs, isFirst ? away : undefined);
    } finally {
      if (inForce === former) envFile?.use(former.byEnvFile ?? {});
    }
  }

  /** The files do not change again when the store comes back. */
  function wait(next: Config, pauseMs: number, away: string | undefined): void {
    const todo = "nothing: it is taken once the store answers; callbacks are taken by it already";
    if (away !== undefined) log.error({ fact: "config.waits", what: errorLine(away), todo });
    waiting = next;
    clearTimeout(timer);
    if (isStopped) return;
    const tryAgain = async () => (waiting === next ? use(next, Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) : undefined);
    timer = setTimeout(() => void inTurn(tryAgain), pauseMs);
  }

  return {
    use: (next) => use(next, firstPauseMs),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
