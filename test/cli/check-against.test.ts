/** `check --against`: a configuration over the events that a store holds, beside what was done with them. */
import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { describe, it } from "node:test";
import { commandOf, readCallback } from "../../src/callback.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { digestOfFile } from "../../src/config/files/digest.ts";
import { loadConfig } from "../../src/config/load.ts";
import { registrationOf } from "../../src/delivery/registration.ts";
import { planRoute } from "../../src/delivery/routing/router.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openStorage } from "../../src/storage/open.ts";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { type CallbackRequest, callbackBody } from "../support/callbacks.ts";
import { type Folder, inFolder, type Ran } from "./folder.ts";
import type { Json } from "./seed.ts";

const ENV = { TOKEN: "chat-callback-token", KEY: "segment-write-key" };
const CHAT = 'chat: { apps: [{ sdk_app_id: 1400000000, token: "${TOKEN}" }] }\n';
const HOUR = 3_600_000;

const webhook = (name: string, more = "") =>
  `  ${name}: { type: webhook, url: "https://${name}.example/x", start: all${more} }\n`;
const both = (...connectors: readonly string[]) => `${CHAT}connectors:\n${connectors.join("")}`;

async function configIn(folder: Folder, name: string, yaml: string): Promise<Config> {
  await folder.write(name, yaml);
  const loaded = await loadConfig(join(folder.path, name), ENV);
  assert.ok(loaded.ok, JSON.stringify(!loaded.ok && loaded.faults));
  return loaded.config;
}

interface Past extends CallbackRequest {
  /** How long ago it came, in milliseconds. */
  readonly ago?: number;
}

/** A store in which a bridge with this configuration has routed what came, and delivered some of it. */
async function leaveStore(folder: Folder, yaml: string, past: readonly Past[]): Promise<void> {
  const config = await configIn(folder, "bridge.yaml", yaml);
  await mkdir(join(folder.path, "data"));
  const storage = await openStorage(config.storage, { create: true });
  await storage.register(config.connectors.map(registrationOf));
  const now = Date.now();
  const callbacks = past.map(({ ago = HOUR, ...request }) => ({
    ...{ app: "1400000000", platform: "iOS", clientIp: "127.0.0.1", receivedAt: now - ago },
    command: commandOf(request.subscribed ? "subscribed" : "unsubscribed"),
    body: new TextEncoder().encode(callbackBody({ eventTime: now - ago, ...request })),
  }));
  await storage.accept({ callbacks, quarantine: [] });
  await routeAll(storage, config);
  await storage.close();
}

async function routeAll(storage: Storage, { connectors }: Config): Promise<void> {
  for (const callback of await storage.unread(1_000)) {
    const reading = readCallback(callback);
    assert.ok(reading.ok);
    await storage.expand([{ callback: callback.seq, events: reading.events, quarantine: [] }]);
  }
  const { events, cursors, startsAt } = await storage.unrouted(
    connectors.map(({ name }) => name),
    1_000,
  );
  const routes = connectors.flatMap((connector) => {
    const { name } = connector;
    return planRoute(connector, events, cursors[name] ?? 0, startsAt[name] ?? 0) ?? [];
  });
  await storage.route(routes);
  for (const { name } of connectors) {
    const { token, deliveries } = await storage.take(name, 3, 3, HOUR);
    const settlements = deliveries.map(({ event }) => ({ event: event.seq, to: "delivered" }) as const);
    await storage.settle({ connector: name, token, settlements });
  }
}

const PAST: readonly Past[] = [
  { users: ["old"], ago: 30 * HOUR },
  { users: ["ann"], officialAccount: "@TOA#_news", ago: 5 * HOUR },
  { users: ["bob"], officialAccount: "@TOA#_promo", ago: 4 * HOUR },
  { users: ["eve"], subscribed: true, ago: 3 * HOUR },
  { users: ["zoë"], operator: "cleanup_bot", ago: 2 * HOUR },
];

const RUNNING = both(webhook("partner", ", except: { operator: [cleanup_bot] }"), webhook("shop"));

/** Runs the command over a store that `RUNNING` has left. */
function against(yaml: string, prove: (run: (...more: string[]) => Promise<Ran>, folder: Folder) => Promise<void>) {
  return inFolder(async (folder) => {
    await leaveStore(folder, RUNNING, PAST);
    await folder.write("next.yaml", yaml);
    await prove(
      (...more) => folder.run(["check", "--config", "next.yaml", "--against", "24h", ...more], { env: ENV }),
      folder,
    );
  });
}

async function jsonOf(run: (...more: string[]) => Promise<Ran>, ...more: string[]): Promise<Json> {
  const { out, err } = await run("--json", ...more);
  assert.notEqual(out, "", err);
  return JSON.parse(out);
}

const counts = ({ going, skipped, faulty }: Json) => [
  going.count,
  ...skipped.map(({ reason, count }: Json) => `${count} ${reason}`),
  ...faulty.map(({ reason, count }: Json) => `faulty ${count} ${reason}`),
];
const changesOf = ({ changes }: Json) => [
  changes.more.count,
  changes.fewer.count,
  changes.broken.count,
  changes.undecided,
];

describe("check --against", () => {
  it("tells for a file that runs already what it does, and that nothing changes", () =>
    against(RUNNING, async (run) => {
      const { format, ok, against: report } = await jsonOf(run);
      assert.deepEqual([format, ok, report.events, report.compared_with], [2, true, 4, null]);
      const [partner, shop] = report.connectors;
      assert.deepEqual(counts(partner), [
        2,
        '1 `except.operator` names "cleanup_bot"',
        '1 `events` does not name "subscribed"',
      ]);
      assert.deepEqual(counts(shop), [3, '1 `events` does not name "subscribed"']);
      for (const connector of [partner, shop]) {
        assert.deepEqual(changesOf(connector), [0, 0, 0, 0]);
        assert.deepEqual(connector.changes.requests, { tag: "same" });
      }
      assert.deepEqual(report.removed, []);
    }));

  it("tells who goes in addition and who no longer does, each with an example and its request", () => {
    const next = both(
      webhook("partner", ', events: [unsubscribed, subscribed], only: { official_account: ["@TOA#_news"] }'),
      webhook("shop"),
    );
    return against(next, async (run) => {
      const { against: report, ok } = await jsonOf(run);
      const [partner] = report.connectors;
      assert.equal(ok, true);
      assert.deepEqual(counts(partner), [3, '1 `only.official_account` does not name "@TOA#_promo"']);
      assert.deepEqual(changesOf(partner), [2, 1, 0, 0]);
      const { more, fewer, requests } = partner.changes;
      assert.deepEqual(
        more.examples.map(({ event, state }: Json) => [event.user, event.kind, state]),
        [
          ["zoë", "unsubscribed", "skipped"],
          ["eve", "subscribed", "skipped"],
        ],
      );
      assert.deepEqual(
        fewer.examples.map(({ event, state }: Json) => [event.user, state]),
        [["bob", "delivered"]],
      );
      const [sent] = more.examples[0].requests;
      assert.deepEqual([sent.method, sent.url, sent.body.data.user_id], ["POST", "https://partner.example/x", "zoë"]);
      assert.deepEqual(requests, { tag: "unknown" });
    });
  });

  it("ends with 1 where something that was sent would be faulty, and says why", () => {
    const header = ', headers: { x-user: "{{ user_id }}" }';
    return against(both(webhook("partner", header), webhook("shop")), async (run) => {
      const { code, out } = await run();
      assert.equal(code, 1);
      assert.match(out, /^partner \(webhook\): 2 would go, 1 be skipped, 1 be faulty$/m);
      assert.match(
        out,
        /✗ faulty, 1: the header "x-user" came out with a line break or a character that headers cannot carry\n {6}\S+Z {2}zoë/,
      );
      assert.match(out, /✗ not everything is well\n$/);
    });
  });

  it("tells of a renamed connector by its former lines, under the id that it keeps, of a new one and of one that is gone", () => {
    const next = both(webhook("ally", ", was: partner").replace("ally.example", "partner.example"), webhook("fresh"));
    return against(next, async (run) => {
      const { against: report } = await jsonOf(run);
      const [ally, fresh] = report.connectors;
      assert.deepEqual([ally.before, fresh.before], ["partner", null]);
      assert.deepEqual(changesOf(ally), [1, 0, 0, 0]);
      assert.match(ally.going.examples[0].id, /^[0-9a-f]{64}:partner$/);
      assert.match(ally.going.examples[0].requests[0].headers["webhook-id"], /:partner$/);
      assert.deepEqual([changesOf(fresh), fresh.changes.requests], [[3, 0, 0, 0], { tag: "new" }]);
      assert.deepEqual(report.removed, [{ connector: "shop", sent: 3 }]);
      const { out } = await run();
      assert.match(out, /^ally \(webhook, so far partner\): 3 would go/m);
      assert.match(out, /^shop is not in this file: 3 events went there$/m);
    });
  });

  it("compares each request with that of another file, and shows where they differ", () => {
    const next = both(webhook("partner", ', body: { who: "{{ official_account }}" }'), webhook("shop"));
    return against(next, async (run, folder) => {
      await folder.write("now.yaml", both(webhook("partner", ', body: { who: "@TOA#_news" }'), webhook("shop")));
      const { against: report } = await jsonOf(run, "--before", "now.yaml");
      const [partner, shop] = report.connectors;
      const { tag, compared, differing } = partner.changes.requests;
      assert.deepEqual([tag, compared, differing.count], ["compared", 3, 1]);
      const [{ event, requests, requests_before: before }] = differing.examples;
      assert.deepEqual(
        [event.user, before[0].body, requests[0].body],
        ["bob", { who: "@TOA#_news" }, { who: "@TOA#_promo" }],
      );
      assert.equal(shop.changes.requests.differing.count, 0);
      const { out } = await run("--before", "now.yaml");
      assert.match(
        out,
        /1 of 3 requests would differ from those of .*now\.yaml\n.*bob.*\n {8}body\.who: "@TOA#_news" → "@TOA#_promo"\n/,
      );
    });
  });

  it("compares with the file of the bridge that runs, as long as that is what the bridge has taken over", () => {
    const next = both(webhook("partner", ", except: { operator: [cleanup_bot] }, method: PUT"), webhook("shop"));
    return against(next, async (run, folder) => {
      const file = join(folder.path, "bridge.yaml");
      const lock = await lockStore(join(folder.path, "data/bridge.db"));
      try {
        const configuration = { file, hash: await digestOfFile(file) };
        const storage = await openStorage({ url: `sqlite:${folder.path}/data/bridge.db`, schema: "", prepare: true });
        await storage.serving({ id: "b", host: hostname(), process: pid, version: "v", configuration });
        await storage.close();
        const { against: report } = await jsonOf(run);
        assert.equal(report.compared_with, file);
        assert.deepEqual(
          report.connectors.map(({ changes }: Json) => changes.requests.differing.count),
          [2, 0],
        );
        await folder.write("bridge.yaml", `${RUNNING}# saved since, and not taken over\n`);
        const { against: saved } = await jsonOf(run);
        assert.equal(saved.compared_with, null);
        assert.deepEqual(saved.connectors[0].changes.requests, { tag: "unknown" });
      } finally {
        lock.release();
      }
    });
  });

  it("tells of an app that this file does not take callbacks of", () =>
    against(RUNNING.replace("1400000000", "1400000001"), async (run) => {
      const { against: report } = await jsonOf(run);
      assert.deepEqual(counts(report.connectors[1]), [0, "4 `chat.apps` does not name 1400000000"]);
      assert.deepEqual(changesOf(report.connectors[1]), [0, 3, 0, 0]);
    }));

  it("shows three examples of each at most, whose persons are an export in the audit, or none and writes nothing", () =>
    against(RUNNING, async (run, folder) => {
      const audit = async () =>
        JSON.parse((await folder.run(["audit", "list", "--json", "--config", "next.yaml"], { env: ENV })).out).audit;
      const before = await folder.read("data/bridge.db");
      const { against: report } = await jsonOf(run, "--no-examples");
      const [partner] = report.connectors;
      assert.deepEqual([partner.going, partner.skipped[0].examples], [{ count: 2, examples: [] }, []]);
      assert.equal(await folder.read("data/bridge.db"), before);
      assert.deepEqual(await audit(), []);
      const { against: shown } = await jsonOf(run);
      assert.equal(shown.connectors[1].going.examples.length, 3);
      const [row, ...others] = await audit();
      assert.deepEqual([row.operation, row.count, row.filter.check, others], ["export", 4, "against", []]);
    }));

  it("shows no credential, and hides those of the other file as well", () =>
    against(both(webhook("partner", ', headers: { x-key: "${KEY}" }'), webhook("shop")), async (run, folder) => {
      await folder.write("now.yaml", both(webhook("partner", ', headers: { x-key: "${TOKEN}" }'), webhook("shop")));
      for (const more of [[], ["--json"]]) {
        const { out, err } = await run("--before", "now.yaml", ...more);
        assert.doesNotMatch(out + err, /segment-write-key|chat-callback-token/);
      }
    }));

  it("refuses what is no time, a faulty file to compare with, and a store that is not there", async () => {
    await against(RUNNING, async (run, folder) => {
      const wrong = await folder.run(["check", "--against", "yesterday"], { env: ENV });
      assert.deepEqual([wrong.code, /Write how long ago \(2h, 3d\) or a date/.test(wrong.err)], [2, true]);
      for (const lone of [["--before", "now.yaml"], ["--no-examples"]]) {
        const { code, err } = await folder.run(["check", ...lone], { env: ENV });
        assert.deepEqual([code, err.startsWith(`${lone[0]} is for --against`)], [2, true]);
      }
      await folder.write("now.yaml", both("  partner: { type: webhok }\n"));
      const faulty = await run("--before", "now.yaml");
      assert.deepEqual([faulty.code, /--before: now\.yaml:3:20 connectors\.partner\.type/.test(faulty.err)], [2, true]);
    });
    await inFolder(async (folder) => {
      await folder.write("next.yaml", RUNNING);
      const { code, err } = await folder.run(["check", "--config", "next.yaml", "--against", "24h"], { env: ENV });
      assert.deepEqual([code, /there is no store yet/.test(err)], [3, true]);
      assert.deepEqual(await readdir(folder.path), ["next.yaml"]);
    });
  });

  it("shows nothing, and leaves nothing, where it is stopped", () =>
    inFolder(async (folder) => {
      await leaveStore(folder, RUNNING, PAST);
      const file = await folder.read("data/bridge.db");
      const args = ["check", "--config", "bridge.yaml", "--against", "24h"];
      const { code, out, err } = await folder.run(args, { env: ENV, stops: true });
      assert.deepEqual([code, out, err], [1, "", "Stopped. Nothing was sent, and nothing was changed.\n"]);
      assert.equal(await folder.read("data/bridge.db"), file);
    }));

  it("says so where there is nothing to compare with", () =>
    inFolder(async (folder) => {
      await leaveStore(folder, RUNNING, []);
      const { code, out } = await folder.run(["check", "--config", "bridge.yaml", "--against", "1h"], { env: ENV });
      assert.equal(code, 0);
      assert.match(
        out,
        /^0 events received since \S+, over this file \(nothing was sent\): there is nothing to compare with$/m,
      );
    }));
});
