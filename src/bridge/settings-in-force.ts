/** Which settings a running bridge goes by, from reload to reload. */
import type { Config } from "../config/checked-config.ts";
import { needingRestart } from "../config/needing-restart.ts";

export interface SettingsInForce {
  /** What is gone by at this moment. */
  now(): Config;
  /** All of the next ones are taken. Returns those that only a restart could take: dotted paths. */
  take(next: Config): string[];
  /** Callbacks are taken by the next ones, all else goes on as it was: the store does not answer. */
  takeForIntake(next: Config): void;
  /** The next ones are refused: all goes on as it was. */
  keep(): void;
  /** What is in force but for a restart, since the start: dotted paths. */
  needingRestart(): string[];
}

/** @param first the settings that the bridge was started with */
export function settingsInForce(first: Config): SettingsInForce {
  let now = first;
  /** The latest that the store knows of. */
  let whole = first;
  return {
    now: () => now,
    take(next) {
      const restart = needingRestart(whole, next);
      now = next;
      whole = next;
      return restart;
    },
    takeForIntake(next) {
      now = { ...whole, ...intakeOf(next) };
    },
    keep() {
      now = whole;
    },
    needingRestart: () => needingRestart(first, now),
  };
}

/** What callbacks are taken by, which needs no store: Chat will not ask again for what was refused by a former token. */
function intakeOf({ chat, server }: Config): Pick<Config, "chat" | "server"> {
  return { chat, server };
}
