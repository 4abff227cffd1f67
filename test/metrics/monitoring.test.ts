/** The alerts, the dashboard and what a scrape says: held against the metrics that there are, and tried with Prometheus' own tool. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import type { MetricDefinition } from "../../src/metrics/definition.ts";
import { ALL } from "../../src/metrics/definitions/all.ts";
import { accountGroups } from "../../src/metrics/definitions/reconciling.ts";
import type { ScrapeMoment } from "../../src/metrics/moment.ts";
import type { AccountStatus } from "../../src/storage/contract/roster.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { type BridgeUnderTest, openBridgeUnderTest } from "./bridge.ts";

const FOLDER = join(import.meta.dirname, "../../config/monitoring");
const read = (name: string): Promise<string> => readFile(join(FOLDER, name), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary?: string; readonly todo?: string };
}

async function alerts(): Promise<readonly Rule[]> {
  const { groups } = parse(await read("alerts.yaml")) as { groups: readonly { rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

async function panels(): Promise<readonly Panel[]> {
  return (JSON.parse(await read("dashboard.json")) as { panels: readonly Panel[] }).panels;
}

/** Names of series by the metric that they belong to. */
const SERIES: ReadonlyMap<string, MetricDefinition> = new Map(
  ALL.flatMap((definition) => {
    const { name, type } = definition;
    const names = type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    return names.map((one) => [one, definition] as const);
  }),
);

/** Labels that Prometheus itself, or a scrape's configuration, adds. */
const ADDED = ["job", "instance", "pod"];

/** What is wrong with a query's names. */
function strangersIn(expr: string): string[] {
  const wrong: string[] = [];
  for (const [, name = "", labels = ""] of expr.matchAll(/\b((?:unsub_bridge|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)) {
    const definition = SERIES.get(name);
    if (definition === undefined) wrong.push(name);
    for (const [, label = ""] of labels.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)) {
      if (!ADDED.includes(label) && !definition?.labels.includes(label)) wrong.push(`${name}{${label}}`);
    }
  }
  return wrong;
}

const hasPromtool = spawnSync("promtool", ["--version"]).error === undefined;
/** What Prometheus makes of files knows nothing of who wrote them. */
const WITHOUT_PROMTOOL = (!hasPromtool && "promtool is not installed") || ON_BUN_ALONE;
// Bun prints nothing for what is skipped
if (!hasPromtool)
  console.error(
    "!! left out: promtool (Debian's prometheus) is not installed; alerts and metrics are not tried with it",
  );

function promtool(args: readonly string[], input = ""): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn("promtool", args, { cwd: FOLDER });
  let said = "";
  const hear = (data: unknown) => {
    said += String(data);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? 1, said })));
}

describe("the alerts", () => {
  it("ask for metrics and labels that exist, and say what is wrong and what to do", async () => {
    for (const { alert, expr, annotations } of await alerts()) {
      assert.deepEqual(strangersIn(expr), [], alert);
      assert.ok(annotations.summary && annotations.todo, alert);
    }
  });

  it("are each tried with what makes them fire, and with what must not", async () => {
    const { tests } = parse(await read("alerts.test.yaml")) as { tests: readonly { name: string }[] };
    const names = (await alerts()).flatMap(({ alert }) => [`${alert} fires`, `${alert} is quiet`]);
    assert.deepEqual(tests.map(({ name }) => name).sort(), names.sort());
  });

  it("pass Prometheus' own tests of rules", { skip: WITHOUT_PROMTOOL }, async () => {
    for (const args of [
      ["check", "rules", "alerts.yaml"],
      ["check", "config", "prometheus.yaml"],
      ["test", "rules", "alerts.test.yaml"],
    ]) {
      const { code, said } = await promtool(args);
      assert.equal(code, 0, said);
    }
  });
});

describe("the dashboard", () => {
  it("asks for metrics and labels that exist, in every panel", async () => {
    const found = await panels();
    assert.ok(found.length > 20);
    for (const { title, targets = [] } of found) {
      for (const { expr } of targets) assert.deepEqual(strangersIn(expr), [], title);
    }
  });

  it("shows every metric there is", async () => {
    const shown = (await panels()).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join("\n");
    const missing = ALL.filter(({ name }) => !new RegExp(`\\b${name}(_bucket|_sum|_count)?\\b`).test(shown));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  it("asks in a way that Prometheus can read", { skip: WITHOUT_PROMTOOL }, async () => {
    const queries = (await panels()).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const rules = queries.map((expr, index) => ({
      record: `panel:query:${index}`,
      expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".*"),
    }));
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-dashboard-"));
    const file = join(folder, "queries.yaml");
    await writeFile(file, stringify({ groups: [{ name: "dashboard", rules }] }));
    const { code, said } = await promtool(["check", "rules", file]);
    await rm(folder, { recursive: true });
    assert.equal(code, 0, said);
  });

  it("knows a stranger when it sees one", () => {
    assert.deepEqual(strangersIn('rate(unsub_bridge_no_such_total{color="red"}[1m])'), [
      "unsub_bridge_no_such_total",
      "unsub_bridge_no_such_total{color}",
    ]);
    assert.deepEqual(strangersIn('unsub_bridge_keeping{color="red"}'), ["unsub_bridge_keeping{color}"]);
  });
});

describe("what a scrape says", () => {
  let bridge: BridgeUnderTest;
  before(async () => {
    bridge = await openBridgeUnderTest("name: staging\nconnectors: { crm: { type: ./scripted.ts } }");
    await bridge.post({ users: ["OK-jared", "RETRY-julia"] });
    await bridge.until(({ value }) => (value("unsub_bridge_connector_attempts_total", { outcome: "retry" }) ?? 0) > 0);
  });
  after(() => bridge.stop());

  it("has no fault that promtool knows of", { skip: WITHOUT_PROMTOOL }, async () => {
    const { code, said } = await promtool(["check", "metrics"], (await bridge.scrape()).text);
    assert.deepEqual({ code, said }, { code: 0, said: "" });
  });

  it("names no person, no account and no address", async () => {
    const { text } = await bridge.scrape();
    assert.doesNotMatch(text, /jared|julia|TOA#|@|127\.0\.0\.1/);
  });

  it("names official accounts that the configuration names, and all others as one", () => {
    const account = (name: string) => ({ app: "7", account: name }) as AccountStatus;
    const accounts = ["@TOA#_news", "@TOA#_a", "@TOA#_b"].map(account);
    const rosters = { value: { accounts, more: false, atLeast: false }, ageMs: 0, isAnswered: true };
    const told = (named: unknown) =>
      accountGroups({ config: { reconcile: { accounts: named } } as ScrapeMoment["config"], rosters }).map(
        ({ labels, accounts: own }) => [labels.account, own.length],
      );
    const both = [
      ["@TOA#_news", 1],
      ["_other", 2],
    ];
    assert.deepEqual(told("seen"), [["_other", 3]]);
    assert.deepEqual(told(["@TOA#_news"]), both);
    assert.deepEqual(
      told([
        { app: 7, account: "@TOA#_news" },
        { app: 8, account: "@TOA#_a" },
      ]),
      both,
    );
  });

  it("has for each metric the labels that it declares, and no other", async () => {
    const scrape = await bridge.scrape();
    for (const [series, { type, labels }] of SERIES) {
      for (const found of scrape.labels(series)) {
        const declared = type === "histogram" && series.endsWith("_bucket") ? [...labels, "le"] : labels;
        assert.deepEqual(Object.keys(found).sort(), [...declared].sort(), series);
      }
    }
  });
});
