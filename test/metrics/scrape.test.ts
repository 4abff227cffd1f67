/** Scrapes over HTTP: what they agree with, and what they never grow by. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { APP } from "../support/callbacks.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { type BridgeUnderTest, openBridgeUnderTest } from "./bridge.ts";

const P = "unsub_bridge_";
const FAST = "retry: { first_delay: 1ms, max_delay: 1ms, give_up_after: 1ms }";

for (const store of ["SQLite", "PostgreSQL"] as const)
  describe(`the numbers of a scrape, on ${store}`, () => {
    let server: TestServer | undefined;
    let bridge: BridgeUnderTest;
    before(async () => {
      if (store === "PostgreSQL") server = await startPostgres();
      bridge = await openBridgeUnderTest(`
${server === undefined ? "" : `storage: { url: "${server.url}", schema: ${server.schema()} }`}
connectors:
  crm: { type: ./scripted.ts, ${FAST} }
  partner: { type: ./scripted.ts, ${FAST} }`);
    });
    after(async () => {
      await bridge.stop();
      await server?.stop();
    });

    it("agree with the ledger, after outcomes of every kind", async () => {
      const scripts = ["OK", "RETRY", "REJECT", "SKIP", "UNKNOWN"];
      const people = Array.from({ length: 30 }, (_, index) => `${scripts[index % scripts.length]}-${index}`);
      for (const user of people) await bridge.post({ users: [user] });
      // what was refused is decided once something is taken after it
      await bridge.post({ users: ["OK-last"] });
      const waiting = people.filter((user) => user.startsWith("UNKNOWN")).length;
      const done = await bridge.until(
        ({ value }) =>
          value(`${P}connector_waiting`) === 2 * waiting &&
          value(`${P}connector_dead_letters`) === 2 * 12 &&
          value(`${P}unread_callbacks`) === 0,
      );
      await bridge.withStore(async (storage) => {
        for (const connector of ["crm", "partner"]) {
          const ledger = await storage.deliveries({ connector }, { limit: 1_000 });
          const count = (state: string, of?: string) =>
            ledger.filter((entry) => entry.state === state && (of === undefined || entry.class === of)).length;
          for (const state of ["delivered", "dead", "skipped", "superseded"]) {
            assert.equal(done.value(`${P}connector_deliveries_total`, { connector, state }), count(state), state);
          }
          for (const one of ["rejected", "expired", "unmatched"]) {
            assert.equal(
              done.value(`${P}connector_given_up_total`, { connector, class: one }),
              count("dead", one),
              one,
            );
          }
          for (const one of ["rejected", "expired", "unmatched"]) {
            assert.equal(done.value(`${P}connector_dead_letters`, { connector, class: one }), count("dead", one), one);
          }
          assert.equal(done.value(`${P}connector_waiting`, { connector }), count("waiting"));
          const attempts = ledger.reduce((sum, entry) => sum + entry.attempts, 0);
          assert.equal(done.value(`${P}connector_attempts_total`, { connector }), attempts);
        }
        const { counters } = await storage.status();
        assert.ok((counters.callbacks_stored ?? 0) <= (done.value(`${P}callbacks_total`, { result: "stored" }) ?? 0));
      });
      assert.equal(done.value(`${P}callbacks_total`, { result: "stored", app: String(APP) }), people.length + 1);
      assert.equal(done.value(`${P}ack_duration_seconds_count`), people.length + 1);
      assert.equal(done.value(`${P}commit_callbacks_sum`, { place: "store" }), people.length + 1);
    });

    it("are of as many series after many reloads with other names as before", async () => {
      const before = (await bridge.scrape()).text.split("\n").length;
      let name = "partner";
      for (let turn = 0; turn < 8; turn += 1) {
        const next = `partner-${turn}`;
        await bridge.reload((yaml) => yaml.replace(`  ${name}:`, `  ${next}:`));
        name = next;
      }
      await bridge.post({ users: ["OK-renamed"] });
      const delivered = { connector: name, state: "delivered" };
      const scrape = await bridge.until(
        ({ value }) =>
          value(`${P}connector_deliveries_total`, delivered) === 1 &&
          value(`${P}connector_waiting`, { connector: name }) === 0,
      );
      const connectors = new Set(scrape.labels(`${P}connector_waiting`).map(({ connector }) => connector));
      assert.deepEqual([...connectors].sort(), ["_other", "crm", name].sort());
      // what there is of those that are not configured any more is one: waiting, its age, dead letters of three classes, two bounds, two estimates
      assert.equal(scrape.text.split("\n").length, before + 9);
      assert.ok((scrape.value(`${P}connector_waiting`, { connector: "_other" }) ?? 0) > 0);
    });
  });
