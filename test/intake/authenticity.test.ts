import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { authenticator, signOf } from "../../src/intake/admission/authenticity.ts";
import { parseQuery } from "../../src/intake/admission/query.ts";
import { APP, CONFIG, NEXT_TOKEN, NOW, OTHER_APP, query, TOKEN, UNSIGNED_APP } from "./harness.ts";

const authenticate = authenticator(CONFIG.chat);
const judge = (changes: Record<string, string | undefined> = {}, token = TOKEN, now = NOW) =>
  authenticate(parseQuery(`http://x/callback?${query(changes, token)}`), now);

describe("the sign", () => {
  it("is the one of Chat's documentation", () => {
    assert.equal(signOf("xxxxyyyy", "1669872112"), "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061");
  });

  it("proves the sender", () => {
    assert.deepEqual(judge(), { tag: "authentic", app: APP, requestTime: NOW });
  });

  it("may be used again within its second", () => {
    assert.equal(judge().tag, "authentic");
    assert.equal(judge().tag, "authentic");
  });

  it("may be that of any token while they are rotated", () => {
    assert.equal(judge({ SdkAppid: OTHER_APP }, "other-canary-old").tag, "authentic");
    assert.equal(judge({ SdkAppid: OTHER_APP }, NEXT_TOKEN).tag, "authentic");
  });

  it("of another app's token proves nothing", () => {
    assert.deepEqual(judge({ SdkAppid: OTHER_APP }, TOKEN), { tag: "wrongSign", app: OTHER_APP });
  });

  for (const [name, sign] of [
    ["of the wrong length", "abc"],
    ["of the right length", "0".repeat(64)],
    ["of no ASCII", "é".repeat(64)],
  ] as const) {
    it(`that is wrong and ${name} is refused`, () => {
      assert.deepEqual(judge({ Sign: sign }), { tag: "wrongSign", app: APP });
    });
  }

  it("that is wrong is refused also in a second of which the right one is known", () => {
    assert.equal(judge().tag, "authentic");
    assert.equal(judge({ Sign: "0".repeat(64) }).tag, "wrongSign");
    assert.equal(judge().tag, "authentic");
  });

  it("of another second is refused", () => {
    assert.equal(judge({ Sign: signOf(TOKEN, String(NOW / 1000 - 1)) }).tag, "wrongSign");
  });

  it("that is missing where none is needed proves no RequestTime", () => {
    const forged = judge({ SdkAppid: UNSIGNED_APP, Sign: undefined, RequestTime: "9999999999" });
    assert.deepEqual(forged, { tag: "authentic", app: UNSIGNED_APP });
  });

  it("that is missing is refused", () => {
    assert.deepEqual(judge({ Sign: undefined }), { tag: "unsigned", app: APP });
  });

  for (const time of [undefined, "abc", "-1", "1e9", "1790000000.0", " 1790000000", "9".repeat(40)]) {
    it(`over the RequestTime ${time} is refused`, () => {
      assert.equal(judge({ RequestTime: time, Sign: signOf(TOKEN, time ?? "") }).tag, "wrongSign");
    });
  }
});

describe("RequestTime", () => {
  it("may be 60 seconds off, in either direction", () => {
    assert.equal(judge({}, TOKEN, NOW + 60_000).tag, "authentic");
    assert.equal(judge({}, TOKEN, NOW - 60_000).tag, "authentic");
  });

  it("further off is stale, by as much as the clocks differ", () => {
    assert.deepEqual(judge({}, TOKEN, NOW + 61_000), { tag: "stale", app: APP, requestTime: NOW, aheadMs: -61_000 });
    assert.deepEqual(judge({}, TOKEN, NOW - 60_001), { tag: "stale", app: APP, requestTime: NOW, aheadMs: 60_001 });
  });

  it("with a wrong sign is not even stale", () => {
    assert.equal(judge({ Sign: "0".repeat(64) }, TOKEN, NOW + 3_600_000).tag, "wrongSign");
  });
});

describe("the app", () => {
  it("must be one of ours", () => {
    assert.deepEqual(judge({ SdkAppid: "1" }), { tag: "unknownApp", sdkAppId: "1" });
    assert.deepEqual(judge({ SdkAppid: undefined }), { tag: "unknownApp", sdkAppId: "" });
    assert.deepEqual(judge({ SdkAppid: "constructor" }), { tag: "unknownApp", sdkAppId: "constructor" });
  });

  for (const name of ["SDKAppID", "sdkappid", "SdkAppId", "SDKAPPID"]) {
    it(`may be called ${name}`, () => {
      assert.equal(judge({ SdkAppid: undefined, [name]: APP }).tag, "authentic");
    });
  }

  it("without a token takes what is unsigned", () => {
    const unsigned = { SdkAppid: UNSIGNED_APP, Sign: undefined, RequestTime: undefined };
    assert.deepEqual(judge(unsigned), { tag: "authentic", app: UNSIGNED_APP });
  });

  it("without a token and without leave takes nothing", () => {
    const closed = authenticator({ ...CONFIG.chat, apps: [{ sdk_app_id: 7, allow_unsigned: false }] });
    assert.equal(closed({ sdkAppId: "7", sign: "", requestTime: "" }, NOW).tag, "wrongSign");
  });

  it("with a token and leave takes what is unsigned, but nothing that is wrongly signed", () => {
    const both = authenticator({ ...CONFIG.chat, apps: [{ sdk_app_id: 7, token: TOKEN, allow_unsigned: true }] });
    assert.equal(both({ sdkAppId: "7", sign: "", requestTime: "" }, NOW).tag, "authentic");
    assert.equal(both({ sdkAppId: "7", sign: "0", requestTime: "1790000000" }, NOW).tag, "wrongSign");
  });
});

describe("the query", () => {
  it("may come in any order, with parameters that nobody knows", () => {
    const parsed = parseQuery(
      "http://x/callback?New=1&Sign=s&OptPlatform=Web&x&=y&RequestTime=2&ClientIP=&SdkAppid=3&&CallbackCommand=c",
    );
    assert.deepEqual(parsed, {
      sdkAppId: "3",
      command: "c",
      clientIp: "",
      platform: "Web",
      sign: "s",
      requestTime: "2",
    });
  });

  it("is decoded, and taken as it is where it cannot be", () => {
    const parsed = parseQuery("http://x/?ClientIP=2001%3Adb8%3A%3A1&OptPlatform=100%&CallbackCommand=a+b%20c");
    assert.equal(parsed.clientIp, "2001:db8::1");
    assert.equal(parsed.platform, "100%");
    assert.equal(parsed.command, "a b c");
  });

  it("is understood in any case, and with its names encoded as well", () => {
    const parsed = parseQuery("http://x/?sdkAPPID=1&%53ign=s&request%54ime=2&Call%62ackCommand=c&Opt%zz=x");
    assert.deepEqual([parsed.sdkAppId, parsed.sign, parsed.requestTime, parsed.command], ["1", "s", "2", "c"]);
  });

  it("counts the first of a repeated parameter", () => {
    assert.equal(parseQuery("http://x/?SdkAppid=1&sdkappid=2").sdkAppId, "1");
  });

  it("may be missing", () => {
    assert.equal(parseQuery("http://x/callback").sdkAppId, "");
    assert.equal(parseQuery("http://x/callback?").sdkAppId, "");
  });
});
