/** The listener's life: opened, moved, in trouble, closed. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Admin, openAdmin, pauseAfter } from "../../src/admin/admin.ts";
import { tokenFileOf } from "../../src/admin/token-file.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Logger } from "../../src/connector.ts";
import { CHAT, ENV, PARTNER } from "../config/support.ts";
import { eventually } from "../support/eventually.ts";

interface Watched {
  readonly admin: Admin;
  readonly facts: readonly string[];
  /** Secrets that it has told of. */
  readonly learned: readonly string[];
  /** Resolves when what is told of it is this. */
  told(where: (state: ReturnType<Admin["state"]>) => boolean): Promise<void>;
}

type Rooms = Parameters<typeof openAdmin>[0]["rooms"];

function watch(config: () => Config, rooms: Rooms = async () => []): Watched {
  const facts: string[] = [];
  const learned: string[] = [];
  const watchers = new Set<() => void>();
  const keep = (keys: Record<string, unknown>) => void facts.push(String(keys.fact));
  const log: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  const admin = openAdmin({
    ...{ config, log, metrics: { text: async () => "a 1\n" }, learn: (more) => void learned.push(...more) },
    follow: () => undefined,
    rooms,
    loginPage: () => new Response(""),
    giveWay: async () => undefined,
    pauses: { firstMs: 1, longestMs: 1 },
    onChange: () => {
      for (const look of watchers) look();
    },
  });
  return {
    ...{ admin, facts, learned },
    told: (where) =>
      new Promise((resolve) => {
        const look = () => {
          if (!where(admin.state())) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

describe("the admin listener", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-admin-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function configOf(yaml: string): Promise<Config> {
    const file = join(folder, "bridge.yaml");
    await writeFile(file, `${CHAT}${PARTNER}${yaml}`);
    const loaded = await loadConfig(file, ENV);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded.config;
  }

  it("never takes the port of the callbacks, which may be its own by default, and opens when it gets another", async () => {
    let config = await configOf("server: { port: 8081 }\n");
    const { admin, facts, told } = watch(() => config);
    await told((state) => /^admin\.port is that of the callbacks/.test(state?.trouble ?? ""));
    assert.equal(admin.state()?.url, undefined);
    config = await configOf("server: { port: 8081 }\nadmin: { port: 0 }\n");
    admin.onReload();
    await told((state) => state?.url !== undefined && state.trouble === undefined);
    assert.deepEqual(facts, ["admin.unavailable", "admin.ready", "admin.recovered"]);
    config = await configOf("admin: false\n");
    admin.onReload();
    await told((state) => state === undefined);
    await admin.stop();
  });

  it("shows metrics even where its token cannot be written, says so, and writes it once it can", async () => {
    await writeFile(join(folder, "data"), "in the place of a folder");
    const config = await configOf("admin: { port: 0 }\n");
    const { admin, facts, told } = watch(() => config);
    await told((state) =>
      /the token of the admin listener .*bridge\.db\.admin cannot be used/.test(state?.trouble ?? ""),
    );
    const answer = await fetch(`${admin.state()?.url}metrics`);
    assert.equal(await answer.text(), "a 1\n");
    await rm(join(folder, "data"));
    await told((state) => state?.trouble === undefined);
    const file = tokenFileOf(config.storage);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal(`${JSON.parse(await readFile(file, "utf8")).url}/`, admin.state()?.url);
    assert.deepEqual(facts, ["admin.ready", "admin.unavailable", "admin.recovered"]);
    await admin.stop();
    await assert.rejects(stat(file));
  });

  it("loads its pages when somebody asks for the first of them, once, and again where that failed", async () => {
    const config = await configOf("admin: { port: 0 }\n");
    let loads = 0;
    const { admin, facts } = watch(
      () => config,
      async () => {
        loads += 1;
        if (loads === 1) throw new Error("it cannot be read just now");
        return [{ method: "GET", path: "/page", least: "anyone", answer: () => new Response("a page") }];
      },
    );
    await eventually(() => facts.includes("admin.ready"));
    const ask = async (path: string) => {
      const answer = await fetch(`${admin.state()?.url}${path}`);
      return [answer.status, await answer.text()];
    };
    assert.deepEqual([await ask("metrics"), loads], [[200, "a 1\n"], 0]);
    assert.deepEqual([(await ask("page"))[0], loads], [500, 1]);
    assert.ok(facts.includes("admin.failed"));
    assert.deepEqual(await Promise.all([ask("page"), ask("page")]), [
      [200, "a page"],
      [200, "a page"],
    ]);
    assert.deepEqual(
      [await ask("metrics"), await ask("page")],
      [
        [200, "a 1\n"],
        [200, "a page"],
      ],
    );
    assert.equal(loads, 2);
    await admin.stop();
  });

  it("tells the token that it has made, for the log to hide, and writes it over what somebody has left there", async () => {
    const config = await configOf("admin: { port: 0 }\n");
    const file = tokenFileOf(config.storage);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, "left by somebody", { mode: 0o644 });
    const { admin, facts, learned } = watch(() => config);
    await eventually(() => facts.includes("admin.ready"));
    assert.deepEqual(learned, [JSON.parse(await readFile(file, "utf8")).token]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await admin.stop();
  });

  it("leaves its token beside the store where that is a file, else beside the spool", () => {
    const spool = "/data/spool.jsonl";
    assert.equal(tokenFileOf({ url: "sqlite:/data/bridge.db", spool }), "/data/bridge.db.admin");
    assert.equal(tokenFileOf({ url: "sqlite::memory:", spool }), "/data/spool.jsonl.admin");
    assert.equal(tokenFileOf({ url: "postgres://u:p@host/db", spool }), "/data/spool.jsonl.admin");
  });

  it("is tried again at a growing distance, up to a minute", () => {
    assert.deepEqual(
      [1, 2, 3, 7, 1_000].map((failures) => pauseAfter(failures)),
      [1_000, 2_000, 4_000, 60_000, 60_000],
    );
  });
});
