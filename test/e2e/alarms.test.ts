/** What people are told, from YAML to their chat: each alarm rings, repeats and ends. The clock of alarms is turned, nothing else. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { EVERY_TIME } from "../../connectors/kit/faults.ts";
import { type Sandbox, startSandbox } from "../../connectors/kit/sandbox.ts";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { HOUR, MINUTE, openScene, type Scene } from "../alarms/scene.ts";
import { act } from "../support/act.ts";
import { APP, callbackBody } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { step } from "../support/step.ts";

describe("a destination that is dead", () => {
  let scene: Scene;
  let partner: WebhookSandbox;
  before(async () => {
    partner = await startWebhookSandbox();
    scene = await openScene(
      (ops) => `
name: production
notices: { ops: ${ops}, dead: { type: webhook, url: "http://127.0.0.1:1/x" } }
alerts: { to: [dead, ops], undelivered_after: 24h, disk_free_below: never }
connectors:
  partner:
    { type: webhook, url: "${partner.url}", allow_http: true, allow_private_network: true, retry: { first_delay: 10ms, max_delay: 50ms } }
`,
    );
  });
  after(async () => {
    await scene.close();
    await partner.close();
  });

  const told = step(async () => {
    partner.fail({ status: 503 }, EVERY_TIME);
    const { bridge, hears, turn, heard } = scene;
    await bridge.post({ users: ["jared-who-left"] });
    const PARTNER = { connector: "partner", type: "webhook" };
    await bridge.until(
      (scrape) => scrape.value("unsub_bridge_connector_state", { ...PARTNER, state: "backing_off" }) === 1,
    );
    turn(12 * HOUR);
    const warning = await hears("warning", /partner/);
    assert.equal(warning.title, "WARNING · partner: 1 person waits for an unsubscription to arrive there");
    assert.match(
      warning.lines.join("\n"),
      /of 24 h\nwhose fault: the destination .*HTTP 503\)\nwhat helps: .*retry --now partner/,
    );
    assert.equal(warning.bridge, "production");
    turn(21.6 * HOUR);
    await hears("urgent", /partner/);
    turn(24 * HOUR);
    await hears("overdue", /partner/);
    turn(48 * HOUR);
    await hears("repeated", /partner/);
    partner.heal();
    await bridge.withStore((storage) => storage.retryNow("partner", act({ operation: "retry" })));
    await bridge.until((scrape) => scrape.value("unsub_bridge_connector_waiting", PARTNER) === 0);
    // it is seen first that it is so no more, and told once that has lasted
    await scene.on("undelivered_after", 0);
    turn(48 * HOUR + 6 * MINUTE);
    const over = await hears("over", /partner/);
    assert.match(over.title, /^OVER · partner: nobody waits for long any more \(it lasted 2 d\)$/);
    assert.deepEqual(heard(/partner/), ["warning", "urgent", "overdue", "repeated", "over"]);
  });

  it(
    "is told at half of the deadline, at 90 % and when it has passed, again after a day, and once when it is over",
    told,
  );

  it("is told to the next where the first cannot be, which is counted", async () => {
    await told();
    const count = (to: string, outcome: string) => ["unsub_bridge_notices_total", { to, outcome }] as const;
    await scene.bridge.until(
      (scrape) => scrape.value(...count("dead", "failed")) === 5 && scrape.value(...count("ops", "told")) === 5,
    );
  });

  it("is told without anybody's id, whatever was said", async () => {
    await told();
    assert.ok(scene.ops.requests.length > 0);
    for (const { body } of scene.ops.requests) assert.ok(!body.includes("jared-who-left"), body);
  });

  it("is kept over a restart: nothing is told twice", async () => {
    const { bridge, ops, turn, hears } = scene;
    partner.fail({ status: 503 }, EVERY_TIME);
    await bridge.post({ users: ["mo-who-left"] });
    turn(73 * HOUR);
    await hears("overdue", /partner/);
    const before = ops.count;
    await bridge.restart((yaml) => yaml.replace("name: production", "name: staging"));
    await scene.on("undelivered_after", 1);
    turn(74 * HOUR);
    await bridge.until((scrape) => scrape.value("unsub_bridge_alarm_teller") === 1);
    assert.equal(ops.count, before);
    // and a reload changes who is told, and of what, without losing what was told
    await bridge.reload((yaml) => yaml.replace("to: [dead, ops]", "to: [ops], language: zh"));
    turn(98 * HOUR);
    // the round that was under way may have told it as it was
    await hears("repeated", /partner/);
    turn(123 * HOUR);
    assert.match((await hears("repeated", /partner/)).title, /^仍未解决 · partner：1 人的退订尚未送达$/);
  });
});

describe("what goes wrong at one bridge", () => {
  let scene: Scene;
  let beat: Sandbox;
  before(async () => {
    beat = await startSandbox(() => ({ status: 200 }));
    scene = await openScene(
      (ops) => `
notices: { ops: ${ops} }
alerts: { to: [ops], no_callbacks_for: 24h, disk_free_below: never, language: en, heartbeat: "${beat.url}/beat" }
connectors: { crm: { type: ./scripted.ts, retry: { first_delay: 1ms, max_delay: 1ms } } }
`,
      { heartbeatMs: 50 },
    );
  });
  after(async () => {
    await scene.close();
    await beat.close();
  });

  it("is told: callbacks that stay away, until one comes", async () => {
    const { hears, turn, bridge } = scene;
    turn(13 * HOUR);
    assert.match((await hears("warning", /sends no callbacks/)).lines.join("\n"), /unsub-bridge trace USER/);
    turn(25 * HOUR);
    await hears("overdue", /sends no callbacks/);
    turn(49 * HOUR + MINUTE);
    await hears("repeated", /sends no callbacks/);
    await bridge.post({ users: ["OK-1"] });
    turn(0);
    await scene.on("no_callbacks_for", 0);
    turn(6 * MINUTE);
    await hears("over", /sends callbacks again/);
  });

  it("is told: a token that was changed, until a callback is taken", async () => {
    const { hears, turn, bridge, heard } = scene;
    // until then there was success in that time
    await bridge.reload((yaml) => yaml.replace("to: [ops]", "to: [ops], refused: { more_than: 3, within: 1s }"));
    await eventually(async () => {
      // a sign of life is given at once when other settings are taken
      for (let index = 0; index < 5; index += 1) await bridge.post({ users: ["x"] }, { sign: "0".repeat(64) });
      await bridge.reload((yaml) => yaml);
      return heard(/every callback of app/).length > 0;
    });
    const { title, lines } = await hears("urgent", /every callback of app/);
    assert.match(title, new RegExp(`app ${APP} is refused: \\d+ within 1 s`));
    assert.match(lines.join("\n"), /the token in the Chat console is another one/);
    turn(HOUR + 7 * MINUTE);
    await bridge.post({ users: ["OK-2"] });
    await bridge.reload((yaml) => yaml);
    await scene.on("refused", 0);
    turn(HOUR + 20 * MINUTE);
    await hears("over", /are not all refused any more/);
  });

  it("is told: a pause that lasts, until somebody resumes it", async () => {
    const { hears, turn, bridge, heard } = scene;
    turn(0);
    await bridge.withStore((storage) => storage.pause("crm", act({ operation: "pause" })));
    for (const [minutes, kind] of [
      [5, "warning"],
      [9, "urgent"],
      [10, "overdue"],
      [20, "repeated"],
      [40, "repeated"],
    ] as const) {
      turn(minutes * MINUTE + 1_000);
      assert.match(
        (await hears(kind, /crm is paused/)).lines.join("\n"),
        /somebody has paused it\nwhat helps: unsub-bridge resume crm/,
      );
    }
    await bridge.withStore((storage) => storage.resume("crm", act({ operation: "resume" })));
    await scene.on("paused_after", 0);
    turn(46 * MINUTE);
    await hears("over", /crm goes on/);
    assert.deepEqual(heard(/crm is paused|crm goes on/), [
      "warning",
      "urgent",
      "overdue",
      "repeated",
      "repeated",
      "over",
    ]);
  });

  it("is forgotten, and told to nobody as over, once the settings do not ask for it", async () => {
    const { hears, turn, bridge, heard } = scene;
    turn(0);
    await bridge.withStore((storage) => storage.pause("crm", act({ operation: "pause" })));
    turn(10 * MINUTE + 1_000);
    await hears("overdue", /crm is paused/);
    const before = heard(/crm goes on/).length;
    await bridge.reload((yaml) => yaml.replace("to: [ops]", "to: [ops], paused_after: never"));
    await scene.on("paused_after", 0);
    turn(30 * MINUTE);
    // another word, by which several rounds have passed
    await bridge.reload((yaml) => yaml.replace("paused_after: never", "paused_after: 1h"));
    await hears("warning", /crm is paused/);
    assert.equal(heard(/crm goes on/).length, before);
    await bridge.withStore((storage) => storage.resume("crm", act({ operation: "resume" })));
    await bridge.reload((yaml) => yaml.replace(", paused_after: 1h", ""));
    await scene.on("paused_after", 0);
    turn(46 * MINUTE);
    await hears("over", /crm goes on/);
  });

  it("is told: dead letters by class, until they are dealt with; and nothing of what is silenced", async () => {
    const { hears, turn, bridge, heard } = scene;
    turn(0);
    await bridge.withStore((storage) =>
      storage.silenceAlarm({ name: "quarantine", forMs: HOUR, why: "a test" }, act({ operation: "alerts_silence" })),
    );
    await bridge.post({ users: ["x"] }, { body: "{" });
    await bridge.post({ users: ["REJECT-1"] });
    await bridge.post({ users: ["OK-3"] });
    const { title } = await hears("urgent", /given up/);
    assert.match(title, /crm: 1 rejected delivery given up/);
    turn(HOUR + MINUTE);
    await hears("repeated", /given up/);
    await bridge.withStore((storage) =>
      storage.discard({ connector: "crm", states: ["dead"] }, act({ operation: "discard" })),
    );
    await scene.on("dead_letters", 0);
    turn(HOUR + 10 * MINUTE);
    await hears("over", /no rejected or expired delivery is left/);
    assert.deepEqual(heard(/quarantine/), []);
  });

  it("is told: who is not known over there rings once somebody wants that, and is one line of others' messages before", async () => {
    const { hears, turn, bridge } = scene;
    turn(0);
    await bridge.post({ users: ["UNKNOWN-1"] });
    const ended = () => {
      const store = new DatabaseSync(join(bridge.folder, "data/bridge.db"));
      try {
        store.exec("PRAGMA busy_timeout = 5000");
        // as if its seven hours were over
        const over =
          "UPDATE deliveries SET state = 'dead', class = 'unmatched', settled_at = due_at WHERE state = 'waiting' AND lane = 1";
        return store.prepare(over).run().changes === 1;
      } finally {
        store.close();
      }
    };
    await eventually(ended);
    await bridge.post({ users: ["REJECT-2"] });
    await bridge.post({ users: ["OK-4"] });
    const other = await hears("urgent", /crm: 1 rejected delivery given up/);
    assert.match(
      other.lines.join("\n"),
      /besides, 1 delivery was given up since nobody there has that id: unsub-bridge/,
    );
    await bridge.reload((yaml) => yaml.replace("alerts: { to: [ops],", "alerts: { to: [ops], unmatched: any,"));
    const { title, lines } = await hears("urgent", /crm: 1 delivery given up since nobody there has that id/);
    assert.match(lines.join("\n"), /what helps: unsub-bridge dead-letters list --connector crm --class unmatched/);
    assert.doesNotMatch([title, ...lines].join("\n"), /besides/);
    turn(HOUR + MINUTE);
    await hears("repeated", /nobody there has that id/);
    await bridge.withStore((storage) =>
      storage.discard({ connector: "crm", states: ["dead"] }, act({ operation: "discard" })),
    );
    await scene.on("unmatched", 0);
    turn(HOUR + 10 * MINUTE);
    await hears("over", /nobody is left who was not known there/);
  });

  it("is told: the quarantine, until it is empty", async () => {
    const { hears, turn, bridge } = scene;
    turn(0);
    // the silence of another test
    await bridge.withStore((storage) =>
      storage.silenceAlarm({ name: "quarantine", forMs: 1, why: "a test" }, act({ operation: "alerts_silence" })),
    );
    await bridge.post({ users: ["x"] }, { body: "{" });
    assert.match(
      (await hears("urgent", /in the quarantine/)).lines.join("\n"),
      /what helps: unsub-bridge quarantine list/,
    );
    turn(HOUR + MINUTE);
    await hears("repeated", /in the quarantine/);
    const body = join(bridge.folder, "mended.json");
    await writeFile(body, callbackBody({ users: ["OK-6"] }));
    for (const { id } of JSON.parse((await scene.command("quarantine", "list", "--json")).out).entries) {
      assert.equal((await scene.command("quarantine", "edit", id, "--body", body, "--yes")).code, 0);
      assert.equal((await scene.command("quarantine", "replay", "--id", id, "--yes")).code, 0);
    }
    await scene.on("quarantine", 0);
    turn(HOUR + 10 * MINUTE);
    await hears("over", /quarantine/);
  });

  it("is told: a disk that is too full, by the machine itself, until there is room", async () => {
    const { hears, turn, bridge } = scene;
    turn(0);
    await bridge.reload((yaml) => yaml.replace("disk_free_below: never", "disk_free_below: 100%"));
    const { title, lines } = await hears("urgent", /disk of/);
    assert.match(title, /^URGENT · the disk of the store has [\d.]+ % left/);
    assert.ok(lines.length >= 4);
    turn(HOUR + MINUTE);
    await hears("repeated", /disk of/);
    await bridge.reload((yaml) => yaml.replace("disk_free_below: 100%", "disk_free_below: 0.0001%"));
    await scene.on("disk_free_below", 0);
    turn(HOUR + 10 * MINUTE);
    await hears("over", /has room again/);
  });

  it("is told: a clock that is off, until it is right", async () => {
    const { hears, turn, bridge } = scene;
    turn(0);
    // less by as long as it is under way
    await bridge.post({ users: ["OK-4"] }, { requestTime: Math.floor(Date.now() / 1_000) + 50 });
    await bridge.reload((yaml) => yaml);
    assert.match((await hears("urgent", /the clock of/)).title, /is (3\d|4\d|50) s behind$/);
    // what was seen of clocks is forgotten by a process that ends, and nobody can tell until somebody comes
    await bridge.restart((yaml) => yaml);
    await scene.on("clock_off_by", 1);
    await bridge.post({ users: ["OK-5"] });
    await bridge.reload((yaml) => yaml);
    await scene.on("clock_off_by", 0);
    turn(6 * MINUTE);
    await hears("over", /the clock of .* is right again/);
  });

  it("is told by a heartbeat that stays away: it is asked as long as all is alive", async () => {
    await beat.arrived(2);
    const [request] = beat.requests;
    assert.deepEqual([request?.method, request?.path], ["GET", "/beat"]);
  });
});

describe("a store that does not answer", () => {
  it("is told by the machine that lives on its spool, until it is taken over", async () => {
    const { bridge, hears, turn, on, close } = await openScene(
      (ops) => `
notices: { ops: ${ops} }
alerts: { to: [ops], disk_free_below: never }
connectors: { crm: { type: ./scripted.ts } }
`,
    );
    await on("spool_older_than", 0);
    const other = new DatabaseSync(join(bridge.folder, "data/bridge.db"));
    other.exec("BEGIN IMMEDIATE");
    const { status } = await bridge.post({ users: ["OK-1"] });
    assert.equal(status, 200);
    turn(3 * MINUTE);
    const { lines } = await hears("warning", /in the spool/);
    assert.match(lines.join("\n"), /of 5 min\nwhose fault: the database\nwhat helps: unsub-bridge status says why/);
    turn(6 * MINUTE);
    await hears("overdue", /1 callback in the spool/);
    turn(11 * MINUTE);
    await hears("repeated", /in the spool/);
    other.exec("ROLLBACK");
    other.close();
    await on("spool_older_than", 0);
    turn(17 * MINUTE);
    await hears("over", /the spool is taken over/);
    await close();
  });
});
