/** `reconcile:` as a user writes it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatShare, parseShare } from "../../src/config/settings/units.ts";
import { CHAT, faultTables, findings, loadGood, PARTNER } from "./support.ts";

const REST = '      rest: { region: singapore, secret_key: "${KEY}" }\n';
const SECOND = '    - { sdk_app_id: 1400000001, token: "${TOKEN}"';
const ASKED = `${CHAT}${REST}`;
const TWO = `${ASKED}${SECOND}, rest: { region: singapore, secret_key: "\${KEY}" } }\n`;
const file = (chat: string, block: string) => `${chat}${PARTNER}reconcile: ${block}\n`;

describe("`reconcile`", () => {
  it("is off unless it stands there", async () => {
    assert.equal((await loadGood(ASKED + PARTNER)).reconcile, undefined);
  });

  it("is as by default where nothing stands below it", async () => {
    assert.deepEqual((await loadGood(file(ASKED, ""))).reconcile, {
      accounts: "seen",
      every: 6 * 3_600_000,
      calls: { requests: 20, perMs: 1_000 },
      hold_above: { people: 100, share: 0.05 },
      came_back: "record",
      destroyed_account: "hold",
    });
  });

  it("takes accounts by name, and by app where several can be asked", async () => {
    const one = await loadGood(file(ASKED, '{ accounts: ["@TOA#_news"], hold_above: { people: 0, share: 2.5% } }'));
    assert.deepEqual(one.reconcile?.accounts, ["@TOA#_news"]);
    assert.deepEqual(one.reconcile?.hold_above, { people: 0, share: 0.025 });
    const two = await loadGood(file(TWO, '{ accounts: [{ app: 1400000001, account: "@TOA#_news" }] }'));
    assert.deepEqual(two.reconcile?.accounts, [{ app: 1400000001, account: "@TOA#_news" }]);
  });

  it("is warned of an app that nobody can be asked about", async () => {
    assert.deepEqual(await findings(file(`${ASKED}${SECOND} }\n`, "")), [
      "6:7 chat.apps[1]: warning: Chat cannot be asked about the app 1400000001: unsubscriptions of it that no callback told of are not found; add `rest`",
    ]);
  });

  it("has shares that are more than nothing and at most all", () => {
    for (const text of ["5%", "100%", "2.5 %"]) assert.ok(parseShare(text), text);
    for (const text of ["0%", "101%", "5", "0.05", "-5%", "%"]) assert.equal(parseShare(text), undefined, text);
    assert.deepEqual([0.05, 1, 0.025].map(formatShare), ["5%", "100%", "2.5%"]);
  });
});

faultTables({
  reconciling: [
    [
      "no app that can be asked about",
      file(CHAT, ""),
      '10:1 reconcile: Chat can be asked about no app, so nothing could be compared; add `rest: { region: singapore, secret_key: "${CHAT_SECRET_KEY}" }` to an app under `chat.apps`',
    ],
    [
      "an account of one of several apps",
      file(TWO, '{ accounts: ["@TOA#_news"] }'),
      '12:25 reconcile.accounts[0]: there are several apps, and nothing says which of them it belongs to; write { app: 1400000000, account: "@TOA#_news" }',
    ],
    [
      "an account of an app that is none of ours",
      file(ASKED, '{ accounts: [{ app: 7, account: "@TOA#_news" }] }'),
      "11:32 reconcile.accounts[0].app: 7 is no app under `chat.apps` that has `rest`; those are 1400000000",
    ],
    [
      "more calls than Chat takes",
      file(ASKED, "{ calls: 201/s }"),
      "11:21 reconcile.calls: Chat takes 200 calls a second, and the app's own backend needs some of them; write 20/s",
    ],
    [
      "comparisons too close together, and shares that are none",
      file(ASKED, "{ every: 14m, hold_above: { share: 0.05 } }"),
      '11:21 reconcile.every: "14m" is too short; 15m is the least',
      '11:47 reconcile.hold_above.share: "0.05" is not a share; write 5%',
    ],
  ],
});
