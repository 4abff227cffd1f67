/** A round of the admin listener: where it is to be by now, and when it is tried again. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adminRound } from "../../src/admin/admin.ts";
import { type CurrentListener, currentListener, listenerPlace, type Opened } from "../../src/admin/current-listener.ts";
import type { AdminSettings } from "../../src/config/schema.ts";

const HERE = { host: "127.0.0.1", port: 8081, base_path: "", accounts: [] } as unknown as AdminSettings;
const ELSEWHERE = { ...HERE, port: 9090 };
const PAUSES = { firstMs: 1_000, longestMs: 4_000 };

describe("a round of the admin listener", () => {
  function rounds(wanted: () => AdminSettings | undefined, serve = async () => {}) {
    const asked: string[] = [];
    let opened: Opened | undefined;
    const current: CurrentListener = {
      opened: () => opened,
      async serve(settings) {
        asked.push(`serve ${settings.port}`);
        await serve();
        opened = { place: listenerPlace(settings) } as Opened;
      },
      async close() {
        asked.push("close");
        opened = undefined;
      },
    };
    const told: (string | undefined)[] = [];
    const trouble = { words: () => undefined, latest: (words: string | undefined) => void told.push(words) };
    return { asked, told, round: adminRound({ wanted, current, trouble, pauses: PAUSES }) };
  }

  it("leaves it where it is, moves it where the settings name another place, and closes it where it is switched off", async () => {
    let wanted: AdminSettings | undefined = HERE;
    const { asked, round } = rounds(() => wanted);
    await round();
    await round();
    assert.deepEqual(asked, ["serve 8081", "serve 8081"]);
    wanted = ELSEWHERE;
    await round();
    wanted = undefined;
    await round();
    assert.deepEqual(asked.slice(2), ["close", "serve 9090", "close"]);
  });

  it("is tried again at doubled pauses while it cannot be had, and begins anew once it could", async () => {
    let isTaken = true;
    const { told, round } = rounds(
      () => HERE,
      async () => {
        if (isTaken) throw new Error("the port is taken");
      },
    );
    assert.deepEqual([await round(), await round(), await round(), await round()], [1_000, 2_000, 4_000, 4_000]);
    assert.deepEqual(told.slice(0, 1), ["the port is taken"]);
    isTaken = false;
    assert.ok((await round()) > 86_400_000);
    isTaken = true;
    assert.equal(await round(), 1_000);
  });
});

describe("the listener that is open", () => {
  it("is told of once, also where nobody on this machine can be let in, and takes its entrance with it", async () => {
    const asked: string[] = [];
    const said: unknown[] = [];
    const current = currentListener({
      entrance: {
        open: () => Promise.reject(new Error("the file cannot be written")),
        close: async () => void asked.push("entrance closed"),
      },
      openAt: async (settings) => ({
        ...{ url: "http://127.0.0.1:1", place: listenerPlace(settings), path: "" },
        stop: async () => void asked.push("stopped"),
      }),
      log: { info: (line) => void said.push(line) },
    });
    await assert.rejects(current.serve(HERE), /cannot be written/);
    await assert.rejects(current.serve(HERE), /cannot be written/);
    assert.equal(said.length, 1);
    assert.equal(current.opened()?.url, "http://127.0.0.1:1");
    await current.close();
    assert.deepEqual([asked, current.opened()], [["stopped", "entrance closed"], undefined]);
  });
});
