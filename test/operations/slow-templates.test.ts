/** Whoever asks what would be sent is answered in the process that takes callbacks: a template that is slow for some holds up neither. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Config } from "../../src/config/checked-config.ts";
import { runConfigTests } from "../../src/config/own-tests/run-config-tests.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { openJudge } from "../../src/operations/against/judge.ts";
import { previewDelivery, previewEvent } from "../../src/operations/preview.ts";
import { CHAT, loadGood, PARTNER } from "../config/support.ts";

/** Takes seconds for those whose id begins with `slow`, each of the three. */
const SLOW = `"{% if user_id contains 'slow' %}{% assign a = (1..900000) | find_exp: 'i', 'i > 9999999' %}{% endif %}{{ user_id }}"`;
const YAML = `${CHAT}${PARTNER}    body: { one: ${SLOW}, two: ${SLOW}, three: ${SLOW} }\n`;
const WORDS = "a template takes too much time for this person; make it simpler";

/** What a question resolves with, and how often others had their turn meanwhile. */
async function beside<T>(ask: () => Promise<T>): Promise<{ readonly answer: T; readonly turns: number }> {
  let turns = 0;
  let timer: ReturnType<typeof setTimeout>;
  const turn = () => {
    turns += 1;
    timer = setTimeout(turn, 0);
  };
  timer = setTimeout(turn, 0);
  const answer = await ask();
  clearTimeout(timer);
  return { answer, turns };
}

describe("a template that is slow for some", () => {
  const { event, id } = sampleDelivery("slow-one");
  const question = { user: "slow-one", officialAccount: "@TOA#_news", platform: "iOS" };
  const askers: readonly (readonly [what: string, ask: (config: Config) => Promise<string | undefined>])[] = [
    [
      "what would be sent for a person",
      async (config) => {
        const [one] = (await previewEvent(config, question, "0")).connectors;
        return one?.found.tag === "failed" ? one.found.reason : one?.found.tag;
      },
    ],
    [
      "what would be sent again for a delivery",
      async (config) => {
        const found = await previewDelivery(config, { id, connector: "partner", event: { ...event, seq: 1 } }, "0");
        return found?.tag === "failed" ? found.reason : found?.tag;
      },
    ],
    [
      "what it would have done so far",
      async (config) => {
        const judge = openJudge(config.connectors[0] as never, { apps: new Set([event.app]), origin: "partner" });
        const found = await judge.judge(event);
        await judge.close();
        return found.tag === "faulty" ? found.reason : found.tag;
      },
    ],
    [
      "whether its own tests pass",
      async (config) => {
        const text = "tests:\n  - { name: a, callback: { user_id: slow-one }, expect: { partner: sent } }\n";
        const [one] = (await runConfigTests(config, [{ file: "a.yaml", text }])).results;
        return one?.differences[0]?.lines[0]?.replace("cannot be sent: ", "");
      },
    ],
  ];
  for (const [what, ask] of askers) {
    it(`leaves others their turn while it is asked ${what}, and is named`, async () => {
      const config = await loadGood(YAML);
      const { answer, turns } = await beside(() => ask(config));
      assert.equal(answer, WORDS);
      assert.ok(turns >= 2, `others had their turn ${turns} times`);
    });
  }
});
