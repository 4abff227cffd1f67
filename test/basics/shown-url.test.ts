import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { shownUrl, withShownUrls } from "../../src/basics/shown-url.ts";

describe("an address that is shown", () => {
  for (const [what, address, shown] of [
    ["keeps origin and path", "https://a.example:8443/x/y", "https://a.example:8443/x/y"],
    [
      "names its parameters without their values",
      "https://a.example/x?code=S3&sig=S4",
      "https://a.example/x?code=…&sig=…",
    ],
    ["does not show a parameter that is a key itself", "https://a.example/x?S3cret", "https://a.example/x?…"],
    ["loses user, password and fragment", "https://me:S3@a.example/x#access_token=S4", "https://a.example/x"],
    [
      "may be one of a database",
      "postgres://me:S3@db.example:5433/x?password=S4",
      "postgres://db.example:5433/x?password=…",
    ],
    ["may be relative, as in a redirect", "/login?code=S3#S4", "/login?code=…"],
    ["may have no scheme", "//me:S3@a.example/x?sig=S4", "https://a.example/x?sig=…"],
    ["is not shown at all when nobody can read it", "https://me:S3@a exa mple/x", "(an address that cannot be read)"],
  ] as const) {
    it(what, () => assert.equal(shownUrl(address), shown));
  }

  it("holds no value of a parameter, no password and no fragment, whatever they are", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/).map((text) => `S3CR${text}`);
    fc.assert(
      fc.property(secret, secret, secret, (password, value, fragment) => {
        for (const address of [
          `https://me:${password}@a.example/x?code=${value}&x=${value}#${fragment}`,
          `see https://me:${password}@a.example/x?code=${value}#${fragment}, or (http://a.example/?${value}).`,
        ]) {
          assert.doesNotMatch(withShownUrls(address), /S3CR/);
        }
      }),
    );
  });

  it("is found in a runtime's words, which stay as they are around it", () => {
    const words = "error sending request for url (https://a.example/x?code=S3): client error (Connect)";
    assert.equal(
      withShownUrls(words),
      "error sending request for url (https://a.example/x?code=…): client error (Connect)",
    );
    const plain = 'see "https://a.example/docs", a/b?c and me@a.example';
    assert.equal(withShownUrls(plain), plain);
  });
});
