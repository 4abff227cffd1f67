/** The admin listener where it can be opened: its routes behind their gate, on its own port. */

import type { AdminSettings } from "../config/schema.ts";
import type { Logger } from "../connector.ts";
import { serve } from "../listener/serve.ts";
import { adminApp } from "./app.ts";
import { LARGEST_UPLOAD } from "./body.ts";
import { openGate } from "./gate.ts";
import { openHolding } from "./holding.ts";
import { inForceBy } from "./in-force.ts";
import { type Link, linkBelow, type Route } from "./route.ts";
import { exchangesRoute, type Follow } from "./routes/exchanges.ts";
import { health } from "./routes/health.ts";
import { type LoginPage, loginRoutes } from "./routes/login.ts";
import { type Metrics, metricsRoute } from "./routes/metrics.ts";
import { openTickets } from "./tickets.ts";
import { openTurns } from "./turns.ts";

export interface ListenerOptions {
  /** The settings in force; asked at each request. Its place is fixed from here on. */
  readonly settings: () => AdminSettings;
  /** What the file on this machine holds. */
  readonly localToken: string;
  readonly metrics: Metrics;
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
export async function listen({
  settings,
  localToken,
  metrics,
  follow,
  rooms,
  loginPage,
  log,
  giveWay,
}: ListenerOptions): Promise<Listener> {
  const { host, port, base_path } = settings();
  const link = linkBelow(base_path);
  const inForce = inForceBy(settings, localToken);
  const clock = Date.now;
  const holding = { known: openHolding(), strangers: openHolding() };
  // known once it listens, and asked by requests alone
  const actual = () => serving.port;
  const login = {
    accounts: () => inForce().accounts,
    tickets: openTickets(clock()),
    port: actual,
    clock,
    page: loginPage,
  };
  const routes = [health, metricsRoute(metrics), exchangesRoute(follow), ...loginRoutes(login)];
  const more = () => rooms(link);
  const turns = {
    known: openTurns({ atOnce: 4, mostWaiting: 64, giveWay }),
    strangers: openTurns({ atOnce: 4, mostWaiting: 64, giveWay }),
  };
  const uploads = {
    known: openTurns({ atOnce: 8, mostWaiting: 8, giveWay: noWay }),
    strangers: openTurns({ atOnce: 200, mostWaiting: 0, giveWay: noWay }),
  };
  const monotonic = () => performance.now();
  const serving = await serve(
    (peer) => {
      const gate = openGate({ inForce, peer, port: actual, link, holding, turns, uploads, clock, monotonic });
      return adminApp({ routes, more, link, gate, log });
    },
    {
      ...{ host, port, settings: "admin", maxBodyBytes: LARGEST_UPLOAD },
      onStray: (error) => log.error({ fact: "admin.failed", reason: String(error) }),
    },
  );
  return {
    url: serving.url,
    async stop() {
      for (const each of Object.values(holding)) each.end();
      await serving.stop();
    },
  };
}

/** An upload takes no time from anybody. */
const noWay = async (): Promise<void> => undefined;
