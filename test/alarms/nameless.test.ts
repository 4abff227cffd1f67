/** No message names anybody, whatever the store holds of them: a destination's words, an app's ids, what a person wrote. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { digestNotice } from "../../src/alarms/digest.ts";
import { judgeStore } from "../../src/alarms/judge-store.ts";
import { decide } from "../../src/alarms/ladder.ts";
import type { StoreSeen } from "../../src/alarms/seen.ts";
import type { ConnectorState, PauseCause } from "../../src/storage/contract/connectors.ts";
import type { ConnectorStanding } from "../../src/storage/contract/ledger.ts";
import { CHAT, loadGood, PARTNER } from "../config/support.ts";

const NOW = Date.parse("2026-11-26T10:00:00Z");
const DAY = 86_400_000;

/** Ids that could hide in a text, or break out of it; long enough that none of our own words has one by chance. */
const user = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
    fc.constantFrom("<@all>", "<!channel>", "*", "`rm -rf`", "李雷", "a\nb", "\u202eabc", "${TOKEN}", "{{ user_id }}"),
  )
  .map((text) => `Qz9-${text}`);

/** A reason as destinations give it, the user in each of its parts. */
const stateOf = (name: string, status: ConnectorState["status"], cause: PauseCause | undefined): ConnectorState => {
  const reason = { words: `no ${name}`, message: name, category: name, correlationId: name, status: 422 };
  return {
    ...{ status, reason, failures: 3, told: false, by: name, refused: [1] },
    ...(cause && { cause }),
    held: [{ event: 1, reason }],
    putOff: [{ event: 2, reason }],
  } as ConnectorState;
};

const standing = (name: string, state: ConnectorState, since: number): ConnectorStanding => ({
  ...({ name, type: "webhook", state, since } as unknown as ConnectorStanding),
  ...{ waiting: 3, oldestWaitingAt: since, dead: 3, deadOf: { rejected: 1, expired: 1, unmatched: 1 } },
});

describe("a message", () => {
  it("has nobody's id in it, in either language, whatever stands in a reason", async () => {
    const config = await loadGood(
      `${CHAT}${PARTNER}notices: { ops: { type: webhook, url: "\${OPS_URL}" } }\nalerts: { to: [ops], unmatched: any, no_callbacks_for: 1h }\n`,
    );
    const { alerts } = config;
    assert.ok(alerts);
    const history = fc.record({
      name: user,
      status: fc.constantFrom("ready", "backing_off", "paused"),
      cause: fc.constantFrom(undefined, "credentials", "refusing", "gone", "person"),
      ageMs: fc.integer({ min: 0, max: 5 * DAY }),
      language: fc.constantFrom("en", "zh"),
    });
    let told = 0;
    fc.assert(
      fc.property(history, ({ name, status, cause, ageMs, language }) => {
        const since = NOW - ageMs;
        const seen: StoreSeen = {
          status: {
            connectors: [standing("partner", stateOf(name, status, cause), since)],
            quarantined: { entries: 1, bytes: 1 },
          },
          owed: new Map([
            ["partner", { oldestAt: since, people: 3, isMore: false, unknown: { people: 0, isMore: false } }],
          ]),
          givenUp: new Map([["partner", { rejected: 1, expired: 1, unmatched: 1 }]]),
          watched: { heardAt: {}, unreadSince: since, rosters: [] },
          bridges: [],
        };
        const moment = { now: NOW, isUnknown: () => false, isSilenced: () => false };
        const { words } = decide(new Map(), judgeStore({ ...config, alerts }, seen), moment);
        const notice = digestNotice(words, { id: "1", language, bridge: "production", now: NOW, unmatched: 2 });
        told += words.length;
        assert.ok(!JSON.stringify(notice).includes("Qz9-"), JSON.stringify(notice));
      }),
    );
    assert.ok(told > 300, `${told} words`);
  });
});
