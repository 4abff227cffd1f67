/** Debian's Prometheus at a bridge that runs, as the README says: it scrapes, its alerts are at work, the dashboard's queries answer. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { guarded } from "../support/guard.ts";
import { freePort } from "../support/postgres.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

const FOLDER = join(import.meta.dirname, "../../config/monitoring");

const hasPrometheus = spawnSync("prometheus", ["--version"]).error === undefined;
// Bun prints nothing for what is skipped
if (!hasPrometheus)
  console.error(
    "!! left out: Debian's prometheus is not installed; nothing is scraped, and no query of the dashboard is asked",
  );

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Answers of Prometheus' HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/ */
interface Prometheus {
  /** Rejects with why a query cannot be answered. */
  query(expr: string): Promise<readonly Series[]>;
  /** Health of each rule by its name. */
  rules(): Promise<ReadonlyMap<string, string>>;
  stop(): Promise<void>;
}

/** As config/monitoring says, but more often. Keeps its data in this folder. */
async function startPrometheus(folder: string, target: string): Promise<Prometheus> {
  const settings = parse(await readFile(join(FOLDER, "prometheus.yaml"), "utf8"));
  settings.global = { scrape_interval: "1s", evaluation_interval: "1s" };
  settings.scrape_configs[0].static_configs[0].targets = [target];
  const file = join(folder, "prometheus.yml");
  await writeFile(file, stringify(settings));
  await writeFile(join(folder, "alerts.yaml"), await readFile(join(FOLDER, "alerts.yaml")));
  const port = await freePort();
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, "tsdb")}`];
  const child: ChildProcess = guarded(
    spawn("prometheus", [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" }),
  );
  const exited = once(child, "close");
  const get = async (path: string) => {
    const { status, data, error } = await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
    if (status !== "success") throw new Error(error);
    return data;
  };
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(isReady);
  return {
    query: async (expr) => (await get(`query?${new URLSearchParams({ query: expr })}`)).result,
    async rules() {
      const { groups } = await get("rules");
      const rules = groups.flatMap((group: { rules: readonly { name: string; health: string }[] }) => group.rules);
      return new Map(rules.map(({ name, health }: { name: string; health: string }) => [name, health]));
    },
    async stop() {
      if (child.pid !== undefined) process.kill(child.pid, "SIGTERM");
      await exited;
    },
  };
}

/** Their numbers are there for whoever wants to be told. */
const ALARMS = `
notices: { ops: { type: webhook, url: "http://127.0.0.1:1/x" } }
alerts: { to: [ops], disk_free_below: never }
`;

describe("Prometheus at a bridge", { skip: !hasPrometheus && "Debian's prometheus is not installed" }, () => {
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
    const rules = await eventually(async () => {
      const found = await prometheus.rules();
      return ![...found.values()].includes("unknown") && found;
    });
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

  it("answers every query of the dashboard, with something where something is to be told", async () => {
    const { panels } = JSON.parse(await readFile(join(FOLDER, "dashboard.json"), "utf8")) as {
      panels: readonly { title: string; targets?: readonly { expr: string }[] }[];
    };
    const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
    assert.ok(queries.length > 40);
    for (const { title, expr } of queries) {
      const asked = expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*");
      // what ends in a comparison is empty where all is well, and what is told of healing where nothing is compared with Chat
      if (/(==|>|<)\s*\d+$|unsub_bridge_reconcile_/.test(asked)) await prometheus.query(asked);
      else
        await eventually(async () => (await prometheus.query(asked)).length > 0).catch(() =>
          assert.fail(`${title}: ${expr}`),
        );
    }
  });
});
