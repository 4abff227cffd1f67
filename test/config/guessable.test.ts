/** Credentials that are a word or a number: warned of, hidden in what others say, and never taken for our own words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isGuessable } from "../../src/config/credentials/guessable.ts";
import { foreignRedactor, redactor, redactValue } from "../../src/config/credentials/redact.ts";
import { sentence } from "../../src/connector.ts";
import { sanitizeAnswer } from "../../src/delivery/attempt/sanitize.ts";
import { CHAT, findings, PARTNER, WEBHOOK_SECRET } from "./support.ts";

const LINE = '{"fact":"delivery.settled","connector":"crm","state":"delivered","app":"1400000000"}';

describe("a credential that anybody guesses", () => {
  for (const secret of ["delivered", "connector", "settled", "state", "000000", "1400000000", "Delivered", "fact"]) {
    it(`leaves a line of our own whole: ${secret}`, () => {
      assert.equal(redactor([secret])(LINE), LINE);
    });
  }

  for (const [secret, foreign, hidden] of [
    ["delivered", "the key delivered is wrong", "the key *** is wrong"],
    ["delivered", '{"key":"delivered"}', '{"key":"***"}'],
    ["delivered", "undelivered, delivered_at", "undelivered, delivered_at"],
    ["123456", "no such key: 123456; asked 9123456 times", "no such key: ***; asked 9123456 times"],
    ["hunter2", "wrong password hunter2", "wrong password ***"],
    ["token", '{"token":"token"}', '{"token":"***"}'],
    ["token", "the token is wrong: token=token, “token”", "the token is wrong: token=***, “***”"],
    ["abc1", "Authorization: Bearer abc1", "Authorization: Bearer ***"],
    ["密码密码密码密码", "口令 密码密码密码密码 错误", "口令 *** 错误"],
  ] as const) {
    it(`is hidden in what others say: ${secret} in ${foreign}`, () => {
      assert.equal(foreignRedactor([secret])(foreign), hidden);
    });
  }

  it("is hidden in encodings that are no words, by either", () => {
    const basic = `Basic ${Buffer.from("user:delivered").toString("base64")}`;
    for (const hide of [redactor(["delivered"]), foreignRedactor(["delivered"])]) assert.match(hide(basic), /\*\*\*/);
  });

  it("leaves the names of our own keys, and hides what stands below them", () => {
    const secrets = ["reason"];
    const shown = redactValue({ reason: "their reason" }, foreignRedactor(secrets), redactor(secrets));
    assert.deepEqual(shown, { reason: "their ***" });
  });

  it("leaves sentences of ours, and hides what is put into them", () => {
    const outcome = { tag: "retry", reason: sentence("http_meaning", { status: 503, meaning: "refused: answer" }) };
    const answer = { tag: "outcomes", outcomes: new Map([["1", outcome]]) };
    const read = (secret: string) => {
      const result = sanitizeAnswer(answer, foreignRedactor([secret]));
      const first = result.outcomes?.get("1");
      return first?.tag === "retry" ? first.reason.words : "";
    };
    assert.equal(read("refused"), "HTTP 503: ***: answer");
    const slow = { tag: "unavailable", reason: sentence("connector_slow") };
    const said = sanitizeAnswer(slow, foreignRedactor(["connector"]));
    assert.equal(said.tag === "unavailable" ? said.reason.words : "", "the connector took too long");
  });

  for (const [token, what] of [
    ["pat-eu1-********", "looks like the part of a credential that a page shows"],
    ["sk-abcd...", "looks like the part of a credential that a page shows"],
    ["xxxxxxxx", "looks like an example's words"],
    ["changeme", "looks like an example's words"],
    ["TODO", "looks like an example's words"],
    ["your-token-here", "looks like an example's words"],
    ["你的密钥", "looks like an example's words"],
    ["8f14e45fceea167a5a36dedd4bea2543;", "ends with a semicolon or a comma"],
  ] as const) {
    it(`is told from what stands in its place: ${token}`, async () => {
      const [warning = "", ...others] = await findings(CHAT + PARTNER, { SECRET: WEBHOOK_SECRET, TOKEN: token });
      assert.ok(
        warning.startsWith(`4:14 chat.apps[0].token: warning: this ${what}, and is taken for the credential; `),
        warning,
      );
      assert.ok(!warning.includes(token) && others.length === 0, warning);
    });
  }

  it("cannot be one of which a page shows a part, with bullets for the rest", async () => {
    assert.deepEqual(await findings(CHAT + PARTNER, { SECRET: WEBHOOK_SECRET, TOKEN: "••••••••4f2a" }), [
      "4:14 chat.apps[0].token: the value of TOKEN is hidden in part, as a page shows it; copy the whole, or have another one made",
    ]);
  });

  it("is a warning at its place, that does not show it; one that a machine has made is none", async () => {
    const yaml = CHAT + PARTNER;
    const secrets = { SECRET: WEBHOOK_SECRET };
    for (const [token, words] of [
      ["delivered", /^4:14 chat\.apps\[0\]\.token: warning: this credential is one word or number: it is soon guessed/],
      ["20261127", /^4:14 chat\.apps\[0\]\.token: warning: this credential is one word or number/],
      ["tok1", /^4:14 chat\.apps\[0\]\.token: warning: this credential has fewer than 6 characters/],
    ] as const) {
      const [warning = "", ...others] = await findings(yaml, { ...secrets, TOKEN: token });
      assert.match(warning, words);
      assert.match(warning, /openssl rand -base64 24/);
      assert.ok(!warning.includes(token) && others.length === 0, warning);
    }
    for (const token of ["chat-callback-token", "8f14e45fceea167a5a36dedd4bea2543", "s7Xq!pL9"]) {
      assert.equal(isGuessable(token), false, token);
      assert.deepEqual(await findings(yaml, { ...secrets, TOKEN: token }), []);
    }
  });
});
