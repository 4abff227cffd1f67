/** `callbacks reread`, on what 0.1.0 left behind: it took an unnamed operator for an admin, and refused others. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { quarantineEntry } from "../../src/callback.ts";
import { openStorage } from "../../src/storage/open.ts";
import { postgresServer } from "../storage/postgres-support.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { copyOf010, type Left, textOf010 } from "../support/fixtures.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { launchServe, whenReady } from "../support/process.ts";
import { step } from "../support/step.ts";
import { WEBHOOK_SECRET } from "../support/world.ts";
import { onTerminal } from "./terminal.ts";

const REREAD = ["callbacks", "reread", "--since", "2025-01-01"];

async function command(left: Left, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCommand([...args, "--config", left.config], { env: left.env });
  assert.equal(code, 0, `${args.join(" ")}: ${out}${err}`);
  return out;
}

async function fateOf(left: Left, user: string, connector: string) {
  const { events } = JSON.parse((await runCommand(["trace", user, "--json", "--config", left.config], left)).out);
  const delivery = events[0]?.deliveries.find((one: { connector: string }) => one.connector === connector);
  return [delivery?.state, delivery?.note];
}

async function quarantined(left: Left): Promise<string[]> {
  const { out } = await runCommand(["quarantine", "list", "--json", "--config", left.config], { env: left.env });
  return JSON.parse(out).entries.map(({ fault }: { fault: string }) => fault);
}

describe("reading callbacks again", { skip: ON_BUN_ALONE }, () => {
  let left: Left;
  before(async () => {
    left = await copyOf010();
  });
  after(() => left.close());
  const reread = step(async () => JSON.parse(await command(left, ...REREAD, "--json")));

  it("shows with --dry-run what an older release read wrongly or not at all, and changes nothing", async () => {
    const out = await command(left, ...REREAD, "--dry-run");
    assert.match(out, /understood now +3 callbacks of 3 users/);
    assert.match(out, /read otherwise +1 event/);
    assert.match(out, /sent after all +1 delivery that was skipped for it/);
    assert.match(
      out,
      /newsletter {2}unknown-1 {2}2025-06-01T12:\d\d:00.000Z {2}was skipped: `except.by_admin` names true/,
    );
    assert.match(out, /left out +0 callbacks/);
    assert.match(out, /not understood +2 callbacks/);
    assert.match(out, /Nothing was changed/);
    assert.equal((await fateOf(left, "unknown-1", "newsletter"))[0], "skipped");
    assert.equal((await quarantined(left)).length, 5);
  });

  it("asks a person at a terminal, and does nothing when they do not agree", async () => {
    const args = [...REREAD, "--config", left.config];
    const { out, err } = await onTerminal(args, { env: left.env, answers: ["n"] });
    assert.match(err, /Do it\? \[y\/N\]/);
    assert.match(out, /Nothing was changed/);
    assert.equal((await quarantined(left)).length, 5);
  });

  it("takes in what is understood now, puts right what was read wrongly, and sends what was skipped for it", async () => {
    const { done, understood, corrected, sent_after_all, deliveries } = await reread();
    assert.deepEqual([done, understood, corrected, sent_after_all], [true, { callbacks: 3, users: 3 }, 1, 1]);
    assert.deepEqual([deliveries[0].connector, deliveries[0].user], ["newsletter", "unknown-1"]);
    assert.deepEqual(await fateOf(left, "unknown-1", "newsletter"), [
      "waiting",
      "`except.by_admin` could not be applied, since Chat did not say who did it: sent all the same",
    ]);
    assert.equal((await fateOf(left, "removed-1", "newsletter"))[0], "skipped");
    const faults = await quarantined(left);
    assert.deepEqual(
      faults.map((fault) => fault.split(":")[0]).sort(),
      ["Subscriber_Account", "SubscribeAccountList[0].Subscriber_Account"].sort(),
    );
  });

  it("finds nothing more to do when it is called again, before a bridge has run and beside it", async () => {
    await reread();
    const again = JSON.parse(await command(left, ...REREAD, "--json"));
    assert.deepEqual([again.done, again.understood.callbacks, again.corrected], [false, 0, 0]);
    const webhook = await startWebhookSandbox({ secret: WEBHOOK_SECRET });
    const env = { ...left.env, PARTNER_URL: webhook.url, CRM_URL: webhook.url, ANALYTICS_URL: webhook.url };
    const serve = launchServe(left.config, { env });
    try {
      await whenReady(serve);
      const isSent = (user: string, path: string) =>
        webhook.requests.some((request) => request.path.includes(path) && request.body.includes(`"${user}"`));
      for (const user of ["unknown-1", "missing-operator-1", "null-operator-1", "digits-1"]) {
        await eventually(() => isSent(user, "/newsletter"));
      }
      await eventually(async () => (await fateOf(left, "digits-1", "newsletter"))[0] === "delivered");
      // one more was in the spool
      const counts = async () => {
        const { done, understood, corrected } = JSON.parse(await command(left, ...REREAD, "--json"));
        return [done, understood.callbacks, corrected];
      };
      assert.deepEqual(await counts(), [true, 1, 0]);
      await eventually(() => isSent("spooled-3", "/newsletter"));
      assert.deepEqual(await counts(), [false, 0, 0]);
      assert.equal(await serve.stop(), 0);
    } finally {
      await serve.kill();
      await webhook.close();
    }
  });
});

describe("reading callbacks again in a PostgreSQL store", { skip: ON_BUN_ALONE }, () => {
  const withMachines = postgresServer();

  it(
    "does what it does in a SQLite store",
    withMachines(async ({ sql, schema, url }) => {
      const left = await copyOf010();
      try {
        await sql((await textOf010("postgres.sql")).replaceAll("unsub_bridge", schema));
        const yaml = await readFile(left.config, "utf8");
        const store = `storage: { url: "${url}", schema: ${schema}, retention: forever, raw_retention: 36500d }`;
        await writeFile(left.config, yaml.replace(/^storage: .*$/m, store));
        const { done, understood, corrected, sent_after_all } = JSON.parse(await command(left, ...REREAD, "--json"));
        assert.deepEqual([done, understood, corrected, sent_after_all], [true, { callbacks: 3, users: 3 }, 1, 1]);
        assert.equal((await fateOf(left, "unknown-1", "newsletter"))[0], "waiting");
        assert.equal((await quarantined(left)).length, 2);
        const again = JSON.parse(await command(left, ...REREAD, "--json"));
        assert.deepEqual([again.done, again.understood.callbacks, again.corrected], [false, 0, 0]);
      } finally {
        await left.close();
      }
    }),
  );
});

describe("reading callbacks again of which `retention` may have removed the events", { skip: ON_BUN_ALONE }, () => {
  it("leaves them out, and counts them: a newer wish may be gone as well", async () => {
    const left = await copyOf010();
    try {
      const yaml = await readFile(left.config, "utf8");
      await writeFile(left.config, yaml.replace("retention: forever", "retention: 30d"));
      const out = await command(left, ...REREAD);
      assert.match(out, /understood now +0 callbacks/);
      assert.match(out, /read otherwise +0 events/);
      assert.match(out, /left out +1\d callbacks: `retention` may have removed their events/);
      assert.equal((await fateOf(left, "unknown-1", "newsletter"))[0], "skipped");
      assert.equal((await quarantined(left)).length, 5);
    } finally {
      await left.close();
    }
  });

  it("heeds a retention that was shorter once", async () => {
    const left = await copyOf010();
    try {
      const url = `sqlite:${left.path("data/bridge.db")}`;
      const storage = await openStorage({ url, schema: "", prepare: true });
      while ((await storage.prune({ retentionMs: 0, rawRetentionMs: null, quarantineBytes: 1e9 })).more);
      await storage.close();
      const { left_out: leftOut, understood, done } = JSON.parse(await command(left, ...REREAD, "--json"));
      assert.ok(leftOut > 10, `${leftOut}`);
      assert.deepEqual([understood.callbacks, done], [0, false]);
    } finally {
      await left.close();
    }
  });
});

describe("reading a callback again of which the router once got but a byte", { skip: ON_BUN_ALONE }, () => {
  it("takes in what was kept raw, and removes the entry in which nothing can be", async () => {
    const left = await copyOf010();
    try {
      const storage = await openStorage({ url: `sqlite:${left.path("data/bridge.db")}`, schema: "", prepare: true });
      const [waiting] = await storage.unread(1);
      assert.ok(waiting);
      const { seq, ...unread } = waiting;
      const husk = quarantineEntry({ ...unread, body: new Uint8Array([1]) }, "body: expected a JSON object in UTF-8");
      await storage.expand([{ callback: seq, events: [], quarantine: [husk] }]);
      await storage.close();
      const { understood } = JSON.parse(await command(left, ...REREAD, "--json"));
      assert.equal(understood.callbacks, 4);
      assert.deepEqual(
        (await quarantined(left)).filter((fault) => fault === husk.fault),
        [],
      );
      assert.equal(
        JSON.parse((await runCommand(["status", "--json", "--config", left.config], left)).out).unread_callbacks,
        4,
      );
    } finally {
      await left.close();
    }
  });
});

describe("reading the quarantine again", { skip: ON_BUN_ALONE }, () => {
  it("leaves alone what did not prove to come from Chat when it came", async () => {
    const left = await copyOf010();
    try {
      const settings = { url: `sqlite:${left.path("data/bridge.db")}`, schema: "", prepare: true };
      const storage = await openStorage(settings);
      const [{ receivedAt = 0, ...callback } = assert.fail("there is none")] = (
        await storage.callbacks({ since: 0, after: 0, limit: 1 })
      ).callbacks;
      const body = JSON.parse(new TextDecoder().decode(callback.body));
      const other = { ...body, SubscribeAccountList: [{ Subscriber_Account: "forged" }] };
      const stale = { ...callback, receivedAt, body: new TextEncoder().encode(JSON.stringify(other)) };
      await storage.accept({
        callbacks: [],
        quarantine: [quarantineEntry(stale, "RequestTime is too far from our clock")],
      });
      await storage.close();
      const { understood } = JSON.parse(await command(left, ...REREAD, "--json"));
      assert.equal(understood.callbacks, 3);
      assert.deepEqual((await quarantined(left)).filter((fault) => /^RequestTime/.test(fault)).length, 1);
    } finally {
      await left.close();
    }
  });
});
