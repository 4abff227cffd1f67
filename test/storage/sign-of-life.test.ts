/** A bridge's signs of life hold up nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { BridgeSign } from "../../src/storage/contract/presence.ts";
import { startPresence } from "../../src/storage/sign-of-life.ts";
import { quiet } from "../support/engine.ts";

const about = { version: "0.1.0", configuration: { file: "/etc/bridge.yaml", hash: "1" } };

describe("signs of life", () => {
  it("tell at once who serves the store, again when the configuration has changed, and when it ends", async () => {
    const signs: BridgeSign[] = [];
    const ended: string[] = [];
    let told = Promise.withResolvers<void>();
    let configuration = about.configuration;
    const store = {
      async serving(sign: BridgeSign) {
        signs.push(sign);
        told.resolve();
      },
      async ended(id: string) {
        ended.push(id);
      },
    };
    const presence = startPresence(store, quiet, () => ({ ...about, configuration }));
    await told.promise;
    told = Promise.withResolvers();
    configuration = { file: "/etc/bridge.yaml", hash: "2" };
    presence.wake();
    await told.promise;
    await presence.stop();
    assert.deepEqual(
      signs.map((sign) => sign.configuration.hash),
      ["1", "2"],
    );
    assert.deepEqual(ended, [signs[0]?.id]);
    assert.equal(signs[0]?.id, signs[1]?.id);
  });

  it("hold up no shutdown where the store does not answer", async () => {
    const never = () => new Promise<never>(() => undefined);
    const presence = startPresence({ serving: never, ended: never }, quiet, () => about);
    await presence.stop();
  });

  it("go on where the store has failed", async () => {
    const told = Promise.withResolvers<void>();
    let tries = 0;
    const serving = async () => {
      tries += 1;
      if (tries === 1) throw new Error("the disk is full");
      told.resolve();
    };
    const presence = startPresence({ serving, ended: async () => undefined }, quiet, () => about);
    await told.promise;
    await presence.stop();
  });
});
