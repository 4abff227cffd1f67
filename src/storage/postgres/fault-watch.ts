/** Says what somebody has done to the server or the tables that loses what is in them: at start, and within minutes under a running bridge. */

import { type Loop, startLoop } from "../../basics/loop.ts";
import type { Found } from "../../basics/sentence-tables.ts";
import type { Logger } from "../../connector.ts";
import type { Context } from "./context.ts";
import { storeFaults } from "./durability.ts";

/** How often it looks, in milliseconds: a few questions to the catalog. */
const EVERY_MS = 2 * 60_000;
/** Said at start already, with a fact of its own. */
const ENCODING_CODE = "postgres_encoding";

/** Resolves once it has looked for the first time. What is wrong is said once, and again where it was well in between. */
export async function watchFaults(
  { transact }: Pick<Context, "transact">,
  log: Logger,
  everyMs = EVERY_MS,
): Promise<Pick<Loop, "stop">> {
  let told: ReadonlySet<string> = new Set();
  let isFirst = true;

  async function look(): Promise<void> {
    // a server that does not tell is no trouble: what it holds up says so itself
    const faults = await transact("asking", storeFaults).catch(() => undefined);
    if (faults === undefined) return;
    const found = new Map(faults.filter(({ code }) => code !== ENCODING_CODE).map((each) => [each.what, each]));
    for (const [what, fault] of found) if (!told.has(what)) say(fault, log);
    told = new Set(found.keys());
  }

  async function round(): Promise<number> {
    if (!isFirst) await look();
    isFirst = false;
    return everyMs;
  }
  await look();
  return startLoop({ round, log, what: "fault-watch" });
}

function say({ ok, code, what, todo }: Found, log: Logger): void {
  log[ok === "warning" ? "warn" : "error"]({ fact: "store.at_risk", code, reason: what, todo });
}
