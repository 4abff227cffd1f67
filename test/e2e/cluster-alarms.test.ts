/** Two machines on one database: one tells, and when it is killed the other goes on where it was. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { LEASE_MS } from "../../src/alarms/book.ts";
import type { Notice } from "../../src/notices/notice.ts";
import { type Cluster, openCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

describe("of two machines", { skip: ON_BUN_ALONE }, () => {
  let cluster: Cluster;
  let ops: WebhookSandbox;
  let sql: postgres.Sql;
  before(async () => {
    ops = await startWebhookSandbox();
    cluster = await openCluster({
      machines: ["one", "two"],
      more: `notices: { ops: { type: webhook, url: "${ops.url}" } }
alerts: { to: [ops], paused_after: 2h, disk_free_below: never, spool_older_than: 5s }`,
    });
    sql = postgres(cluster.database.url, { max: 1, onnotice: () => undefined });
  });
  after(async () => {
    await sql.end();
    await cluster.close();
    await ops.close();
  });

  const kinds = () => [...ops.received.payloads.values()].map((payload) => (payload as { data: Notice }).data.kind);
  /** The database's clock goes so far ahead. */
  const turn = (ms: number) =>
    sql.unsafe(`CREATE OR REPLACE FUNCTION ${cluster.storage.schema}.now_ms() RETURNS bigint LANGUAGE sql VOLATILE
      AS 'SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint + ${ms}'`);
  const heard = (count: number) => eventually(() => kinds().length >= count && kinds());

  it("one tells; the other takes over when it is killed, and tells nothing twice", async () => {
    const [one, two] = cluster.machines;
    assert.ok(one && two);
    await one.start();
    assert.equal((await one.command("pause", "crm")).code, 0);
    await turn(61 * 60_000);
    assert.deepEqual(await heard(1), ["warning"]);
    await eventually(() => one.logged("alert.told").length === 1);
    await two.start();
    await one.kill();
    // nobody knows that it is dead before its lease is over
    await turn(109 * 60_000 + LEASE_MS);
    assert.deepEqual(await heard(2), ["warning", "urgent"]);
    await turn(121 * 60_000 + LEASE_MS);
    assert.deepEqual(await heard(3), ["warning", "urgent", "overdue"]);
    await eventually(() => two.logged("alert.told").length === 2);
    await one.start();
    assert.equal((await two.command("resume", "crm")).code, 0);
    // that it is so no more is seen by whoever tells, and told once it has lasted
    await eventually(async () => {
      const { alarms } = JSON.parse((await two.command("alerts", "list", "--json")).out) as {
        alarms: { over_since: string | null }[];
      };
      return typeof alarms[0]?.over_since === "string";
    });
    await turn(131 * 60_000 + LEASE_MS);
    assert.deepEqual(await heard(4), ["warning", "urgent", "overdue", "over"]);
    assert.equal(ops.received.duplicates, 0);
  });
});
