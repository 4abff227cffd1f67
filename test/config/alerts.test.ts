/** `alerts:` and `notices:` as a user writes them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHAT, ENV, faultTables, findings, loadGood, PARTNER } from "./support.ts";

const NOTICES = 'notices: { ops_chat: { type: webhook, url: "${OPS_URL}", secret: "${SECRET}" } }\n';
const file = (block: string, notices = NOTICES) => `${CHAT}${PARTNER}${notices}alerts: ${block}\n`;

describe("`alerts`", () => {
  it("is off unless it stands there", async () => {
    const config = await loadGood(CHAT + PARTNER);
    assert.equal(config.alerts, undefined);
    assert.deepEqual(config.notices, {});
  });

  it("says what is worth hearing where nothing but `to` stands below it", async () => {
    assert.deepEqual((await loadGood(file("{ to: [ops_chat] }"))).alerts, {
      to: ["ops_chat"],
      undelivered_after: 24 * 3_600_000,
      paused_after: 600_000,
      refused: { more_than: 20, within: 300_000 },
      quarantine: "any",
      dead_letters: "any",
      unmatched: "never",
      spool_older_than: 300_000,
      disk_free_below: 0.1,
      clock_off_by: 30_000,
      healing: "any",
      language: "en",
    });
  });

  it("reads as it is written, and `never` switches one off", async () => {
    const block = `{ to: [ops_chat], undelivered_after: 12h, paused_after: never, refused: { more_than: 5 }, no_callbacks_for: 2d, quarantine: never, disk_free_below: 12.5%, clock_off_by: 5s, language: zh, heartbeat: "\${BEAT_URL}" }`;
    const { alerts } = await loadGood(file(block));
    const { undelivered_after, paused_after, refused, no_callbacks_for, quarantine, disk_free_below } = alerts ?? {};
    assert.deepEqual(
      [undelivered_after, paused_after, refused, no_callbacks_for, quarantine, disk_free_below],
      [43_200_000, "never", { more_than: 5, within: 300_000 }, 172_800_000, "never", 0.125],
    );
    assert.deepEqual([alerts?.clock_off_by, alerts?.language], [5_000, "zh"]);
    assert.equal((await loadGood(file("{ to: [ops_chat], refused: never }"))).alerts?.refused, "never");
  });

  it("may be said of one connector otherwise", async () => {
    const { connectors } = await loadGood(
      file("{ to: [ops_chat] }").replace("type: webhook", "type: webhook\n    must_deliver_within: 4h"),
    );
    assert.equal(connectors[0]?.common.must_deliver_within, 14_400_000);
  });

  it("takes addresses for the secrets that they are", async () => {
    const config = await loadGood(file('{ to: [ops_chat], heartbeat: "${BEAT_URL}" }'));
    for (const secret of ["https://hooks.example/T0/B0/xyz", "https://beat.example/abc"]) {
      assert.ok(config.secrets.includes(secret), secret);
    }
  });

  it("is warned of what would travel unencrypted, but on this machine", async () => {
    const plain = (host: string) =>
      findings(file("{ to: [ops_chat] }"), { ...ENV, OPS_URL: `http://${host}/T0/B0/xyz` });
    assert.deepEqual(await plain("hooks.example"), [
      "10:44 notices.ops_chat.url: warning: what is told would travel unencrypted; use https:// unless the server is on a network that nobody else can read",
    ]);
    assert.deepEqual(await plain("127.0.0.1:9"), []);
  });
});

faultTables({
  alerts: [
    [
      "nobody to be told",
      file("{ language: zh }"),
      '11:1 alerts.to: "to" is missing; add `to: [ops_chat, backup_mail_hook]`',
    ],
    [
      "a name with a slip in it",
      file("{ to: [ops_chta] }"),
      '11:16 alerts.to[0]: `notices` has no "ops_chta"; did you mean "ops_chat"?',
    ],
    [
      "a way that nobody has configured",
      file("{ to: [ops_chat] }", ""),
      '10:16 alerts.to[0]: `notices` has no "ops_chat"; add `notices: { ops_chat: { type: webhook, url: "${OPS_WEBHOOK_URL}" } }`',
    ],
    [
      "a deadline that nobody can keep",
      file("{ to: [ops_chat], paused_after: 1ms }"),
      '11:41 alerts.paused_after: "1ms" is too short; 1s is the least, or "never"',
    ],
  ],
});
