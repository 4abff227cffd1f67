/** The admin listener of a running bridge, from its YAML to its end. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import type { BridgeHere } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { openWorld, type World } from "../support/world.ts";

const OPS = "ops-token-0123456789";
const METRICS = "metrics-token-0123456789";

const adminUrl = async (bridge: BridgeHere): Promise<string> => String((await bridge.logged("admin.ready")).url);

async function statusOf(url: string, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(url, { headers, redirect: "manual" });
  await answer.body?.cancel();
  return answer.status;
}

/** Undefined where nobody listens. */
const statusOrNobody = (url: string, token?: string) => statusOf(url, token).catch(() => undefined);

describe("the admin listener, without a word about it in the YAML's accounts", () => {
  let world: World;
  let bridge: BridgeHere;
  let url: string;
  before(async () => {
    world = await openWorld();
    bridge = await world.startHere();
    url = await adminUrl(bridge);
  });
  after(() => world.close());
  const file = () => world.path("data/bridge.db.admin");

  it("shows metrics to this machine, and lets in whoever can read the file beside the store", async () => {
    assert.equal(new URL(url).hostname, "127.0.0.1");
    const metrics = await fetch(`${url}/metrics`);
    assert.deepEqual([metrics.status, metrics.headers.get("content-type")?.split(";")[0]], [200, "text/plain"]);
    assert.match(await metrics.text(), /^unsub_bridge_info\{.*\} 1$/m);
    assert.equal(await statusOf(`${url}/healthz`), 200);
    assert.equal(await statusOf(`${url}/`), 401);
    const { token } = JSON.parse(await eventually(() => readFile(file(), "utf8").catch(() => undefined)));
    assert.equal(await statusOf(`${url}/`, token), 200);
    assert.equal((await stat(file())).mode & 0o777, 0o600);
  });

  it("keeps callbacks to their own port, and itself to its own", async () => {
    assert.equal(await statusOf(`${url}/callback`), 401);
    for (const path of ["/metrics", "/login", "/"])
      assert.equal(await statusOf(new URL(path, bridge.url).href), 404, path);
  });

  it("is entered by an address that `console` prints, once", async () => {
    const { code, out } = await world.command("console");
    const [address = "", words = ""] = out.split("\n");
    assert.equal(code, 0);
    assert.match(words, /^logs in once, within 5 min, as local \(operator\)$/);
    const entered = await fetch(address);
    const [cookie = ""] = (entered.headers.get("set-cookie") ?? "").split(";");
    const home = await fetch(`${url}/`, { headers: { cookie } });
    assert.match(await home.text(), /local <small>\(operator\)<\/small>/);
    assert.equal((await fetch(address)).status, 401);
    const json = JSON.parse((await world.command("console", "--json")).out);
    assert.deepEqual([json.format, json.account, json.role], [2, "local", "operator"]);
    assert.equal((await fetch(json.url)).status, 200);
  });

  it("ends with the bridge, and so does its file: `console` says that nobody runs", async () => {
    assert.equal(await bridge.stop(), 0);
    assert.equal(await statusOrNobody(`${url}/healthz`), undefined);
    await assert.rejects(stat(file()));
    const { code, err } = await world.command("console");
    assert.equal(code, 3);
    assert.match(err, /^No bridge with an admin listener runs here: .*bridge\.db\.admin is not there/);
  });

  it("is missed by `console` where the bridge was killed, whose file is still there", async () => {
    await bridge.stop();
    const killed = await world.start();
    await eventually(() => stat(file()).catch(() => undefined));
    await killed.kill();
    const { code, err } = await world.command("console");
    assert.equal(code, 3);
    assert.match(err, /^The admin listener does not answer at http:\/\/127\.0\.0\.1:\d+: is the bridge running\?/);
  });
});

describe("accounts", () => {
  let world: World;
  let bridge: BridgeHere;
  let url: string;
  const reloaded = async (act: () => Promise<void>): Promise<void> => {
    const count = () => bridge.lines.filter((line) => line.includes('"config.reloaded"')).length;
    const before = count();
    await act();
    await eventually(() => count() > before);
  };
  before(async () => {
    const admin = `
  port: 0
  base_path: /ops
  accounts:
    - { name: ops, role: operator, token: "\${ADMIN_TOKEN}" }
    - { name: prometheus, role: metrics, token: { file: metrics-token } }`;
    world = await openWorld({ admin, env: { ADMIN_TOKEN: OPS } });
    await writeFile(world.path("metrics-token"), `${METRICS}\n`);
    bridge = await world.startHere();
    url = `${await adminUrl(bridge)}/ops`;
  });
  after(() => world.close());

  it("come in by their tokens, each as far as its role goes, below the base path", async () => {
    assert.equal(await statusOf(`${url}/metrics`), 401);
    assert.equal(await statusOf(`${url}/metrics`, METRICS), 200);
    assert.equal(await statusOf(`${url}/`, METRICS), 403);
    assert.equal(await statusOf(`${url}/`, OPS), 200);
    assert.equal(await statusOf(`${url}/healthz`), 200);
    assert.equal(await statusOf(`${new URL(url).origin}/metrics`, OPS), 404);
    await assert.rejects(stat(world.path("data/bridge.db.admin")));
  });

  it("are taken over at a reload, without another listener", async () => {
    await reloaded(() => writeFile(world.path("metrics-token"), "metrics-token-rotated-0123"));
    assert.equal(await statusOf(`${url}/metrics`, METRICS), 401);
    assert.equal(await statusOf(`${url}/metrics`, "metrics-token-rotated-0123"), 200);
    await reloaded(() => world.edit((yaml) => yaml.replace("role: operator", "role: metrics")));
    assert.equal(await statusOf(`${url}/`, OPS), 403);
    assert.equal(bridge.lines.filter((line) => line.includes('"admin.ready"')).length, 1);
  });

  it("whose role is metrics are no reason for an address that logs in", async () => {
    await reloaded(() =>
      world.edit((yaml) => `${yaml.replace("role: operator", "role: metrics")}\n# for the metrics alone\n`),
    );
    const { code, err } = await world.command("console");
    assert.deepEqual([code, err], [2, "None of admin.accounts may look in: all of them have the role metrics.\n"]);
  });

  it("may be closed and opened by a reload, and move", async () => {
    await reloaded(() => world.edit((yaml) => yaml.replace(/^admin:.*\n(?: .*\n)+/m, "admin: false\n")));
    await eventually(async () => (await statusOrNobody(`${url}/healthz`)) === undefined);
    assert.equal((await world.command("console")).code, 1);
    await reloaded(() => world.edit((yaml) => yaml.replace("admin: false", 'admin: { port: 0, host: "::1" }')));
    const again = await bridge.logged("admin.ready", ({ url: other }) => String(other).includes("[::1]"));
    assert.equal(await statusOf(`${again.url}/metrics`), 200);
    assert.equal((await fetch((await world.command("console")).out.split("\n")[0] ?? "")).status, 200);
    assert.equal(await bridge.stop(), 0);
  });
});

describe("an admin listener that cannot be opened", () => {
  let world: World;
  let other: Server;
  let bridge: BridgeHere;
  before(async () => {
    other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    world = await openWorld({ admin: `{ port: ${(other.address() as AddressInfo).port} }` });
    bridge = await world.startHere();
  });
  after(() => {
    other.close();
    return world.close();
  });

  it("is an error with the way out, said by status as well, and callbacks are taken all the same", async () => {
    const { port } = other.address() as AddressInfo;
    const { level, reason, todo } = await bridge.logged("admin.unavailable");
    assert.equal(level, "error");
    assert.equal(reason, `port ${port} of 127.0.0.1 is taken; end what uses it, or choose another (admin.port)`);
    assert.match(String(todo), /`admin: false` switches it off$/);
    assert.equal(await postCallback(bridge.url, { users: ["jared"] }), true);
    const said = await eventually(async () => {
      const { code, out } = await world.command("status");
      return out.includes("the admin listener of process") && { code, out };
    });
    assert.equal(said.code, 0);
    assert.ok(said.out.includes(`is not well: ${reason}`));
  });

  it("is opened by itself once its port is free", async () => {
    const { port } = other.address() as AddressInfo;
    await bridge.logged("admin.unavailable");
    other.close();
    await bridge.logged("admin.recovered");
    assert.equal(await statusOf(`http://127.0.0.1:${port}/metrics`), 200);
    await eventually(async () => !(await world.command("status")).out.includes("is not well"));
    const status = JSON.parse((await world.command("status", "--json")).out);
    assert.deepEqual(status.bridges[0].admin, { url: `http://127.0.0.1:${port}/` });
    assert.equal(bridge.lines.filter((line) => line.includes('"admin.unavailable"')).length, 1);
    assert.equal(await bridge.stop(), 0);
  });
});
