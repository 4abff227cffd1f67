/** Debian's Prometheus at a bridge that runs, as the README says: it scrapes, its alerts are at work, the dashboard's queries answer. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import type { BridgeProcess } from "../support/process.ts";
import { answersTheDashboard, hasPrometheus, type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { openWorld, type World } from "../support/world.ts";

const isInstalled = hasPrometheus("nothing is scraped, and no query of the dashboard is asked");

/** Their numbers are there for whoever wants to be told. */
const ALARMS = `
notices: { ops: { type: webhook, url: "http://127.0.0.1:1/x" } }
alerts: { to: [ops], disk_free_below: never }
`;

describe("Prometheus at a bridge", {
  skip: (!isInstalled && "Debian's prometheus is not installed") || ON_BUN_ALONE,
}, () => {
  let world: World;
  let bridge: BridgeProcess;
  let prometheus: Prometheus;
  before(async () => {
    world = await openWorld({ contacts: ["jared", "leckie"], more: ALARMS });
    bridge = await world.start();
    const { url } = await bridge.logged("admin.ready");
    prometheus = await startPrometheus(world.folder, new URL(String(url)).host);
    for (const users of [["jared", "leckie"], ["nobody-knows-me"], ["nor-me"]])
      assert.equal(await postCallback(bridge.url, { users }), true);
  });
  after(async () => {
    await prometheus?.stop();
    await world?.close();
  });

  it("finds it, and has every alert at work", async () => {
    await eventually(async () => (await prometheus.query('up{job="unsub-bridge"} == 1')).length === 1);
    const rules = await prometheus.rules();
    assert.ok(rules.size > 20);
    assert.deepEqual([...new Set(rules.values())], ["ok"]);
    assert.deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), []);
  });

  it("counts what `status` counts", async () => {
    interface Status {
      readonly connectors: readonly {
        name: string;
        waiting: number;
        delivered: { last_day: number };
        dead: { all: number };
      }[];
      readonly counters: Readonly<Record<string, number>>;
    }
    const byConnector = async (expr: string) =>
      Object.fromEntries(
        (await prometheus.query(expr)).map(({ metric, value }) => [metric.connector, Number(value[1])]),
      );
    const sum = async (expr: string) => Number((await prometheus.query(`sum(${expr})`))[0]?.value[1]);
    const told = async () => ({
      waiting: await byConnector("unsub_bridge_connector_waiting"),
      delivered: await byConnector('sum by (connector) (unsub_bridge_connector_attempts_total{outcome="delivered"})'),
      dead: await byConnector("sum by (connector) (unsub_bridge_connector_dead_letters)"),
      stored: await sum('unsub_bridge_callbacks_total{result="stored"}'),
    });
    const by = (connectors: Status["connectors"], of: (one: Status["connectors"][number]) => number) =>
      Object.fromEntries(connectors.map((one) => [one.name, of(one)]));
    const status = async () => {
      const { connectors, counters } = JSON.parse((await world.command("status", "--json")).out) as Status;
      return {
        waiting: by(connectors, ({ waiting }) => waiting),
        delivered: by(connectors, ({ delivered }) => delivered.last_day),
        dead: by(connectors, ({ dead }) => dead.all),
        stored: counters.callbacks_stored,
      };
    };
    await eventually(async () => {
      const { waiting, delivered, stored } = await told();
      return waiting.crm === 2 && delivered.crm === 2 && delivered.partner === 4 && stored === 3;
    });
    // counters reach the store a moment later
    await eventually(async () => (await status()).stored === 3);
    assert.deepEqual(await told(), await status());
  });

  it("answers every query of the dashboard, with something where something is to be told", () =>
    // nothing is compared with Chat here
    answersTheDashboard(prometheus, /unsub_bridge_reconcile_/));
});
