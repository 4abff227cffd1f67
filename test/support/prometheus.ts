/** Debian's Prometheus at a bridge that runs, by config/monitoring as it stands there: its rules at work, the dashboard's queries asked. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { eventually } from "./eventually.ts";
import { guarded } from "./guard.ts";
import { freePort } from "./postgres.ts";
import { signalChild } from "./signal.ts";

const FOLDER = join(import.meta.dirname, "../../config/monitoring");

/** Whether Debian's package is installed; says loudly what is left out where it is not: Bun prints nothing for what is skipped. */
export function hasPrometheus(leftOut: string): boolean {
  const isThere = spawnSync("prometheus", ["--version"]).error === undefined;
  if (!isThere) console.error(`!! left out: Debian's prometheus is not installed; ${leftOut}`);
  return isThere;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Answers of Prometheus' HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/ */
export interface Prometheus {
  /** Rejects with why a query cannot be answered. */
  query(expr: string): Promise<readonly Series[]>;
  /** Health of each rule by its name, once each was at work. */
  rules(): Promise<ReadonlyMap<string, string>>;
  stop(): Promise<void>;
}

/** As config/monitoring says, but more often. Keeps its data in this folder. */
export async function startPrometheus(folder: string, target: string): Promise<Prometheus> {
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
    rules: () =>
      eventually(async () => {
        const { groups } = await get("rules");
        const rules = groups.flatMap((group: { rules: readonly { name: string; health: string }[] }) => group.rules);
        const healths = new Map<string, string>(
          rules.map(({ name, health }: { name: string; health: string }) => [name, health]),
        );
        return ![...healths.values()].includes("unknown") && healths;
      }),
    async stop() {
      signalChild(child, "SIGTERM");
      await exited;
    },
  };
}

/** What ends in a comparison is empty where all is well. */
const COMPARED = /(==|>|<)\s*\d+$/;

/**
 * Every query of the dashboard, one after another: each must be answered, and with something unless it tells of what is not well.
 * @param nothing queries that this bridge has nothing to tell for
 */
export async function answersTheDashboard({ query }: Pick<Prometheus, "query">, nothing = /^\b$/): Promise<void> {
  const { panels } = JSON.parse(await readFile(join(FOLDER, "dashboard.json"), "utf8")) as {
    panels: readonly { title: string; targets?: readonly { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  assert.ok(queries.length > 40);
  for (const { title, expr } of queries) {
    const asked = expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*");
    if (COMPARED.test(asked) || nothing.test(asked)) await query(asked);
    else await eventually(async () => (await query(asked)).length > 0).catch(() => assert.fail(`${title}: ${expr}`));
  }
}
