/** The admin listener where it can be opened: its routes behind their gate, on its own port. */

import type { AdminSettings } from "../config/schema.ts";
import type { Logger } from "../connector.ts";
import { serve } from "../listener/serve.ts";
import type { Accounts } from "./accounts.ts";
import { adminApp } from "./app.ts";
import { LARGEST_UPLOAD } from "./body.ts";
import { type GateOptions, openAdminGate } from "./gate.ts";
import { openHolding } from "./holding.ts";
import { inForceBy } from "./in-force.ts";
import { type Link, linkBelow, type Route } from "./route.ts";
import { exchangesRoute, type Follow } from "./routes/exchanges.ts";
import { health } from "./routes/health.ts";
import { type LoginPage, loginRoutes } from "./routes/login.ts";
import { type MetricsText, metricsRoute } from "./routes/metrics.ts";
import { openTickets } from "./tickets.ts";
import { openTurns } from "./turns.ts";

export interface ListenerOptions {
  /** The settings in force; asked at each request. Its place is fixed from here on. */
  readonly settings: () => AdminSettings;
  /** What the file on this machine holds. */
  readonly localToken: string;
  readonly metrics: MetricsText;
  readonly follow: Follow;
  /** What else it answers: pages, API. Asked at the first request that nothing else takes, and again after a failure. */
  readonly rooms: (link: Link) => Promise<readonly Route[]>;
  /** The page on which one logs in. */
  readonly loginPage: LoginPage;
  readonly log: Logger;
  /** Resolves when callbacks have had their time, after so many milliseconds of work for somebody who looks in. */
  readonly giveWay: (workedMs: number) => Promise<unknown>;
}

export interface Listener {
  /** `http://host:port`. */
  readonly url: string;
  /** Ends those who wait; lets requests under way finish for a second. */
  stop(): Promise<void>;
}

/** Rejects with words for people when the address is not to be had. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { settings, localToken, rooms, log, giveWay } = options;
  const { host, port, base_path } = settings();
  const link = linkBelow(base_path);
  const inForce = inForceBy(settings, localToken);
  // known once it listens, and asked by requests alone
  const actual = () => serving.port;
  const routes = ownRoutes(options, () => inForce().accounts, actual);
  const shared = { ...sharesOf(giveWay), clock: Date.now, monotonic: () => performance.now() };
  const serving = await serve(
    (peer) => {
      const gate = openAdminGate({ inForce, peer, port: actual, link, ...shared });
      return adminApp({ routes, more: () => rooms(link), link, gate, log });
    },
    {
      ...{ host, port, settings: "admin", maxBodyBytes: LARGEST_UPLOAD },
      onStray: (error) => log.error({ fact: "admin.failed", reason: String(error) }),
    },
  );
  return {
    url: serving.url,
    async stop() {
      for (const each of Object.values(shared.holding)) each.end();
      await serving.stop();
    },
  };
}

/** What it answers without anybody's pages or API. */
function ownRoutes(
  { metrics, follow, loginPage: page }: ListenerOptions,
  accounts: () => Accounts,
  port: () => number,
): readonly Route[] {
  const clock = Date.now;
  const login = { accounts, tickets: openTickets(clock()), port, clock, page };
  return [health, metricsRoute(metrics), exchangesRoute(follow), ...loginRoutes(login)];
}

/** What strangers may take of it, and what those who are known may, each for themselves. */
function sharesOf(giveWay: ListenerOptions["giveWay"]): Pick<GateOptions, "holding" | "turns" | "uploads"> {
  const turns = () => openTurns({ atOnce: 4, mostWaiting: 64, giveWay });
  return {
    holding: { known: openHolding(), strangers: openHolding() },
    turns: { known: turns(), strangers: turns() },
    uploads: {
      known: openTurns({ atOnce: 8, mostWaiting: 8, giveWay: noWay }),
      strangers: openTurns({ atOnce: 200, mostWaiting: 0, giveWay: noWay }),
    },
  };
}

/** An upload takes no time from anybody. */
const noWay = async (): Promise<void> => undefined;
