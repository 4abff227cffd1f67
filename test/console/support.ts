/** The console of a bridge that runs, as a browser without JavaScript has it. */

import { mkdir } from "node:fs/promises";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import type { BridgeHere } from "../support/command.ts";
import { patiently } from "../support/patiently.ts";
import { openWorld, type World, type WorldOptions } from "../support/world.ts";

export const OPERATOR = "operator-token-of-the-tests-1234";
export const VIEWER = "viewer-token-of-the-tests-123456";

const ADMIN = `{ port: 0, accounts: [{ name: olga, role: operator, token: "${OPERATOR}" }, { name: vera, role: viewer, token: "${VIEWER}" }] }`;

export interface ConsoleWorld extends World {
  readonly bridge: BridgeHere;
  /** Where the admin listener is: `http://127.0.0.1:…`. */
  readonly origin: string;
  /** A page as somebody sees it. @param language as a browser says it */
  get(path: string, options?: Look): Promise<Seen>;
  /** Sends a form, and does not follow where it leads. */
  post(path: string, fields: Readonly<Record<string, string>> | URLSearchParams, options?: Look): Promise<Seen>;
}

export interface Look {
  /** Whose token; the operator's unless set. */
  readonly as?: string;
  readonly language?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** What is read of it: without tags, blanks drawn together, characters as they are meant. */
  readonly text: string;
}

export interface ConsoleOptions extends WorldOptions {
  /** What the store holds before the bridge starts. */
  readonly seed?: (storage: Storage) => Promise<void>;
  /** In this process unless given. */
  readonly start?: (world: World) => Promise<BridgeHere>;
}

/** Starts a bridge with an operator and a viewer. */
export async function openConsole({
  seed,
  start = (world) => world.startHere(),
  ...options
}: ConsoleOptions = {}): Promise<ConsoleWorld> {
  const world = await openWorld({ admin: ADMIN, ...options });
  if (seed !== undefined) await inStore(world, seed);
  const bridge = await start(world);
  const { url, path } = (await bridge.logged("admin.ready")) as { readonly url?: unknown; readonly path?: unknown };
  const origin = `${url}`;
  const base = `${path}`.replace(/\/$/, "");
  const ask = async (method: string, at: string, look: Look, body?: URLSearchParams): Promise<Seen> => {
    const send = () =>
      fetch(origin + base + at, {
        method,
        redirect: "manual",
        headers: {
          authorization: `Bearer ${look.as ?? OPERATOR}`,
          "accept-language": look.language ?? "en",
          accept: "text/html",
          ...look.headers,
        },
        ...(body !== undefined && { body }),
      });
    const response = await patiently(send);
    const html = await response.text();
    return { status: response.status, headers: response.headers, html, text: textOf(html) };
  };
  return {
    ...world,
    bridge,
    origin,
    get: (at, look = {}) => ask("GET", at, look),
    post: (at, fields, look = {}) =>
      ask("POST", at, look, fields instanceof URLSearchParams ? fields : new URLSearchParams(fields)),
  };
}

/** Does something to the store of a world, beside its bridge or before it starts. */
export async function inStore<T>(world: Pick<World, "path">, act: (storage: Storage) => Promise<T>): Promise<T> {
  await mkdir(world.path("data"), { recursive: true });
  const storage = openSqlite({ path: world.path("data/bridge.db"), serves: false });
  try {
    return await act(storage);
  } finally {
    await storage.close();
  }
}

const CHARACTERS: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&", nbsp: " " };

export function textOf(html: string): string {
  return html
    .replace(/<head>.*?<\/head>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:#(\d+)|(\w+));/g, (all, code?: string, name?: string) =>
      code === undefined ? (CHARACTERS[name ?? ""] ?? all) : String.fromCodePoint(Number(code)),
    )
    .replace(/\s+/g, " ")
    .trim();
}
