/** Which settings a bridge goes by, from reload to reload. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { settingsInForce } from "../../src/bridge/settings-in-force.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { CHAT, loadGood, PARTNER, WEBHOOK_SECRET } from "../config/support.ts";

/** Files whose place does not depend on the folder of the YAML. */
const FILES = `storage: { url: "sqlite:/a.db", spool: /a.spool }\ndead_letters: { file: /a.dead }\n`;

describe("the settings in force", () => {
  let first: Config;
  /** Another token, another log, another port. */
  let next: Config;
  before(async () => {
    first = await loadGood(`${CHAT}${PARTNER}${FILES}`);
    const env = { TOKEN: "another-callback-token", SECRET: WEBHOOK_SECRET };
    next = await loadGood(`${CHAT}${PARTNER}${FILES}server: { port: 9090 }\nlog: { level: debug }\n`, env);
  });

  it("are the first ones at first, and need no restart", () => {
    const settings = settingsInForce(first);
    assert.equal(settings.now(), first);
    assert.deepEqual(settings.needingRestart(), []);
  });

  it("are the next ones whole once they are taken, and what only a restart takes is named", () => {
    const settings = settingsInForce(first);
    assert.deepEqual(settings.take(next), ["server.port"]);
    assert.equal(settings.now(), next);
    assert.deepEqual(settings.needingRestart(), ["server.port"]);
  });

  it("name what needs a restart against the former ones when they are taken, and against the start when asked", () => {
    const settings = settingsInForce(first);
    settings.take(next);
    assert.deepEqual(settings.take(next), []);
    assert.deepEqual(settings.needingRestart(), ["server.port"]);
    assert.deepEqual(settings.take(first), ["server.port"]);
    assert.deepEqual(settings.needingRestart(), []);
  });

  it("are the next ones for callbacks alone while the store is away: Chat never asks again for what was refused", () => {
    const settings = settingsInForce(first);
    settings.takeForIntake(next);
    const { chat, server, ...others } = settings.now();
    const { chat: _chat, server: _server, ...former } = first;
    assert.deepEqual([chat, server], [next.chat, next.server]);
    assert.deepEqual(others, former);
  });

  it("are the former ones whole when the next ones are refused after all", () => {
    const settings = settingsInForce(first);
    settings.takeForIntake(next);
    settings.keep();
    assert.equal(settings.now(), first);
  });

  it("name what needs a restart although callbacks are taken by them already", () => {
    const settings = settingsInForce(first);
    settings.takeForIntake(next);
    assert.deepEqual(settings.take(next), ["server.port"]);
  });
});
