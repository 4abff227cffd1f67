/** One dialect in all that `--json` says: format 2, keys in snake_case, times in ISO 8601; what others named stays as it is. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inSnakeCase, verbatim } from "../../src/basics/snake-case.ts";
import { faultyCallback, type Json, openSeeded, type Seeded, seedEverything } from "./seed.ts";

/** Milliseconds since 1970 as a number: a time that nobody has written out. */
const isRawTime = (value: unknown): boolean => typeof value === "number" && value > 1e12 && value < 1e13;

/** What does not fit, by its path. Requests are foreign. */
function oddIn(value: unknown, path = ""): string[] {
  if (isRawTime(value)) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${path}.${key}`;
    return [...(/^([a-z0-9_]+|@.*)$/.test(key) ? [] : [at]), ...(key === "requests" ? [] : oddIn(inner, at))];
  });
}

describe("--json", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(async (storage) => {
      await seedEverything(storage);
      await storage.accept({
        callbacks: [],
        quarantine: [faultyCallback('{"a":1}', "Operator_Account: expected a string")],
      });
    });
  });
  after(() => seeded.close());

  const said = async (...args: string[]): Promise<Json> => {
    const found = await seeded.json(...args);
    assert.equal(Object.keys(found)[0], "format");
    assert.equal(found.format, 2);
    assert.deepEqual(oddIn(found), []);
    return found;
  };

  for (const args of [
    ["status"],
    ["check"],
    ["deliveries", "list"],
    ["dead-letters", "list"],
    ["dead-letters", "discard", "--all"],
    ["quarantine", "list"],
    ["quarantine", "replay", "--all"],
    ["callbacks", "reread", "--since", "2d", "--dry-run"],
    ["trace", "retried-1"],
    ["preview", "--user", "jared", "--official-account", "@TOA#_news"],
  ]) {
    it(`of ${args.join(" ")} is in the one dialect`, async () => void (await said(...args)));
  }

  it("of one dead letter and of one quarantined entry is so, too", async () => {
    const [letter] = (await said("dead-letters", "list")).deliveries;
    assert.match((await said("dead-letters", "show", letter.id)).settled_at, /Z$/);
    const [entry] = (await said("quarantine", "list")).entries;
    assert.equal((await said("quarantine", "show", entry.id)).body, '{"a":1}');
  });

  it("hands on what a destination would get as it is", async () => {
    const { connectors } = await said("preview", "--user", "jared", "--official-account", "@TOA#_news");
    const [request] = connectors[0].requests;
    assert.ok(request.headers["webhook-id"] !== undefined);
    const foreign = { messageId: 1, traceIds: [{ userId: 2 }] };
    assert.deepEqual(inSnakeCase({ sentAs: verbatim(foreign), dueAt: null }), { sent_as: foreign, due_at: null });
  });
});
