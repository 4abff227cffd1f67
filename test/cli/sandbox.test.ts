/** Stand-ins of every destination, for whoever tries a configuration without an account. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { builtInTypes, loadBuiltIn } from "../../src/config/connector-types/built-in.ts";
import { arrivalJson, exchangeText, toldText } from "../../src/operations/sandbox/arrival-text.ts";
import { type Arrival, offeredStandIns, startStandIns } from "../../src/operations/sandbox/stand-ins.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { freePortsInARow } from "../support/ports.ts";
import { launchCommand, launchServe } from "../support/process.ts";
import { inFolder } from "./folder.ts";
import { onTerminal } from "./terminal.ts";

const TYPES = builtInTypes();

describe("sandbox", () => {
  it("has a stand-in of every built-in type, each on the port behind the one before", async () => {
    const offered = await offeredStandIns(9_000);
    assert.deepEqual(
      offered.map(({ type, port }) => [type.type, port]),
      TYPES.map((type, index) => [type, 9_000 + index]),
    );
  });

  it("prints what to paste: `check` takes it as it stands", async () => {
    const port = await freePortsInARow(TYPES.length);
    const { code, out } = await onTerminal(["sandbox", "--port", String(port)], {
      isTerminal: false,
      stopsWhen: (said) => said.includes("What they get:"),
    });
    assert.equal(code, 0);
    const fragment = /^connectors:\n(?: .*\n|\n)+/m.exec(out)?.[0] ?? "";
    const { connectors } = parse(fragment) as { connectors: Record<string, { type: string }> };
    assert.deepEqual(
      Object.values(connectors).map(({ type }) => type),
      TYPES,
    );
    await inFolder(async (folder) => {
      await folder.write("config/bridge.yaml", `chat:\n  apps: [{ sdk_app_id: 1, token: sandbox-token }]\n${fragment}`);
      const { code: checked, out: said, err } = await folder.run(["check"]);
      assert.deepEqual({ checked, err }, { checked: 0, err: "" }, said);
    });
  });

  it("says which port is taken and how to choose others, and leaves nothing behind", async () => {
    const first = await freePortsInARow(TYPES.length);
    const last = first + TYPES.length - 1;
    const server = createServer().listen(last, "127.0.0.1");
    await once(server, "listening");
    try {
      const { code, err } = await onTerminal(["sandbox", "--port", String(first)], { isTerminal: false });
      assert.equal(code, 3);
      assert.equal(
        err,
        `Port ${last} of this machine is taken. Choose others: --port 9090 takes it and those behind it.\n`,
      );
      const again = createServer().listen(first, "127.0.0.1");
      await once(again, "listening");
      await once(again.close(), "close");
    } finally {
      server.close();
    }
  });

  it("says that a port may not be used by this user, where that is why", async () => {
    const [first] = await offeredStandIns(81);
    assert.ok(first);
    const start = () => Promise.reject(Object.assign(new Error("listen EACCES"), { code: "EACCES" }));
    await assert.rejects(
      startStandIns([{ ...first, standIn: { ...first.standIn, start } }], () => undefined),
      /^Error: Port 81 of this machine may not be used by this user, .* Choose others: --port 9090/,
    );
  });

  it("tells in a line what each request was about: whom, and what was set", async () => {
    const lines: string[] = [];
    const standIns = await startStandIns(await offeredStandIns(0), (arrival) => {
      lines.push(`${arrival.type}: ${exchangeText(arrival)} ${toldText(arrival)}`);
    });
    const urlOf = (wanted: string) => standIns.all.find(({ type }) => type.type === wanted)?.sandbox.url ?? "";
    const post = async (url: string, body: unknown, headers: Record<string, string>) => {
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
      return (await answer.json().catch(() => undefined)) as { results?: { id: string }[] } | undefined;
    };
    try {
      const contacts = `${urlOf("hubspot")}/crm/v3/objects/contacts/batch`;
      const bearer = { authorization: "Bearer my-own-token" };
      const look = { idProperty: "my_chat_id", inputs: [{ id: "jared" }, { id: "nobody-knows-me" }] };
      const found = await post(`${contacts}/read`, look, bearer);
      const [{ id = "" } = {}] = found?.results ?? [];
      await post(`${contacts}/update`, { inputs: [{ id, properties: { my_state: "gone" } }] }, bearer);
      const event = { type: "track", messageId: "1", userId: "jared", event: "Left", properties: { channel: "chat" } };
      const basic = { authorization: `Basic ${btoa("my-key:")}` };
      await post(`${urlOf("segment")}/v1/batch`, { batch: [event], writeKey: "my-key" }, basic);
      const deep = {
        by: [
          { api_key: "x2", of: { secret: "x3" } },
          { name: "token", value: "x4" },
        ],
      };
      const payload = { data: { user_id: "jared", left: true, token: "x1" }, deep, link: "https://a.example/?sig=1" };
      await post(`${urlOf("webhook")}/mine?code=secret1`, payload, { "webhook-id": "1" });
    } finally {
      await standIns.close();
    }
    assert.deepEqual(lines, [
      "hubspot: POST /crm/v3/objects/contacts/batch/read → 207 jared; nobody-knows-me",
      "hubspot: POST /crm/v3/objects/contacts/batch/update → 200 jared: my_state=gone",
      "segment: POST /v1/batch → 200 jared: event=Left, channel=chat",
      'webhook: POST /mine?code=… → 204 jared: data.user_id=jared, data.left=true, data.token=(hidden), deep.by=[{"api_key":"(hidden)","of":{"secret":"(hidden)"}},{"name":…, link=https://a.example/?sig=…',
    ]);
  });

  it("has room for whom it was about on a narrow terminal, too", async () => {
    const port = await freePortsInARow(TYPES.length);
    const url = `http://127.0.0.1:${port + TYPES.indexOf("webhook")}/unsubscribes`;
    let asked: Promise<unknown> | undefined;
    const { out } = await onTerminal(["sandbox", "--port", String(port)], {
      columns: 60,
      env: { NO_COLOR: "1" },
      stopsWhen: (said) => {
        if (!said.includes("What they get:")) return false;
        const body = JSON.stringify({ user_id: "jared", kind: "left" });
        asked ??= fetch(url, { method: "POST", body, headers: { "webhook-id": "1" } });
        return said.includes("kind=left");
      },
    });
    await asked;
    const [line = "", next = ""] = (out.split("What they get:\n")[1] ?? "").split("\n");
    assert.match(line, /^\d\d:\d\d:\d\d {2}webhook +POST \/unsubscribes → 204$/);
    assert.match(next, /^ +jared: user_id=jared, kind=left$/);
  });

  it("counts those of a batch whom a line has no room for", () => {
    const told = Array.from({ length: 5 }, (_, index) => ({ person: `user-${index}`, set: {} }));
    const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: "" };
    const arrival: Arrival = { type: "webhook", at: 0, request, status: 204, told };
    assert.equal(toldText(arrival), "user-0; user-1; user-2; and 2 more");
    assert.equal((arrivalJson(arrival) as { status: number }).status, 204);
  });
});

describe("init --sandbox", () => {
  it("writes a whole configuration that needs nothing to be filled in, for all types or some", async () => {
    await inFolder(async (folder) => {
      const { code, out } = await folder.run(["init", "--sandbox"]);
      assert.equal(code, 0);
      assert.match(out, /# starts the stand-ins, and shows what they get\n {2}unsub-bridge sandbox\n/);
      const checked = await folder.run(["check"]);
      assert.deepEqual([checked.code, checked.err], [0, ""], checked.out);
      await assert.rejects(folder.read("config/.env.example"));
      await folder.run(["init", "--sandbox", "9100", "--connectors", TYPES[0] ?? "", "--force"]);
      const { connectors } = parse(await folder.read("config/bridge.yaml")) as { connectors: object };
      assert.equal(Object.keys(connectors).length, 1);
      assert.match(await folder.read("config/bridge.yaml"), /http:\/\/127\.0\.0\.1:9100/);
    });
  });

  const skip = ON_BUN_ALONE;
  it("is tried without an account: what is sent reaches every stand-in, and is seen there and at the sender's", {
    skip,
  }, async () => {
    await inFolder(async (folder) => {
      const port = await freePortsInARow(TYPES.length + 2);
      const [callbacks, admin] = [port + TYPES.length, port + TYPES.length + 1];
      assert.equal((await folder.run(["init", "--sandbox", String(port)])).code, 0);
      const yaml = await folder.read("config/bridge.yaml");
      await folder.write(
        "config/bridge.yaml",
        yaml
          .replace("8080", `${callbacks}`)
          .replace("8081", `${admin}`)
          .replace("path: /callback", "path: /callback, drain: 100ms"),
      );
      const sandbox = launchCommand(["sandbox", "--json", "--port", String(port)], { cwd: folder.path });
      const bridge = launchServe("config/bridge.yaml", { cwd: folder.path });
      try {
        await bridge.logged("admin.ready");
        const { code, out, err } = await folder.run(["send", "--user", "jared", "--show"]);
        assert.deepEqual([code, err], [0, ""], out);
        assert.match(out, /✓ It has arrived everywhere/);
        for (const { type, usualName = type } of await Promise.all(TYPES.map(loadBuiltIn))) {
          // also where a type has an HTTP client of its own
          assert.match(out, new RegExp(`${usualName}  → \\w+ http`), `${type} shows none of its requests`);
          assert.match(out, new RegExp(`${usualName}  ← \\d`), `${type} shows no answer`);
        }
        for (const name of TYPES)
          assert.ok(
            sandbox.lines.some((line) => line.includes(`"type":"${name}"`)),
            name,
          );
      } finally {
        await bridge.stop();
      }
      sandbox.signal("SIGINT");
      assert.equal(await sandbox.exited, 0);
    });
  });
});
