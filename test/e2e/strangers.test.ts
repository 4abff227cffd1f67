/** What anybody can send to a port that is open: no request throws past the application, fills the log or changes the exit code. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { describe, it } from "node:test";
import { APP, callbackBody, callbackUrl, postCallback } from "../support/callbacks.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openScene } from "../support/scene.ts";
import { AN_HOUR_MS, converse, inGroups, PATIENCE_MS, requests } from "../support/strangers.ts";

describe("strangers", () => {
  const scene = openScene();
  const ask = (bytes: string, patienceMs = PATIENCE_MS) =>
    converse(Number(new URL(scene.bridge.url).port), bytes, patienceMs);

  it("are told 404 by a probe's OPTIONS without a host, which once was a 500", async () => {
    assert.match(await ask("OPTIONS / HTTP/1.0\r\n\r\n", AN_HOUR_MS), /^HTTP\/1\.[01] 404 /);
    assert.match(await ask("GET /x HTTP/1.1\r\nHost: a%zz\r\n\r\n", AN_HOUR_MS), /^HTTP\/1\.1 404 /);
  });

  it("are never answered by a fault of ours, whatever they send, and the next callback is taken", async () => {
    const answers: string[] = [];
    await inGroups(requests(), async (bytes) => answers.push(await ask(bytes)));
    assert.deepEqual(
      answers.filter((answer) => /^HTTP\/1\.. 50[0-4] /.test(answer)),
      [],
    );
    assert.equal(await postCallback(scene.bridge.url, { users: ["jared"] }), true);
  });

  it("have no word in the log beyond its lines, and no say in the exit code", async () => {
    assert.equal(await scene.bridge.stop(), 0);
    assert.deepEqual(
      scene.bridge.lines.filter((line) => !isJson(line) || line.includes('"level":"error"')),
      [],
    );
    assert.ok(scene.bridge.lines.length < 100, `${scene.bridge.lines.length} lines`);
  });
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Sends a signed callback to another path, byte for byte, or with another method. Resolves with the status. */
async function bent({ url: base }: BridgeProcess, path: string, method = "POST"): Promise<number | undefined> {
  const { hostname, port, search } = new URL(callbackUrl(base, { users: ["jared"] }));
  const asking = request({ hostname, port, path: `${path}${search}`, method, agent: false });
  asking.end(method === "POST" ? callbackBody({ users: ["jared"] }) : undefined);
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe("a genuine callback on a path that nobody serves", () => {
  const scene = openScene();

  it("is counted apart from all else, and logged once with the right path", async () => {
    for (const path of ["/wrong", "//callback", "/Callback", "/callback/x", "/callback;x", "/"]) {
      assert.equal(await bent(scene.bridge, path), 404, path);
    }
    assert.equal(await bent(scene.bridge, "/healthz"), 405);
    // what becomes of a POST that a proxy redirects
    assert.equal(await bent(scene.bridge, "/callback", "GET"), 405);
    await fetch(new URL("/wrong", scene.bridge.url), { method: "POST", body: "{}" });
    await fetch(new URL(`/wrong?SdkAppid=${APP}&Sign=${"0".repeat(64)}&RequestTime=1`, scene.bridge.url), {
      method: "POST",
    });
    const logged = await scene.bridge.logged("intake.wrong_path");
    assert.deepEqual([logged.got, logged.expected], ["POST /wrong", "POST /callback"]);
    assert.equal(await scene.bridge.stop(), 0);
    assert.equal(scene.bridge.lines.filter((line) => line.includes("intake.wrong_path")).length, 1);
    const { out } = await scene.world.command("status");
    assert.match(out, /8 {2}genuine callbacks came on a wrong path and are lost/);
    assert.match(out, /2 {2}other requests came on a path that nobody serves/);
  });

  it("the path with a slash at the end is the path", async () => {
    await scene.bridge.stop();
    const bridge = await scene.start();
    assert.equal(await bent(bridge, "/callback/"), 200);
    assert.equal(await bridge.stop(), 0);
  });
});
