/** What it says when it is asked, and sends nothing. */
import assert from "node:assert/strict";
import { errorWords } from "../../../src/connector.ts";
import { forever } from "../assertions.ts";
import { EVERY_TIME } from "../faults.ts";
import type { Rule, World } from "../subject.ts";
import { assertNoSecrets } from "../verdicts.ts";

export const ASKING: readonly Rule<World>[] = [
  {
    name: "previews without sending, and shows no secret",
    async keeps({ connector, deliveries, stage }) {
      const { count } = stage.sandbox;
      const requests = await connector.preview(deliveries, { live: false, signal: forever() });
      assert.ok(requests.length > 0, "`preview` shows nothing: return the requests that `deliver` would send");
      assert.equal(
        stage.sandbox.count,
        count,
        "`preview` sent a request though `live` was false: only build the requests",
      );
      assertNoSecrets(requests, stage, "`preview`");
    },
  },
  {
    name: "checks without changing anything, and shows no secret",
    async keeps({ connector, stage }) {
      const held = structuredClone(stage.holds());
      const findings = await connector.check(forever());
      assert.ok(findings.length > 0, "`check` found nothing to say: return what was looked at, also where all is well");
      const [fault] = findings.filter(({ ok }) => ok === false);
      assert.ok(fault === undefined, `\`check\` finds fault with a destination that is well: ${fault?.what}`);
      assert.deepEqual(stage.holds(), held, "`check` changed something over there: it may only ask");
      assertNoSecrets(findings, stage, "`check`");
    },
  },
  {
    name: "says what is wrong, and what to do, when the destination cannot be reached",
    async keeps({ connector, stage: { sandbox } }) {
      sandbox.fail("reset", EVERY_TIME);
      const todo = "ask it something that changes nothing, and return `{ ok: false, what, todo }` when that fails";
      const threw = (error: unknown) =>
        assert.fail(`\`check\` throws (${errorWords(error)}) when the destination cannot be reached: ${todo}`);
      const findings = await connector
        .check(forever())
        .catch(threw)
        .finally(() => sandbox.heal());
      const faults = findings.filter(({ ok }) => ok === false);
      assert.ok(faults.length > 0, `\`check\` finds no fault with a destination that cannot be reached: ${todo}`);
      const silent = faults.find((each) => (each.todo ?? "") === "");
      assert.ok(silent === undefined, `\`check\` says "${silent?.what}" and not what to do: add a \`todo\``);
    },
  },
];
