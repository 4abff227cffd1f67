/** The files for Kubernetes, and compose.yaml: their parts agree with each other, with the settings' defaults and with the alerts. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { ALL } from "../../src/metrics/definitions/all.ts";
import { CHAT, inFolder, loadGood, PARTNER } from "../config/support.ts";

const HOME = join(import.meta.dirname, "../..");
const read = (name: string): Promise<string> => readFile(join(HOME, name), "utf8");

// biome-ignore lint/suspicious/noExplicitAny: as another program reads it
type Yaml = any;

/** What a file has of each kind. */
async function objectsIn(file: string): Promise<(kind: string) => Yaml> {
  const documents = parseAllDocuments(await read(`config/kubernetes/${file}`));
  for (const { errors } of documents) assert.deepEqual(errors, []);
  const objects: Yaml[] = documents.map((document) => document.toJS());
  for (const { apiVersion, metadata } of objects) assert.ok(apiVersion && metadata.name.startsWith("unsub-bridge"));
  return (kind) => objects.find((one) => one.kind === kind);
}

const SETS = { "sqlite.yaml": "Deployment", "postgres.yaml": "StatefulSet" } as const;

for (const [file, kind] of Object.entries(SETS)) {
  describe(`config/kubernetes/${file}`, () => {
    const parts = async () => {
      const objects = await objectsIn(file);
      const set = objects(kind);
      const pod = set.spec.template;
      return { objects, set, pod, container: pod.spec.containers[0] as Yaml };
    };

    it("selects the pods that it makes", async () => {
      const { objects, set, pod } = await parts();
      const labels = pod.metadata.labels;
      assert.deepEqual(set.spec.selector.matchLabels, labels);
      assert.deepEqual(objects("Service").spec.selector, labels);
      const budget = objects("PodDisruptionBudget");
      assert.deepEqual(budget?.spec.selector.matchLabels, set.spec.replicas > 1 ? labels : undefined);
      assert.ok(budget === undefined || budget.spec.maxUnavailable < set.spec.replicas);
    });

    it("names the ports that the settings have by default, and sends to them and asks them by their names", async () => {
      const { objects, container } = await parts();
      const { server, admin } = await loadGood(CHAT + PARTNER);
      assert.ok(admin);
      assert.deepEqual(container.ports, [
        { name: "http", containerPort: server.port },
        { name: "admin", containerPort: admin.port },
      ]);
      assert.deepEqual(objects("Service").spec.ports, [{ name: "http", port: 80, targetPort: "http" }]);
      for (const probe of ["readinessProbe", "livenessProbe", "startupProbe"])
        assert.equal(container[probe].httpGet.port, "http");
    });

    it("mounts what it names, where the bridge looks for it", async () => {
      const { set, pod, container } = await parts();
      const claimed = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }: Yaml) => metadata.name);
      const volumes = [...pod.spec.volumes.map(({ name }: Yaml) => name), ...claimed].sort();
      assert.deepEqual(container.volumeMounts.map(({ name }: Yaml) => name).sort(), volumes);
      const at = Object.fromEntries(container.volumeMounts.map(({ name, mountPath }: Yaml) => [name, mountPath]));
      assert.match(await read("Dockerfile"), new RegExp(`UNSUB_BRIDGE_DATA=${at.data}\\b`));
      const [{ name, value }] = container.env;
      assert.deepEqual([name, value], ["UNSUB_BRIDGE_CONFIG", `${at.config}/bridge.yaml`]);
      const secret = pod.spec.volumes.find((volume: Yaml) => volume.name === "secrets").secret;
      assert.equal(secret.secretName, container.envFrom[0].secretRef.name);
      // read by the group that the pod runs as, by nobody else
      assert.equal(secret.defaultMode, 0o440);
    });

    it("waits for its end longer than that takes, and gives no right that it does not need", async () => {
      const { pod, container } = await parts();
      assert.ok(pod.spec.terminationGracePeriodSeconds > 8);
      assert.equal(pod.spec.automountServiceAccountToken, false);
      assert.equal(pod.spec.securityContext.runAsNonRoot, true);
      assert.deepEqual(container.securityContext, {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
    });
  });
}

describe("config/kubernetes/monitoring.yaml", () => {
  it("finds the pods of either set by the name of their port", async () => {
    const objects = await objectsIn("monitoring.yaml");
    const [service, monitor, policy] = ["Service", "ServiceMonitor", "NetworkPolicy"].map(objects);
    for (const [file, kind] of Object.entries(SETS)) {
      const others = await objectsIn(file);
      const pod = others(kind).spec.template;
      assert.deepEqual(service.spec.selector, pod.metadata.labels);
      assert.deepEqual(policy.spec.podSelector.matchLabels, pod.metadata.labels);
      const ports = new Map(pod.spec.containers[0].ports.map((port: Yaml) => [port.name, port.containerPort]));
      assert.equal(ports.get(service.spec.ports[0].targetPort), service.spec.ports[0].port);
      for (const { ports: open } of policy.spec.ingress) assert.ok(ports.has(open[0].port));
      // only that for the admin listener is scraped
      assert.equal(others("Service").metadata.labels, undefined);
      const secret = pod.spec.volumes.find((volume: Yaml) => volume.name === "secrets").secret.secretName;
      assert.equal(monitor.spec.endpoints[0].authorization.credentials.name, secret);
    }
    assert.deepEqual(monitor.spec.selector.matchLabels, service.metadata.labels);
    assert.equal(monitor.spec.endpoints[0].port, service.spec.ports[0].name);
    assert.equal(service.spec.publishNotReadyAddresses, true);
  });

  it("scrapes under the name by which alerts and dashboard ask", async () => {
    const objects = await objectsIn("monitoring.yaml");
    const job = objects("Service").metadata.labels[objects("ServiceMonitor").spec.jobLabel];
    for (const file of ["alerts.yaml", "dashboard.json", "prometheus.yaml"])
      assert.match(await read(`config/monitoring/${file}`), new RegExp(`job(_name: |=\\\\?")${job}\\b`), file);
  });

  it("puts labels on what it scrapes that no metric has itself", () => {
    const added = ["job", "instance", "namespace", "pod", "service", "endpoint", "container", "node"];
    assert.deepEqual(
      ALL.flatMap(({ name, labels }) => labels.filter((label) => added.includes(label)).map((label) => [name, label])),
      [],
    );
  });

  it("lets nobody to the admin port but Prometheus, and everybody to that of callbacks", async () => {
    const { spec } = (await objectsIn("monitoring.yaml"))("NetworkPolicy");
    assert.deepEqual(spec.policyTypes, ["Ingress"]);
    const from = Object.fromEntries(spec.ingress.map((rule: Yaml) => [rule.ports[0].port, rule.from]));
    assert.equal(from.http, undefined);
    assert.deepEqual(Object.keys(from.admin[0]), ["namespaceSelector", "podSelector"]);
  });

  it("shows settings that let Prometheus in by the token that it is given", () =>
    inFolder(async (folder) => {
      const text = await read("config/kubernetes/monitoring.yaml");
      const shown = /^# {3}admin:\n(?:# {5,}.*\n)+/m.exec(text)?.[0].replaceAll(/^# {3}/gm, "") ?? "";
      const [{ name, role, token }] = parse(shown).admin.accounts;
      const monitor = (await objectsIn("monitoring.yaml"))("ServiceMonitor");
      const key = monitor.spec.endpoints[0].authorization.credentials.key;
      assert.equal(token.file, `/run/secrets/unsub-bridge/${key}`);
      const { writeFile } = await import("node:fs/promises");
      await writeFile(join(folder, key), "a-token-of-thirty-two-characters\n");
      const { admin } = await loadGood(CHAT + PARTNER + shown.replace("/run/secrets/unsub-bridge", folder));
      assert.ok(admin);
      assert.deepEqual([admin.host, admin.accounts.length, name, role], ["0.0.0.0", 1, "prometheus", "metrics"]);
    }));
});

describe("compose.yaml", () => {
  it("bounds each service's log, and the bridges' memory", async () => {
    const { services } = parse(await read("compose.yaml"), { merge: true });
    for (const [name, service] of Object.entries<Yaml>(services)) {
      assert.deepEqual(service.logging?.driver, "local", name);
      if (name.startsWith("bridge")) assert.equal(service.mem_limit, "384m", name);
    }
  });
});

describe("the memory that a bridge is given", () => {
  it("is one number, in every file for a host and in the README", async () => {
    const found = {
      "compose.yaml": /mem_limit: (\d+)m/,
      "config/kubernetes/sqlite.yaml": /limits: \{ memory: (\d+)Mi/,
      "config/kubernetes/postgres.yaml": /limits: \{ memory: (\d+)Mi/,
      "config/linux/unsub-bridge.service": /^MemoryMax=(\d+)M$/m,
      "README.md": /(\d+) MiB, as `compose.yaml`/,
    };
    for (const [file, where] of Object.entries(found)) assert.equal(where.exec(await read(file))?.[1], "384", file);
    const image = /BUN_JSC_forceRAMSize=(\d+)/.exec(await read("Dockerfile"))?.[1];
    assert.match(await read("config/linux/unsub-bridge"), new RegExp(`BUN_JSC_forceRAMSize:-${image}\\}`));
  });
});
