/** What whoever follows a person sees of it (`trace --follow`). */
import assert from "node:assert/strict";
import { redactor } from "../../../src/config/credentials/redact.ts";
import { openExchanges } from "../../../src/delivery/following/exchanges.ts";
import { resultOf, withinPatience } from "../assertions.ts";
import type { Rule, World } from "../subject.ts";
import { openForTest } from "../testing.ts";
import { assertNoSecrets } from "../verdicts.ts";

const TODO =
  "hand the call's `signal` on to `tools.fetch`; a client of your own tells `tools.follow` of each request and its answer";

export const FOLLOWING: readonly Rule<World>[] = [
  {
    name: "shows each request and its answer to whoever follows a person, and no secret",
    async keeps({ subject: { type }, stage, deliveries }) {
      const redact = redactor(stage.secrets);
      const exchanges = openExchanges({ redact, clock: Date.now, monotonic: () => performance.now() });
      const user = deliveries[0]?.event.user ?? "";
      const seen = () => exchanges.since(user, 0, () => undefined)?.steps ?? [];
      seen();
      const { signal } = new AbortController();
      exchanges.called("test", deliveries, signal);
      const { count } = stage.sandbox;
      const connector = openForTest(type, stage.settings, { followed: exchanges });
      await withinPatience(resultOf(connector.deliver(deliveries, signal)));
      await connector.close?.();
      const came = stage.sandbox.count - count;
      const shown = (tag: string) => seen().filter((step) => step.tag === tag).length;
      assert.equal(shown("request"), came, `of ${came} requests ${shown("request")} are shown: ${TODO}`);
      assert.equal(shown("answer"), came, `of ${came} answers ${shown("answer")} are shown: ${TODO}`);
      assertNoSecrets(seen(), stage, "what is shown of a request");
    },
  },
];
