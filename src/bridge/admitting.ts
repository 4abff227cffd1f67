/** Those who look in: what the admin listener shows them, and what they may do. */
import { openAdmin } from "../admin/admin.ts";
import type { Link, Route } from "../admin/route.ts";
import type { Follow } from "../admin/routes/exchanges.ts";
import type { LoginPage } from "../admin/routes/login.ts";
import type { Typed } from "../basics/typed.ts";
import { openWitness } from "../operations/audit/witness.ts";
import type { Auxiliary } from "./auxiliaries.ts";
import { type Background, openBackground } from "./background.ts";
import type { Ground } from "./ground.ts";
import type { Parts } from "./parts.ts";
import type { RunningBridge } from "./running.ts";

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

/** Whoever looks at a person is in the audit, as with any other search. */
function followingBy({ storage, log }: Ground, { exchanges }: Pick<Parts["delivery"], "exchanges">): Follow {
  const unnoted = (error: unknown) => log.warn({ fact: "audit.unnoted", reason: String(error) });
  return ({ name, proven }, user, after) =>
    exchanges.since(user, after, () => {
      const witness = openWitness(storage, { name, proven, front: "api" }, unnoted);
      witness.looked({ operation: "search", person: user, filter: { follow: true }, count: 1 });
    });
}
