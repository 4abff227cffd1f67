/** The admin application without a listener: requests from any address, at any time. */
import { adminApp } from "../../src/admin/app.ts";
import { type GateOptions, openAdminGate } from "../../src/admin/gate.ts";
import { openHolding } from "../../src/admin/holding.ts";
import { inForceBy } from "../../src/admin/in-force.ts";
import { linkBelow, type Route } from "../../src/admin/route.ts";
import { loginRoutes } from "../../src/admin/routes/login.ts";
import { openTickets } from "../../src/admin/tickets.ts";
import { openTurns } from "../../src/admin/turns.ts";
import { typedPlainly } from "../../src/basics/typed.ts";
import type { AdminSettings } from "../../src/config/schema.ts";
import { loginPageFor } from "../../src/console/login.tsx";
import { quiet } from "../support/engine.ts";

export const OPS = "ops-token-0123456789";
export const VIEWER = "viewer-token-0123456789";
export const METRICS = "metrics-token-0123456789";
export const LOCAL_TOKEN = "token-of-the-file-0123456789";

export const ACCOUNTS: AdminSettings["accounts"] = [
  { name: "ops", role: "operator", token: OPS },
  { name: "v.iewer", role: "viewer", token: VIEWER },
  { name: "prometheus", role: "metrics", token: METRICS },
];

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
  /** Address of the connection. */
  readonly from?: string;
  readonly host?: string;
}

export interface TestApp {
  ask(path: string, sent?: Sent): Promise<Response>;
  /** Turns both clocks. */
  turn(ms: number): void;
  /** Other settings are in force. */
  use(change: Partial<AdminSettings>): void;
  readonly now: () => number;
  /** How many wait for their answer. */
  readonly held: () => number;
  /** Lets all of them have it. */
  release(): void;
}

/** @param change of the settings; `routes` beside login: one for each role, by its name */
export function openApp(
  change: Partial<AdminSettings> = {},
  routes: readonly Route[] = [],
  more: Pick<GateOptions, "longestMs"> = {},
): TestApp {
  let settings: AdminSettings = {
    ...{ host: "127.0.0.1", port: 8081, base_path: "/", accounts: [], trusted_proxies: [] },
    ...change,
  };
  let now = 1_800_000_000_000;
  const peers = new WeakMap<Request, string>();
  const inForce = inForceBy(() => settings, LOCAL_TOKEN);
  const link = linkBelow(settings.base_path);
  const [clock, port] = [() => now, () => 8081];
  const waiting = new Set<() => void>();
  const holding = {
    ...openHolding(),
    hold: () => new Promise<void>((resolve) => waiting.add(resolve)),
  };
  const lane = (atOnce: number) => openTurns({ atOnce, mostWaiting: 2, giveWay: async () => undefined });
  const gate = openAdminGate({
    ...{ inForce, link, clock, port, monotonic: clock },
    peer: (request) => peers.get(request),
    holding: { known: holding, strangers: holding },
    turns: { known: lane(2), strangers: lane(2) },
    uploads: { known: lane(2), strangers: lane(2) },
    ...more,
  });
  const login = loginRoutes({
    accounts: () => inForce().accounts,
    tickets: openTickets(now),
    port,
    clock,
    page: loginPageFor(typedPlainly),
  });
  const app = adminApp({ routes: [...login, ...ROLE_ROUTES, ...routes], link, gate, log: quiet });
  return {
    now: clock,
    held: () => waiting.size,
    async ask(path, { method = "GET", headers = {}, body, from = "203.0.113.7", host = "localhost:8081" } = {}) {
      const request = new Request(`http://${host === "" ? "x" : host}${path}`, {
        method,
        headers: { host, ...headers },
        ...(body !== undefined && { body, duplex: "half" }),
      });
      peers.set(request, from);
      return app.handle(request);
    },
    turn(ms) {
      now += ms;
    },
    use(more) {
      settings = { ...settings, ...more };
    },
    release() {
      for (const release of waiting) release();
      waiting.clear();
    },
  };
}

/** Each answers who asks, by what name its role has. */
const ROLE_ROUTES: readonly Route[] = (["metrics", "viewer", "operator"] as const).flatMap((least) =>
  (["GET", "POST"] as const).map((method) => ({
    ...{ method, path: `/${least}`, least },
    answer: ({ identity, body }) => Response.json({ ...identity, bytes: body.length }),
  })),
);

export const bearer = (token: string): { readonly headers: Readonly<Record<string, string>> } => ({
  headers: { authorization: `Bearer ${token}` },
});
