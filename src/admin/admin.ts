/**
 * The admin listener, from start to end: opened where the settings want it, again elsewhere when they change, tried again where it
 * cannot be had. Nothing of the bridge waits for it.
 */
import { randomBytes } from "node:crypto";
import { errorWords } from "../basics/error-words.ts";
import { startLoop } from "../basics/loop.ts";
import type { Config } from "../config/checked-config.ts";
import type { AdminSettings } from "../config/schema.ts";
import type { Logger } from "../connector.ts";
import { type CurrentListener, currentListener, listenerPlace, type Opened } from "./current-listener.ts";
import { type ListenerOptions, listen } from "./listener.ts";
import { localEntrance } from "./local-entrance.ts";
import { tokenFileOf } from "./token-file.ts";
import { type AdminTrouble, openAdminTrouble } from "./trouble.ts";

export interface AdminOptions extends Pick<ListenerOptions, "metrics" | "follow" | "rooms" | "loginPage" | "giveWay"> {
  /** The settings in force. */
  readonly config: () => Pick<Config, "admin" | "server" | "storage">;
  readonly log: Logger;
  /** Called when `state` says something else. */
  readonly onChange: () => void;
  /** Told of the secret that the listener makes for itself. */
  readonly learn: (secrets: readonly string[]) => void;
  readonly pauses?: Pauses;
}

/** Between two tries, in milliseconds: doubled each time, up to the longest. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** For `status`. */
export interface AdminState {
  /** Where it listens, base path included; absent where it does not. */
  readonly url?: string;
  /** Why it does not although it should, or lets in nobody on this machine. */
  readonly trouble?: string;
}

export interface Admin {
  /** Undefined where it is switched off. */
  state(): AdminState | undefined;
  /** Other settings may be in force. */
  onReload(): void;
  /** Resolves when nobody is answered any more. */
  stop(): Promise<void>;
}

const PAUSES: Pauses = { firstMs: 1_000, longestMs: 60_000 };
/** As long as timers go: 24 days. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** Returns at once, and opens it beside. */
export function openAdmin(options: AdminOptions): Admin {
  const { config, log, onChange, pauses = PAUSES } = options;
  const localToken = randomBytes(24).toString("base64url");
  options.learn([localToken]);
  /** Where it is to be; undefined where it is switched off. */
  const wanted = (): AdminSettings | undefined => config().admin || undefined;
  const current = currentListener({
    entrance: localEntrance(tokenFileOf(config().storage), localToken),
    openAt: (settings) => openAt(settings, { ...options, settings: () => wanted() ?? settings, localToken }),
    log,
  });
  const trouble = openAdminTrouble(log, onChange);
  const loop = startLoop({ round: adminRound({ wanted, current, trouble, pauses }), log, what: "admin" });
  return {
    onReload: loop.wake,
    state: () => (wanted() === undefined ? undefined : stateOf(current.opened(), trouble.words())),
    async stop() {
      await loop.stop();
      await current.close();
    },
  };
}

export interface AdminRoundOptions {
  readonly wanted: () => AdminSettings | undefined;
  readonly current: CurrentListener;
  readonly trouble: AdminTrouble;
  readonly pauses: Pauses;
}

/** A round of its loop: where the settings want it by now. Resolves with milliseconds until the next one. */
export function adminRound({ wanted, current, trouble, pauses }: AdminRoundOptions): () => Promise<number> {
  let failures = 0;
  return async () => {
    const settings = wanted();
    const open = current.opened();
    if (open !== undefined && (settings === undefined || open.place !== listenerPlace(settings))) await current.close();
    try {
      if (settings !== undefined) await current.serve(settings);
      failures = 0;
      trouble.latest(undefined, settings !== undefined);
      return FOR_EVER_MS;
    } catch (error) {
      failures += 1;
      trouble.latest(errorWords(error), true);
      return pauseAfter(failures, pauses);
    }
  };
}

async function openAt(settings: AdminSettings, options: AdminOptions & ListenerOptions): Promise<Opened> {
  const { config, onChange } = options;
  if (settings.port !== 0 && settings.port === config().server.port) throw new Error(SHARED_PORT);
  const listener = await listen(options);
  const path = settings.base_path;
  onChange();
  return { ...listener, place: listenerPlace(settings), path };
}

function stateOf(open: Opened | undefined, trouble: string | undefined): AdminState {
  return { ...(open && { url: `${open.url}${open.path}` }), ...(trouble !== undefined && { trouble }) };
}

/** Milliseconds until it is tried again, after so many failures in a row. */
export function pauseAfter(failures: number, { firstMs, longestMs }: Pauses = PAUSES): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
}

const SHARED_PORT =
  "admin.port is that of the callbacks (server.port), and the admin listener never shares it; choose another port, or write `admin: false`";
