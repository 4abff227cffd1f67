/** Which events go where, from the YAML as one writes it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { matchesWildcard } from "../../src/basics/wildcard.ts";
import { wants } from "../../src/config/selection.ts";
import type { Event } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { CHAT, loadGood, PARTNER } from "./support.ts";

/** An event of which Chat did not say who did it. */
const UNKNOWN = { operator: "", byAdmin: false } as const;

/** `sent`, or why not. */
async function choice(settings: string, event: Partial<Event> = {}): Promise<string> {
  const { connectors } = await loadGood(`${CHAT}${PARTNER}    ${settings}\n`);
  const [connector] = connectors;
  assert.ok(connector);
  const chosen = wants(sampleDelivery("jared", event).event, connector);
  if (!chosen.send) return chosen.reason.words;
  return chosen.note === undefined ? "sent" : `sent; ${chosen.note.words}`;
}

describe("which events a connector gets", () => {
  for (const [settings, event, expected] of [
    ["enabled: true", { kind: "unsubscribed" }, "sent"],
    ["enabled: true", { kind: "subscribed" }, '`events` does not name "subscribed"'],
    ["events: [unsubscribed, subscribed]", { kind: "subscribed" }, "sent"],
    ["events: [subscribed]", { kind: "unsubscribed" }, '`events` does not name "unsubscribed"'],
    ['only: { official_account: ["@TOA#_news"] }', { officialAccount: "@TOA#_news" }, "sent"],
    [
      'only: { official_account: ["@TOA#_news"] }',
      { officialAccount: "@TOA#_News" },
      '`only.official_account` does not name "@TOA#_News"',
    ],
    ['only: { official_account: ["@TOA#_promo_*"] }', { officialAccount: "@TOA#_promo_may" }, "sent"],
    ["only: { platform: [ios] }", { platform: "iOS" }, "sent"],
    ["only: { platform: [Web] }", { platform: "iOS" }, '`only.platform` does not name "iOS"'],
    ["only: { by_admin: true }", { byAdmin: false }, "`only.by_admin` does not name false"],
    ["only: { app: [1400000000] }", { app: "1400000000" }, "sent"],
    ["only: { platform: [iOS], by_admin: true }", { byAdmin: false }, "`only.by_admin` does not name false"],
    ["except: { operator: [cleanup_*] }", { operator: "cleanup_7" }, '`except.operator` names "cleanup_7"'],
    ["except: { platform: [iOS], by_admin: true }", { byAdmin: false }, "sent"],
    [
      "except: { platform: [iOS], by_admin: true }",
      { byAdmin: true },
      '`except.platform` names "iOS" and `except.by_admin` names true',
    ],
    ["except: {}", {}, "sent"],
    ["only: { platform: [Web], by_admin: true }", UNKNOWN, '`only.platform` does not name "iOS"'],
    ["except: { platform: [Web], by_admin: true }", UNKNOWN, "sent"],
    ["except: { platform: [iOS] }", UNKNOWN, '`except.platform` names "iOS"'],
  ] as const) {
    it(`${settings}: ${JSON.stringify(event)} is ${expected}`, async () => {
      assert.equal(await choice(settings, event), expected);
    });
  }

  for (const condition of [
    "only: { by_admin: true }",
    "only: { by_admin: false }",
    'only: { operator: ["*"] }',
    "only: { operator: [admin] }",
    "only: { platform: [iOS], by_admin: true }",
    "except: { by_admin: true }",
    "except: { by_admin: false }",
    'except: { operator: ["*"] }',
    "except: { operator: [admin_*] }",
    "except: { platform: [iOS], operator: [admin] }",
  ]) {
    it(`${condition} skips nothing where nobody knows who did it, and says so`, async () => {
      const [setting, name] = [/^\w+/.exec(condition)?.[0], /by_admin|operator/.exec(condition)?.[0]];
      const note = `\`${setting}.${name}\` could not be applied, since Chat did not say who did it: sent all the same`;
      assert.equal(await choice(condition, UNKNOWN), `sent; ${note}`);
      // an operator without a name was stored as an admin by 0.1.0
      assert.equal(await choice(condition, { operator: "", byAdmin: true }), `sent; ${note}`);
    });
  }

  it("names every condition that could not be applied", async () => {
    const settings = "only: { by_admin: false }\n    except: { platform: [Web], operator: [admin] }";
    assert.equal(
      await choice(settings, { ...UNKNOWN, platform: "" }),
      "sent; `only.by_admin` and `except.platform` and `except.operator` could not be applied, since Chat did not say " +
        "who did it and on which platform: sent all the same",
    );
  });

  it("exceptions win over what is chosen", async () => {
    const settings = 'only: { official_account: ["@TOA#_*"] }\n    except: { official_account: ["@TOA#_test"] }';
    assert.equal(
      await choice(settings, { officialAccount: "@TOA#_test" }),
      '`except.official_account` names "@TOA#_test"',
    );
    assert.equal(await choice(settings, { officialAccount: "@TOA#_news" }), "sent");
  });
});

describe("a pattern", () => {
  for (const [pattern, text, fits] of [
    ["*", "", true],
    ["a*", "a", true],
    ["a*a", "a", false],
    ["*b*", "abc", true],
    ["a*c*e", "abcde", true],
    ["a*c*e", "aec", false],
    ["a.c", "abc", false],
    ["**", "x", true],
  ] as const) {
    it(`${pattern} ${fits ? "fits" : "does not fit"} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesWildcard(pattern, text), fits);
    });
  }

  it("with many stars is judged at once", () => {
    assert.equal(matchesWildcard("a*".repeat(40), "a".repeat(5_000)), true);
    assert.equal(matchesWildcard(`${"a*".repeat(40)}b`, "a".repeat(5_000)), false);
  });
});
