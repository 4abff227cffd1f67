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
import { type Listener, type ListenerOptions, listen } from "./listener.ts";
import { removeTokenFile, tokenFileOf, writeTokenFile } from "./token-file.ts";

export interface AdminOptions extends Pick<ListenerOptions, "metrics" | "version" | "giveWay"> {
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
  const tokenFile = tokenFileOf(config().storage);
  let open: (Listener & { readonly place: string; readonly path: string }) | undefined;
  let letsIn = false;
  let trouble: string | undefined;
  let failures = 0;

  /** Where it is to be; undefined where it is switched off. */
  function wanted(): AdminSettings | undefined {
    const { admin } = config();
    return admin === false ? undefined : admin;
  }

  async function close(): Promise<void> {
    const closing = open;
    open = undefined;
    await closing?.stop();
    await letNobodyIn();
  }

  async function letNobodyIn(): Promise<void> {
    if (letsIn) await removeTokenFile(tokenFile);
    letsIn = false;
  }

  async function round(): Promise<number> {
    const settings = wanted();
    if (open !== undefined && (settings === undefined || open.place !== placeOf(settings))) await close();
    if (settings === undefined) return tell(undefined, FOR_EVER_MS);
    try {
      open ??= await openAt(settings);
      await letIn(settings, open.url);
      failures = 0;
      return tell(undefined, FOR_EVER_MS);
    } catch (error) {
      failures += 1;
      return tell(errorWords(error), pauseAfter(failures, pauses));
    }
  }

  async function openAt(settings: AdminSettings): Promise<NonNullable<typeof open>> {
    const { server } = config();
    if (settings.port !== 0 && settings.port === server.port) throw new Error(SHARED_PORT);
    const listener = await listen({ ...options, settings: () => wanted() ?? settings, localToken });
    const path = settings.base_path;
    log.info({ fact: "admin.ready", url: listener.url, path, accounts: settings.accounts.length });
    onChange();
    return { ...listener, place: placeOf(settings), path };
  }

  /** By a file for those on this machine, where there are no accounts. */
  async function letIn({ accounts }: AdminSettings, url: string): Promise<void> {
    if (accounts.length > 0) return letNobodyIn();
    if (letsIn) return;
    await writeTokenFile(tokenFile, { url, token: localToken });
    letsIn = true;
  }

  /** One line a trouble, however often it is tried. */
  function tell(latest: string | undefined, pauseMs: number): number {
    if (latest === trouble) return pauseMs;
    if (latest !== undefined) log.error({ fact: "admin.unavailable", reason: latest, todo: TODO });
    else if (wanted() !== undefined) log.info({ fact: "admin.recovered" });
    trouble = latest;
    onChange();
    return pauseMs;
  }

  const loop = startLoop({ round, log, what: "admin" });
  return {
    onReload: loop.wake,
    state() {
      if (wanted() === undefined) return undefined;
      const url = open && `${open.url}${open.path}`;
      return { ...(url !== undefined && { url }), ...(trouble !== undefined && { trouble }) };
    },
    async stop() {
      await loop.stop();
      await close();
    },
  };
}

/** Milliseconds until it is tried again, after so many failures in a row. */
export function pauseAfter(failures: number, { firstMs, longestMs }: Pauses = PAUSES): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
}

const SHARED_PORT =
  "admin.port is that of the callbacks (server.port), and the admin listener never shares it; choose another port, or write `admin: false`";
const TODO = "nothing else waits for it, and it is tried again by itself; `admin: false` switches it off";

/** What takes another listener when it changes. */
function placeOf({ host, port, base_path }: AdminSettings): string {
  return JSON.stringify([host, port, base_path]);
}
