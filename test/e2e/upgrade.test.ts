/** What 0.1.0 left behind is opened, served, settled, listed and replayed by this release. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { postCallback } from "../support/callbacks.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { copyOf010, type Left, textOf010, unpack010 } from "../support/fixtures.ts";
import { launchServe, type ServeProcess, whenReady } from "../support/process.ts";
import { HUBSPOT_TOKEN, SEGMENT_KEY, WEBHOOK_SECRET } from "../support/world.ts";

/** One delivery of `deliveries list --json`, as far as it matters here. */
interface Entry {
  readonly id: string;
  readonly connector: string;
  readonly state: string;
  readonly class: string | null;
  readonly event: { readonly user: string; readonly kind: string };
}

const contacts = [
  ...["delivered-1", "retried-1", "rejected-1", "expired-1", "unmatched-1", "waiting-1", "张伟", "removed-1"],
  ...["removed-2", "unknown-1", "overtaken-1", "good-1", "unread-1", "spooled-1", "spooled-2", "new-1"],
];

async function command(left: Left, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCommand([...args, "--config", left.config], { env: left.env });
  assert.equal(code, 0, `${args.join(" ")}: ${out}${err}`);
  return out;
}

async function ledger(left: Left): Promise<readonly Entry[]> {
  const { deliveries } = JSON.parse(await command(left, "deliveries", "list", "--limit", "1000", "--json")) as {
    deliveries: readonly Entry[];
  };
  return deliveries;
}

const statesOf = (entries: readonly Entry[], user: string): Record<string, string> =>
  Object.fromEntries(
    entries.filter(({ event }) => event.user === user).map(({ connector, state }) => [connector, state]),
  );

describe("what 0.1.0 left behind", () => {
  let left: Left;
  before(async () => {
    left = await copyOf010();
  });
  after(() => left.close());

  it("has a configuration that is well", async () => {
    assert.match(await command(left, "check"), /is well/);
  });

  it("can be asked before this release has served it", async () => {
    assert.deepEqual(statesOf(await ledger(left), "rejected-1"), {
      crm: "dead",
      partner: "waiting",
      newsletter: "waiting",
      analytics: "waiting",
    });
    // what is paused is not well
    const { out } = await runCommand(["status", "--json", "--config", left.config], { env: left.env });
    const { connectors, quarantine } = JSON.parse(out);
    const analytics = connectors.find(({ name }: { name: string }) => name === "analytics");
    assert.match(analytics.condition, /paused/);
    assert.equal(quarantine.entries, 5);
    assert.match(await command(left, "trace", "overtaken-1"), /crm +superseded/);
  });
});

describe("a bridge on what 0.1.0 left behind", () => {
  it("serves, settles, lists and replays it, and takes over the spool", async () => {
    const [hubspot, segment, webhook] = await Promise.all([
      startHubSpotSandbox({ token: HUBSPOT_TOKEN, contacts }),
      startSegmentSandbox({ writeKeys: [SEGMENT_KEY] }),
      startWebhookSandbox({ secret: WEBHOOK_SECRET }),
    ]);
    const left = await copyOf010({ CRM_URL: hubspot.url, ANALYTICS_URL: segment.url, PARTNER_URL: webhook.url });
    const serve = launchServe(left.config, { env: left.env });
    try {
      const bridge = await whenReady(serve);
      assert.ok(await postCallback(bridge.url, { users: ["new-1"] }));
      await command(left, "retry", "--now", "--all");
      await eventually(async () => {
        const waiting = (await ledger(left)).filter(({ state, connector, event }) => {
          // somebody whom HubSpot does not know is tried for three days
          return state === "waiting" && connector !== "analytics" && contacts.includes(event.user);
        });
        return waiting.length === 0;
      });
      const entries = await ledger(left);
      for (const user of ["waiting-1", "unread-1", "spooled-1", "new-1", "good-1"]) {
        assert.deepEqual(
          statesOf(entries, user),
          { crm: "delivered", partner: "delivered", newsletter: "delivered", analytics: "waiting" },
          user,
        );
      }
      assert.deepEqual(
        entries.filter(({ state }) => state === "dead").map((entry) => [entry.event.user, entry.class]),
        [
          ["unmatched-1", "unmatched"],
          ["expired-1", "expired"],
          ["rejected-1", "rejected"],
        ],
      );
      for (const user of ["removed-1", "张伟", "spooled-2"]) {
        assert.deepEqual(
          [statesOf(entries, user).partner, statesOf(entries, user).newsletter],
          ["delivered", "skipped"],
        );
      }
      assert.equal(statesOf(entries, "ignored-1").crm, "skipped");
      // its name in the ids is the first one that it had
      assert.match(entries.find(({ connector }) => connector === "partner")?.id ?? "", /:former_partner$/);
      assert.ok(!existsSync(left.path("data/spool.jsonl")), "the spool is taken over");

      await command(left, "dead-letters", "replay", "--all", "--yes");
      await eventually(async () => {
        const dead = ["rejected-1", "expired-1", "unmatched-1"];
        const fates = await ledger(left);
        return dead.every((user) => statesOf(fates, user).crm === "delivered");
      });
      await command(left, "resume", "analytics");
      await eventually(async () =>
        (await ledger(left)).every(({ connector, state }) => connector !== "analytics" || state !== "waiting"),
      );
      const letters = await readFile(left.path("data/dead-letters.jsonl"), "utf8");
      assert.ok(letters.startsWith(await textOf010("dead-letters.jsonl")), "the old lines stand");
      assert.equal(await serve.stop(), 0);
    } finally {
      await serve.kill();
      await Promise.all([hubspot.close(), segment.close(), webhook.close(), left.close()]);
    }
  });

  // a store that this release has made has other indexes than one that it was given
  for (const [what, isNew] of Object.entries({
    "what this release has served": false,
    "a store that this release has made": true,
  })) {
    it(`leaves a way back: 0.1.0 itself serves ${what}, and then this one again`, async () => {
      const [hubspot, segment, webhook] = await Promise.all([
        startHubSpotSandbox({ token: HUBSPOT_TOKEN, contacts }),
        startSegmentSandbox({ writeKeys: [SEGMENT_KEY] }),
        startWebhookSandbox({ secret: WEBHOOK_SECRET }),
      ]);
      const release = await unpack010();
      const left = await copyOf010({ CRM_URL: hubspot.url, ANALYTICS_URL: segment.url, PARTNER_URL: webhook.url });
      if (isNew) await rm(left.path("data"), { recursive: true });
      const run: ServeProcess[] = [];
      try {
        for (const [user, main] of [["forth-1"], ["back-1", release.main], ["forth-2"]] as const) {
          const serve = launchServe(left.config, { env: left.env, main });
          run.push(serve);
          const { url } = await whenReady(serve);
          assert.ok(await postCallback(url, { users: [user] }));
          await eventually(async () => {
            const states = statesOf(await ledger(left), user);
            return states.partner === "delivered" && states.newsletter === "delivered";
          });
          assert.equal(await serve.stop(), 0);
        }
        const events = (await ledger(left)).filter(({ event }) => /^(forth|back)-/.test(event.user));
        assert.equal(events.length, 3 * 4, "each of them once for each connector");
      } finally {
        await Promise.all(run.map((serve) => serve.kill()));
        await Promise.all([hubspot.close(), segment.close(), webhook.close(), release.close(), left.close()]);
      }
    });
  }
});
