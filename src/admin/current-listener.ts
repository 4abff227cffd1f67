/** The listener that is open now, with the entrance for those on this machine. */
import type { AdminSettings } from "../config/schema.ts";
import type { Logger } from "../connector.ts";
import { isOnlyLocal } from "./accounts.ts";
import type { Listener } from "./listener.ts";
import type { LocalEntrance } from "./local-entrance.ts";

export interface Opened extends Listener {
  /** As `placeOf` says it. */
  readonly place: string;
  /** The base path. */
  readonly path: string;
}

export interface CurrentListener {
  opened(): Opened | undefined;
  /** Opens it where the settings want it, unless it is there. Rejects where it cannot be, or where nobody on this machine is let in. */
  serve(settings: AdminSettings): Promise<void>;
  close(): Promise<void>;
}

export interface CurrentListenerOptions {
  readonly entrance: LocalEntrance;
  readonly openAt: (settings: AdminSettings) => Promise<Opened>;
  readonly log: Pick<Logger, "info">;
}

export function currentListener({ entrance, openAt, log }: CurrentListenerOptions): CurrentListener {
  let open: Opened | undefined;
  let told: Opened | undefined;

  /** Once that is tried, for whoever reads it may want to be let in at once; where it failed, metrics are there all the same. */
  function tellReady(opened: Opened, { accounts }: AdminSettings): void {
    if (told === opened) return;
    told = opened;
    log.info({ fact: "admin.ready", url: opened.url, path: opened.path, accounts: accounts.length });
  }

  return {
    opened: () => open,
    async serve(settings) {
      open ??= await openAt(settings);
      try {
        await (isOnlyLocal(settings) ? entrance.open(open.url) : entrance.close());
      } finally {
        tellReady(open, settings);
      }
    },
    async close() {
      const closing = open;
      open = undefined;
      await closing?.stop();
      await entrance.close();
    },
  };
}

/** What takes another listener when it changes. */
export function listenerPlace({ host, port, base_path }: AdminSettings): string {
  return JSON.stringify([host, port, base_path]);
}
