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
    name: "previews what it sends: method, path, and what stands in the body",
    async keeps({ connector, deliveries, stage: { sandbox } }) {
      const shown = await connector.preview(deliveries, { live: false, signal: forever() });
      await connector.deliver(deliveries, forever());
      const sent = new Set(sandbox.requests.map(({ method, path, body }) => outlineOf(method, path, parsed(body))));
      // what has a note depends on answers that a preview does not ask for
      for (const { method, url, body } of shown.filter(({ note }) => note === undefined)) {
        const outline = outlineOf(method, new URL(url).pathname, body);
        const todo = "build both by the same function";
        assert.ok(
          sent.has(outline),
          `\`preview\` shows ${outline}, and \`deliver\` sent ${[...sent].join(", ")}: ${todo}`,
        );
      }
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

/** `POST /messages {id, text}`: names alone, no values. */
function outlineOf(method: string, path: string, body: unknown): string {
  const isBlock = typeof body === "object" && body !== null && !Array.isArray(body);
  return `${method} ${path}${isBlock ? ` {${Object.keys(body).sort().join(", ")}}` : ""}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
