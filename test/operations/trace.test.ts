/** A person's story while it happens. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { traceUser } from "../../src/operations/deliveries/trace.ts";
import type { Known } from "../../src/operations/known.ts";
import type { ConnectorRow } from "../../src/storage/contract/connectors.ts";
import type { Questions } from "../../src/storage/contract/questions.ts";
import { row, taken } from "../support/deliveries.ts";

/** Routed in the moment after the person was looked up, which once read "never: the connector was added later". */
function routedMeanwhile(): Questions {
  let cursor = 0;
  const { event } = taken(7);
  const asked: Pick<Questions, "trace" | "connector"> = {
    async trace() {
      cursor = 7;
      return { entries: [{ event, storedAt: null, deliveries: [] }], next: null } as unknown as Awaited<
        ReturnType<Questions["trace"]>
      >;
    },
    connector: async (): Promise<ConnectorRow> => row({}, { cursor }),
  };
  return asked as Questions;
}

describe("a trace", () => {
  it("says that a delivery is still to come of what is routed between two questions, and never that there is none", async () => {
    const known = { connectors: [{ name: "crm" }], unclear: [] } as unknown as Known;
    const [story] = await traceUser(routedMeanwhile(), known, "user-7");
    assert.deepEqual(
      story?.missing.map(({ isComing }) => isComing),
      [true],
    );
    assert.match(story?.missing[0]?.why ?? "", /^not yet/);
  });
});
