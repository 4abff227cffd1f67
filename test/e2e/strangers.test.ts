/** What anybody can send to a port that is open: no request throws past the application, fills the log or changes the exit code. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { APP, callbackBody, callbackUrl, postCallback } from "../support/callbacks.ts";
import { chance } from "../support/chance.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

/** Requests that stay without an answer (half a head, say) are left after this long. */
const PATIENCE_MS = 300;
/** For those that must be answered. */
const AN_HOUR_MS = 3_600_000;

/** Sends bytes, and resolves with what came back: up to the first answer, the end, or for so long. */
function converse(port: number, bytes: string, patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => void socket.write(bytes, "latin1"));
    let got = "";
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(got);
    };
    const timer = setTimeout(done, patienceMs);
    socket.on("data", (data) => {
      got += data.toString("latin1");
      done();
    });
    socket.on("error", done);
    socket.on("close", done);
  });
}

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PATCH",
  "DELETE",
  "PROPFIND",
  "FOO",
  "get",
];
const TARGETS = [
  ...[
    "/",
    "*",
    "",
    "//",
    "/callback",
    "//callback",
    "/healthz",
    "/callback/../x",
    "/%",
    "/%zz",
    "/%00",
    "/\u00e9",
    "/\x01",
  ],
  ...[
    "http://other/x",
    "http://",
    "http://[::1",
    "https://c:99999/callback",
    "c:80",
    "?",
    "/?%",
    "/#x",
    "/a b",
    "/\\x",
  ],
  ...[`/aaaaaaaaaaaa/callback?SdkAppid=${APP}`, `/callback?SdkAppid=%&Sign=%zz`, `/callback?${"&=".repeat(500)}`],
  ...[`/${"x".repeat(3_000)}`, `/callback?Sign=${"y".repeat(3_000)}`, "/callback?SdkAppid=__proto__", "/healthz?%ff"],
];
const HOSTS = [
  "",
  "Host: c\r\n",
  "Host:\r\n",
  "Host: a%zz\r\n",
  "Host: [::1\r\n",
  "Host: c\r\nHost: d\r\n",
  "Host: \u00e9\r\n",
  "Host: a b/c?d#e@f\r\n",
];
const VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP", ""];
const MORE = [
  ...["", "Content-Length: 3\r\n", "Content-Length: -1\r\n", "Content-Length: 1e3\r\n", "Transfer-Encoding: gzip\r\n"],
  ...["Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\nContent-Length: 3\r\n", "Expect: nonsense\r\n"],
  ...[
    "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\n",
    "Upgrade: h2c\r\nConnection: Upgrade\r\n",
  ],
  ...["X: \x00\r\n", ": empty\r\n", "no colon\r\n", "X-Forwarded-For: %\r\n", `Cookie: ${"a=%;".repeat(300)}\r\n`],
];
const TAILS = ["\r\n", "\r\nabc", "\r\n3\r\nabc\r\n0\r\n\r\n", "\r\nzz\r\n", "", "\n\n"];

/** Every value of each list once in a plain surrounding, then combinations by chance. */
function requests(): string[] {
  const lists = [METHODS, TARGETS, VERSIONS, HOSTS, MORE, TAILS] as const;
  const write = ([method, target, version, host, more, tail]: readonly string[]) =>
    `${method} ${target} ${version}\r\n${host}${more}${tail}`;
  const plain = ["GET", "/nowhere", "HTTP/1.1", "Host: c\r\n", "", "\r\n"];
  const single = lists.flatMap((list, at) => list.map((value) => write(plain.with(at, value))));
  const without = TARGETS.flatMap((target) =>
    METHODS.map((method) => write([method, target, "HTTP/1.0", "", "", "\r\n"])),
  );
  const { of } = chance(20_261_126);
  const mixed = Array.from({ length: 400 }, () => write(lists.map((list) => of(list))));
  return [
    ...single,
    ...without,
    ...mixed,
    "\r\n\r\n",
    "\x16\x03\x01\x02\x00",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\0".repeat(99),
  ];
}

async function inGroups<T>(work: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < work.length; at += 50) await Promise.all(work.slice(at, at + 50).map(act));
}

describe("strangers", () => {
  let world: World;
  let bridge: BridgeProcess;
  before(async () => {
    world = await openWorld();
    bridge = await world.start();
  });
  after(() => world.close());
  const ask = (bytes: string, patienceMs = PATIENCE_MS) =>
    converse(Number(new URL(bridge.url).port), bytes, patienceMs);

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
    assert.equal(await postCallback(bridge.url, { users: ["jared"] }), true);
  });

  it("have no word in the log beyond its lines, and no say in the exit code", async () => {
    assert.equal(await bridge.stop(), 0);
    assert.deepEqual(
      bridge.lines.filter((line) => !isJson(line) || line.includes('"level":"error"')),
      [],
    );
    assert.ok(bridge.lines.length < 100, `${bridge.lines.length} lines`);
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
  let world: World;
  let bridge: BridgeProcess;
  before(async () => {
    world = await openWorld();
    bridge = await world.start();
  });
  after(() => world.close());

  it("is counted apart from all else, and logged once with the right path", async () => {
    for (const path of ["/wrong", "//callback", "/Callback", "/callback/x", "/callback;x", "/"]) {
      assert.equal(await bent(bridge, path), 404, path);
    }
    assert.equal(await bent(bridge, "/healthz"), 405);
    // what becomes of a POST that a proxy redirects
    assert.equal(await bent(bridge, "/callback", "GET"), 405);
    await fetch(new URL("/wrong", bridge.url), { method: "POST", body: "{}" });
    await fetch(new URL(`/wrong?SdkAppid=${APP}&Sign=${"0".repeat(64)}&RequestTime=1`, bridge.url), { method: "POST" });
    const logged = await bridge.logged("intake.wrong_path");
    assert.deepEqual([logged.got, logged.expected], ["POST /wrong", "POST /callback"]);
    assert.equal(await bridge.stop(), 0);
    assert.equal(bridge.lines.filter((line) => line.includes("intake.wrong_path")).length, 1);
    const { out } = await world.command("status");
    assert.match(out, /callbacks wrong path {2}8\b/);
    assert.match(out, /refused path {2}2\b/);
  });

  it("the path with a slash at the end is the path", async () => {
    const second = await world.start();
    assert.equal(await bent(second, "/callback/"), 200);
    assert.equal(await second.stop(), 0);
  });
});
