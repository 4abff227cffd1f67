/** `alerts`: what is on, whether people can be told, and silences; and what `check` and `status` say of it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { displayWidth } from "../../src/basics/width.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { APP } from "../support/callbacks.ts";
import { type Folder, inFolder } from "./folder.ts";
import { onTerminal } from "./terminal.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const CHAT = `chat: { apps: [{ sdk_app_id: ${APP}, token: "\${TOKEN}" }] }\n`;
const CONNECTORS = `connectors:
  crm: { type: webhook, url: https://crm.example/in, secret: "\${SECRET}", must_deliver_within: 2h }
  partner: { type: webhook, url: https://partner.example/in, secret: "\${SECRET}" }
`;
const NOTICES =
  'notices:\n  ops: { type: webhook, url: "${OPS}", secret: "${SECRET}" }\n  backup: { type: webhook, url: "${BACKUP}" }\n';

/** As the teller would have written it. */
const STATE = {
  ...{ name: "paused_after", subject: "crm", since: Date.parse("2026-11-26T10:00:00Z"), deadlineMs: 600_000 },
  ...{ rung: "overdue", toldAt: Date.parse("2026-11-26T10:10:00Z"), repeats: 2, clearAt: null },
  detail: { of: "paused_after", people: 3, isMore: false, hold: { tag: "person" } },
};

async function seed({ path }: Folder): Promise<void> {
  const storage = openSqlite({ path: join(path, "config/data/bridge.db") });
  await storage.openAlarms({ holder: "a", leaseMs: 1 });
  await storage.noteAlarms({
    holder: "a",
    leaseMs: 1,
    keep: [{ key: "paused_after/crm", state: JSON.stringify(STATE) }],
    notice: { id: "1", notice: "{}" },
  });
  await storage.close();
}

describe("`alerts`", () => {
  let ops: WebhookSandbox;
  before(async () => {
    ops = await startWebhookSandbox({ secret: SECRET });
  });
  after(() => ops.close());
  const env = () => ({
    TOKEN: "chat-callback-token",
    SECRET,
    OPS: `${ops.url}/hook/s3cret`,
    BACKUP: "http://127.0.0.1:1/s3cret",
  });
  const withAlerts = (alerts: string, use: (folder: Folder) => Promise<void>) =>
    inFolder(async (folder) => {
      await folder.write("config/bridge.yaml", `${CHAT}${CONNECTORS}${NOTICES}${alerts}`);
      await folder.write("config/data/.keep", "");
      await use(folder);
    });

  it("test sends one message by each way, marked as a test, and shows neither address nor secret", async () => {
    await withAlerts("name: staging\nalerts: { to: [ops, backup], language: zh }\n", async (folder) => {
      const { code, out, err } = await folder.run(["alerts", "test"], { env: env() });
      assert.equal(code, 1);
      assert.match(out, /✓ ops \(webhook\) was told: look whether it is there\n✗ backup \(webhook\) was not told: /);
      assert.ok(!`${out}${err}`.includes("s3cret"));
      const [payload] = [...ops.received.payloads.values()] as {
        data: { kind: string; title: string; bridge: string };
      }[];
      const { kind, title, bridge } = payload?.data ?? {};
      assert.deepEqual([kind, title, bridge], ["test", "这是 unsub-bridge 的告警测试", "staging"]);
    });
  });

  it("list tells all of the sentence, however narrow the terminal is", async () => {
    await withAlerts("alerts: { to: [ops] }\n", async (folder) => {
      await seed(folder);
      const config = join(folder.path, "config/bridge.yaml");
      for (const columns of [40, 80, 200]) {
        const { out } = await onTerminal(["alerts", "list", "--config", config], {
          env: { ...env(), NO_COLOR: "1" },
          columns,
        });
        for (const line of out.split("\n")) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
        const [, ...words] = out.replace(/\s+/g, " ").split("paused_after/crm");
        assert.match(words.join(""), /overdue.*2026-11-26.*crm is paused.*3 people/, out);
        assert.ok(!out.includes("…"), out);
      }
    });
  });

  it("test says so where nobody is to be told", async () => {
    await withAlerts("", async (folder) => {
      const { code, err } = await folder.run(["alerts", "test"], { env: env() });
      assert.equal(code, 2);
      assert.match(err, /`alerts` does not stand in the configuration: add it/);
    });
  });

  it("list and status show what is on, and a silence with who wanted it; it is in the audit", async () => {
    await withAlerts("alerts: { to: [ops] }\n", async (folder) => {
      await seed(folder);
      const run = (...args: string[]) => folder.run([...args, "--as", "ann"], { env: env() });
      const listed = await run("alerts", "list");
      assert.equal(listed.code, 1);
      assert.match(
        listed.out,
        /paused_after\/crm +overdue +2026-11-26T10:00:00.000Z .*crm is paused, and 3 people wait/,
      );
      assert.match(listed.out, /\n1 message that nobody was told yet waits; each is tried for a day\./);
      const { out } = await run("status");
      assert.match(out, /alarm \(overdue\): crm is paused, and 3 people wait, for /);

      const silenced = await run("alerts", "silence", "paused_after/crm", "2h", "--why", "the portal moves");
      assert.equal(silenced.code, 0, silenced.err);
      assert.match(
        silenced.out,
        /^paused_after\/crm is silenced until .*it ends in (2 h|1 h 59 min)\), by ann: the portal moves\n$/,
      );
      const now = JSON.parse((await run("alerts", "list", "--json")).out);
      assert.deepEqual(
        [now.alarms[0].alarm, now.alarms[0].silenced, now.silences[0].name, now.silences[0].actor],
        ["paused_after/crm", true, "paused_after/crm", "ann"],
      );
      assert.equal(now.untold, 1);
      assert.match(
        (await run("status")).out,
        /alarm \(silenced\): crm is paused.*\npaused_after\/crm is silenced until/,
      );
      const audit = JSON.parse((await run("audit", "list", "--operation", "alerts_silence", "--json")).out).audit;
      assert.deepEqual(audit[0].filter, { alarm: "paused_after/crm", for: "2 h", why: "the portal moves" });
    });
  });

  it("silence takes the names that there are, for no longer than anybody remembers, and with a reason", async () => {
    await withAlerts("alerts: { to: [ops] }\n", async (folder) => {
      await seed(folder);
      const run = async (...args: string[]) => {
        const { code, err } = await folder.run(["alerts", "silence", ...args], { env: env() });
        return `${code} ${err}`;
      };
      assert.match(
        await run("pause_after", "2h", "--why", "x"),
        /^2 There is no alarm "pause_after"; did you mean "paused_after"\?/,
      );
      assert.match(await run("paused_after", "31d", "--why", "x"), /^2 .*At most 30 days/s);
      assert.match(await run("paused_after", "2", "--why", "x"), /^2 .*Write how long: 30m, 2h, 3d/s);
      assert.match(await run("paused_after", "2h"), /^2 .*--why/s);
    });
  });

  it("are explained by check, each in a sentence", async () => {
    await withAlerts(
      'alerts: { to: [ops, backup], unmatched: any, clock_off_by: never, heartbeat: "${OPS}" }\n',
      async (folder) => {
        const { code, out } = await folder.run(["check"], { env: env() });
        assert.equal(code, 0, out);
        const lines = out.split("\n");
        assert.deepEqual(
          lines
            .slice(lines.indexOf("alerts") + 1)
            .filter((line) => line.startsWith("  ✓"))
            .slice(0, 13),
          [
            "  ✓ ops is told; where it cannot be, backup",
            "  ✓ crm: you will hear after 1 h, 1 h 48 min and 2 h that somebody waits",
            "  ✓ partner: you will hear after 12 h, 21 h 36 min and 24 h that somebody waits",
            "  ✓ you will hear 5 min, 9 min and 10 min after a connector was paused",
            "  ✓ you will hear when a callback lies in the spool for 2 min 30 s, 4 min 30 s and 5 min",
            "  ✓ you will hear at once when more than 20 requests of an app are refused within 5 min, and none is taken",
            "  ✓ you will hear at once when a callback is in the quarantine",
            "  ✓ you will hear at once when a delivery is given up as rejected or expired",
            "  ✓ you will hear at once when a delivery is given up since nobody over there has that id",
            "  ✓ you will hear at once when a disk has less than 10 % left",
            "  ✓ you will not hear of `no_callbacks_for` or `clock_off_by`",
            "  ✓ you will not hear of `healing` while `reconcile` does not stand here: no rosters are compared",
            "  ✓ an address is asked every minute while callbacks are taken and couriers live",
          ],
        );
      },
    );
  });
});
