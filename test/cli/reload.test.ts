import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Reload, startReload } from "../../src/cli/commands/reload.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Logger } from "../../src/connector.ts";
import { keepAlive } from "../support/keep-alive.ts";
import { type Folder, inFolder } from "./folder.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const yaml = (path: string) => `chat: { apps: [{ sdk_app_id: 1400000000, token: { file: ./token } }] }
connectors:
  partner: { type: webhook, url: "https://partner.example/${path}", secret: "\${SECRET}" }
`;

type Line = { fact: string } & Record<string, unknown>;

/** Resolves with what comes, in order, whenever it comes. */
function queue<T>(): { push(item: T): void; next(): Promise<T>; readonly all: readonly T[] } {
  const all: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  let taken = 0;
  return {
    all,
    push(item) {
      all.push(item);
      const first = waiting.shift();
      if (first !== undefined) {
        taken += 1;
        first(item);
      }
    },
    next() {
      const item = all[taken];
      if (item === undefined) return new Promise((resolve) => waiting.push(resolve));
      taken += 1;
      return Promise.resolve(item);
    },
  };
}

interface Running {
  readonly folder: Folder;
  readonly reload: Reload;
  /** Configurations that the bridge was told to use. */
  readonly used: ReturnType<typeof queue<Config>>;
  /** Errors of the log. */
  readonly errors: ReturnType<typeof queue<Line>>;
  /** What `bridge.use` does; resolves at once unless set. */
  act: () => Promise<string | undefined>;
  signal(): void;
}

async function running(use: (running: Running) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await folder.write("bridge.yaml", yaml("first"));
    await folder.write("token", "chat-callback-token");
    const loaded = await loadConfig(join(folder.path, "bridge.yaml"), { SECRET });
    assert.ok(loaded.ok);
    const used = queue<Config>();
    const errors = queue<Line>();
    const log: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: errors.push };
    let listener: (() => void) | undefined;
    const test: Running = {
      folder,
      used,
      errors,
      act: async () => undefined,
      signal: () => listener?.(),
      reload: startReload({
        config: loaded.config,
        log,
        bridge: {
          async use(config) {
            used.push(config);
            return test.act();
          },
        },
        io: {
          env: { SECRET },
          onReloadSignal(heard) {
            listener = heard;
            return () => {
              listener = undefined;
            };
          },
        },
        watch: { quietMs: 5, pollMs: 20 },
      }),
    };
    try {
      await use(test);
    } finally {
      await test.reload.stop();
    }
  });
}

const urlOf = (config: Config): unknown => config.connectors[0]?.settings.url;

describe("reload", () => {
  keepAlive();

  it("takes over a file that was saved, in place or by renaming", async () => {
    await running(async ({ folder, used }) => {
      await folder.write("bridge.yaml", yaml("second"));
      assert.equal(urlOf(await used.next()), "https://partner.example/second");
      await folder.write("bridge.yaml.new", yaml("third"));
      await rename(join(folder.path, "bridge.yaml.new"), join(folder.path, "bridge.yaml"));
      assert.equal(urlOf(await used.next()), "https://partner.example/third");
    });
  });

  it("takes over a secret's file that changed", async () => {
    await running(async ({ folder, used }) => {
      await folder.write("token", "another-callback-token\n");
      assert.equal((await used.next()).chat.apps[0]?.token, "another-callback-token");
    });
  });

  it("takes over at SIGHUP, whatever has changed", async () => {
    await running(async ({ used, signal }) => {
      signal();
      assert.equal(urlOf(await used.next()), "https://partner.example/first");
    });
  });

  it("refuses a faulty file with each of its faults in the log, and takes over the next good one", async () => {
    await running(async ({ folder, used, errors }) => {
      await folder.write("bridge.yaml", `${yaml("second").replace("url:", "urll:")}sever: {}\n`);
      const file = join(folder.path, "bridge.yaml");
      const lines = [await errors.next(), await errors.next(), await errors.next(), await errors.next()];
      assert.deepEqual(
        lines.map(({ fact, place, path, faults }) => [fact, place, path, faults]),
        [
          ["config.refused", `${file}:3:3`, "connectors.partner.url", undefined],
          ["config.refused", `${file}:3:29`, "connectors.partner.urll", undefined],
          ["config.refused", `${file}:4:1`, "sever", undefined],
          ["config.kept", undefined, undefined, 3],
        ],
      );
      assert.equal(lines[2]?.todo, 'did you mean "server"?');
      assert.equal(used.all.length, 0);
      await folder.write("bridge.yaml", yaml("third"));
      assert.equal(urlOf(await used.next()), "https://partner.example/third");
    });
  });

  it("watches what a faulty file names: making it mends the configuration", async () => {
    await running(async ({ folder, used, errors }) => {
      await folder.write("bridge.yaml", yaml("second").replace("./token", "./new-token"));
      assert.equal((await errors.next()).fact, "config.refused");
      await folder.write("new-token", "a-token-that-comes-late");
      assert.equal((await used.next()).chat.apps[0]?.token, "a-token-that-comes-late");
    });
  });

  it("goes on when the bridge refuses, and says why", async () => {
    await running(async (test) => {
      test.act = () => Promise.reject(new Error("connectors.partner: the name belongs to another type"));
      await test.folder.write("bridge.yaml", yaml("second"));
      const { fact, what } = await test.errors.next();
      assert.deepEqual([fact, what], ["config.refused", "connectors.partner: the name belongs to another type"]);
      test.act = async () => undefined;
      await test.used.next();
      await test.folder.write("bridge.yaml", yaml("third"));
      assert.equal(urlOf(await test.used.next()), "https://partner.example/third");
    });
  });

  it("tries again by itself, saying so once, what waits for the store, and no longer once a newer one is taken", async () => {
    await running(async (test) => {
      let isDown = true;
      test.act = async () => (isDown ? "PostgreSQL cannot be reached" : undefined);
      await test.folder.write("bridge.yaml", yaml("second"));
      const { fact, what } = await test.errors.next();
      assert.deepEqual([fact, what], ["config.waits", "PostgreSQL cannot be reached"]);
      await test.used.next();
      assert.equal(urlOf(await test.used.next()), "https://partner.example/second", "nobody has saved it again");
      await test.folder.write("bridge.yaml", yaml("third"));
      while (urlOf(await test.used.next()) !== "https://partner.example/third");
      isDown = false;
      assert.equal(urlOf(await test.used.next()), "https://partner.example/third");
      assert.deepEqual(
        test.errors.all.map((line) => line.fact),
        ["config.waits", "config.waits"],
      );
    });
  });

  it("never does two at once", async () => {
    await running(async (test) => {
      let isUnderWay = false;
      let met = 0;
      test.act = async () => {
        if (isUnderWay) met += 1;
        isUnderWay = true;
        await new Promise((resolve) => setImmediate(resolve));
        isUnderWay = false;
        return undefined;
      };
      for (let index = 0; index < 5; index += 1) test.signal();
      for (let index = 0; index < 5; index += 1) await test.used.next();
      assert.equal(met, 0);
    });
  });

  it("ends quietly: what is signalled afterwards changes nothing", async () => {
    await running(async ({ reload, signal, used }) => {
      signal();
      await reload.stop();
      const { length } = used.all;
      signal();
      await reload.stop();
      assert.equal(used.all.length, length);
    });
  });

  it("survives a file that is gone for a while", async () => {
    await running(async ({ folder, used, errors }) => {
      await rename(join(folder.path, "bridge.yaml"), join(folder.path, "away.yaml"));
      assert.match(String((await errors.next()).what), /there is no such file/);
      await writeFile(join(folder.path, "bridge.yaml"), yaml("second"));
      assert.equal(urlOf(await used.next()), "https://partner.example/second");
    });
  });
});
