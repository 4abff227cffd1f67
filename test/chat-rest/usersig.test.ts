import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSigner } from "../../src/chat-rest/signer.ts";
import { readUserSig, userSig } from "../../src/chat-rest/usersig.ts";

const KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const CLAIMS = { identifier: "administrator", app: 1_400_000_000, time: 1_700_000_000, lifetime: 86_400 };
/** Made by Tencent's own package with a fixed clock. */
const THEIRS =
  "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwokpuZl5mcUlRYkl*UVQBcUp2YkFBZkpSlaGJgZQAJEpycxNVbIyNEcVTa0oyCxKVbKyMDOBCRVnpitZKVX6OKZql5uHh6aGlhYmhVlm6IdEmFuUGhnmh7hnamdaRhUYlhoHFORFmhnYKtUCAK0SM5I_";

describe("a UserSig", () => {
  it("says what Tencent's own package says for the same key, admin and time", () => {
    // of what is deflated: another build of zlib may deflate it otherwise
    assert.deepEqual(readUserSig(userSig(CLAIMS, KEY)), readUserSig(THEIRS));
    assert.equal(readUserSig(THEIRS)?.signature, "yLAe+w7WUeUuqbV9h/TX78u21oTGi+i9Zp1u3PpnY60=");
    assert.equal(readUserSig(THEIRS)?.identifier, "administrator");
  });

  it("is written in Chat's own base64, which survives an address as it is", () => {
    for (let time = 1_700_000_000; time < 1_700_000_200; time += 1) {
      const text = userSig({ ...CLAIMS, time }, KEY);
      assert.match(text, /^[A-Za-z0-9*_-]+$/);
      assert.equal(encodeURIComponent(text), text);
      assert.equal(readUserSig(text)?.time, time);
    }
  });

  it("differs with the key, and with whatever it says", () => {
    const signatureOf = (claims: typeof CLAIMS, key = KEY) => readUserSig(userSig(claims, key))?.signature;
    const all = [
      signatureOf(CLAIMS),
      signatureOf(CLAIMS, `${KEY}0`),
      signatureOf({ ...CLAIMS, identifier: "admin" }),
      signatureOf({ ...CLAIMS, app: 1 }),
      signatureOf({ ...CLAIMS, time: 1 }),
      signatureOf({ ...CLAIMS, lifetime: 1 }),
    ];
    assert.equal(new Set(all).size, all.length);
  });

  for (const [what, text] of [
    ["an empty text", ""],
    ["what is no base64", "%%%"],
    ["what is not deflated", Buffer.from("{}").toString("base64")],
    ["half of one", THEIRS.slice(0, 90)],
  ] as const) {
    it(`is not read from ${what}`, () => {
      assert.equal(readUserSig(text), undefined);
    });
  }
});

describe("the signature of calls", () => {
  const rest = { admin: "administrator", secret_key: KEY };
  const START = 1_700_000_000_000;
  const HOUR = 3_600_000;

  it("is kept for half of its life of a day, and made anew then, or when the clock was set back", () => {
    const signer = openSigner(1_400_000_000, rest);
    const first = signer.current(START);
    assert.equal(readUserSig(first)?.lifetime, 86_400);
    assert.equal(signer.current(START + 11 * HOUR), first);
    const second = signer.current(START + 13 * HOUR);
    assert.equal(readUserSig(second)?.time, (START + 13 * HOUR) / 1_000);
    assert.equal(readUserSig(signer.current(START))?.time, START / 1_000);
  });

  it("is made by Chat's clock once Chat has called one expired", () => {
    const signer = openSigner(1_400_000_000, rest);
    signer.current(START);
    assert.equal(signer.renew(START, 48 * HOUR), true);
    assert.equal(readUserSig(signer.current(START + HOUR))?.time, (START + 48 * HOUR) / 1_000);
    assert.equal(readUserSig(signer.current(START + 14 * HOUR))?.time, (START + 62 * HOUR) / 1_000);
  });

  it("is the configured one, of which there is no other, where there is no key", () => {
    const signer = openSigner(1_400_000_000, { admin: "administrator", user_sig: THEIRS });
    assert.equal(signer.current(START), THEIRS);
    assert.equal(signer.renew(START, 0), false);
    assert.equal(signer.current(START), THEIRS);
  });
});
