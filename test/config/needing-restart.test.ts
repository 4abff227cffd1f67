/**
 * What becomes of each setting when the configuration is read anew under a running bridge: taken over, or named by
 * `config.needs_restart`. A setting that is in neither list is one that nobody has decided about.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TSchema } from "@sinclair/typebox";
import type { Config } from "../../src/config/checked-config.ts";
import { needingRestart } from "../../src/config/needing-restart.ts";
import { Settings } from "../../src/config/schema.ts";

/** Asked anew wherever they are used, or handed on by `src/bridge/reload.ts` and the `onReload` of what stands beside. */
const TAKEN_OVER: readonly string[] = [
  ...["name", "chat.apps", "chat.max_clock_skew", "chat.allow_from"],
  ...["server.max_body", "server.answer_within", "server.drain", "server.trusted_proxies"],
  ...["storage.spool_max", "storage.retention", "storage.raw_retention"],
  ...["quarantine.max_size", "audit.retention", "audit.max_searches", "log.level", "admin"],
  ...["reconcile.accounts", "reconcile.every", "reconcile.calls", "reconcile.came_back", "reconcile.destroyed_account"],
  ...["reconcile.hold_above.people", "reconcile.hold_above.share", "notices"],
  ...["alerts.to", "alerts.undelivered_after", "alerts.paused_after", "alerts.refused", "alerts.no_callbacks_for"],
  ...[
    "alerts.quarantine",
    "alerts.dead_letters",
    "alerts.unmatched",
    "alerts.spool_older_than",
    "alerts.disk_free_below",
  ],
  ...["alerts.clock_off_by", "alerts.healing", "alerts.language", "alerts.console", "alerts.heartbeat"],
];
/** Read once, at the start. */
const BY_RESTART: readonly string[] = [
  ...["server.host", "server.port", "server.path"],
  ...["storage.url", "storage.schema", "storage.prepare", "storage.spool"],
  "dead_letters.file",
];

/** Dotted paths of all settings that are no mere group of others. */
function leavesOf(schema: TSchema, path = ""): readonly string[] {
  if (schema.properties === undefined) return [path];
  return Object.entries(schema.properties as Record<string, TSchema>).flatMap(([key, inner]) =>
    leavesOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

/** A configuration of which nothing is known but this, so far as settings are asked. */
function configWith(leaf: string, value: unknown): Config {
  const config: Record<string, unknown> = { connectors: [] };
  for (const path of leavesOf(Settings)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let group = config;
    for (const key of keys) {
      group[key] ??= {};
      group = group[key] as Record<string, unknown>;
    }
    group[last] = path === leaf ? value : "as before";
  }
  return config as unknown as Config;
}

describe("each setting of the file", () => {
  it("is either taken over at a reload or waits for a restart: somebody has decided it", () => {
    assert.deepEqual(leavesOf(Settings).toSorted(), [...TAKEN_OVER, ...BY_RESTART].toSorted());
  });

  for (const leaf of leavesOf(Settings)) {
    const waits = BY_RESTART.includes(leaf);
    it(`${leaf} is ${waits ? "named when only a restart takes it" : "not named, for it is taken over"}`, () => {
      const named = needingRestart(configWith(leaf, "before"), configWith(leaf, "after"));
      assert.deepEqual(named, waits ? [leaf] : []);
    });
  }
});
