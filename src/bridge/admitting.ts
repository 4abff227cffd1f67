/** Those who look in: what the admin listener shows them, and what they may do. */
import { openAdmin } from "../admin/admin.ts";
import type { Link, Route } from "../admin/route.ts";
import type { Follow } from "../admin/routes/exchanges.ts";
import type { LoginPage } from "../admin/routes/login.ts";
import { stackOf } from "../basics/error-words.ts";
import type { Typed } from "../basics/typed.ts";
import { openWitness } from "../operations/audit/witness.ts";
import type { Auxiliary } from "./auxiliaries.ts";
import type { RunningBridge } from "./beside.ts";
import type { Ground } from "./ground.ts";
import type { Parts } from "./parts.ts";

export function admit(running: RunningBridge): Auxiliary {
  const { ground, delivery, metrics, notices, typed } = running;
  const { log, config, learn } = ground;
  const { rest: giveWay } = delivery.throttle;
  const follow = followingBy(ground, delivery);
  const onChange = () => notices.changed?.();
  const background = openBackground(log);
  const rooms = roomsOf(running, background);
  const loginPage = loginPageBy(typed);
  const admin = openAdmin({ config, log, learn, giveWay, onChange, metrics, follow, rooms, loginPage });
  notices.admin = admin;
  return {
    onReload: admin.onReload,
    async stop() {
      background.abort();
      await admin.stop();
      await background.ended();
    },
  };
}

/** Pages and API: modules that nobody needs who takes callbacks and delivers, and that are loaded once somebody looks in. */
function roomsOf(running: RunningBridge, { begin }: Background): (link: Link) => Promise<readonly Route[]> {
  let routes: ((link: Link) => readonly Route[]) | undefined;
  return async (link) => {
    routes ??= (await import("./rooms.ts")).roomRoutes(running, begin);
    return routes(link);
  };
}

function loginPageBy(typed: Typed): LoginPage {
  return async (asked, about) => (await import("../console/login.tsx")).loginPageFor(typed)(asked, about);
}

/** Begins work whose failure is told in the log. */
export type Begin = (what: string, work: (signal: AbortSignal) => Promise<unknown>) => void;

interface Background {
  readonly begin: Begin;
  readonly abort: () => void;
  readonly ended: () => Promise<unknown>;
}

/** Work that somebody has begun by a page or a call, and that goes on when the page is closed. */
function openBackground(log: Ground["log"]): Background {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    begin(what, work) {
      const done = work(stopping.signal)
        .catch((error: unknown) => log.error({ fact: "console.failed", what, reason: stackOf(error) }))
        .finally(() => running.delete(done));
      running.add(done);
    },
    abort: () => stopping.abort(),
    ended: () => Promise.all(running),
  };
}

/** Whoever looks at a person is in the audit, as with any other search. */
function followingBy({ storage, log }: Ground, { exchanges }: Pick<Parts["delivery"], "exchanges">): Follow {
  const unnoted = (error: unknown) => log.warn({ fact: "audit.unnoted", reason: String(error) });
  return ({ name, proven }, user, after) =>
    exchanges.since(user, after, () => {
      const witness = openWitness(storage, { name, proven, front: "api" }, unnoted);
      witness.looked({ operation: "search", person: user, filter: { follow: true }, count: 1 });
    });
}
