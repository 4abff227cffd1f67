/** What anybody can send to the admin listener: it throws nowhere, fills no log, and callbacks are taken meanwhile. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import type { BridgeProcess } from "../support/process.ts";
import { AN_HOUR_MS, converse, inGroups, PATIENCE_MS, requests, TARGETS } from "../support/strangers.ts";
import { openWorld, type World } from "../support/world.ts";

const TOKEN = "ops-token-0123456789";
const OWN_TARGETS = [
  ...[
    "/metrics",
    "/login",
    "/login?once=%",
    "/login?once=a.b.9999999999999.c",
    "/logout",
    "//metrics",
    "/metrics/..;/x",
  ],
  ...["/metrics?%zz", "/login?once=%00", `/login?once=${"x".repeat(3_000)}`, "/__proto__", "/constructor"],
];
/** Each from another address: the first of them must not be the only ones that are answered at once. */
const withSender = (bytes: string, at: number): string =>
  bytes.replace("\r\n", `\r\nX-Forwarded-For: 198.51.${at >> 8}.${at & 255}\r\n`);

describe("strangers at the admin listener", () => {
  let world: World;
  let bridge: BridgeProcess;
  let url: URL;
  before(async () => {
    const accounts = `[{ name: ops, role: operator, token: "\${ADMIN_TOKEN}" }]`;
    const admin = `{ port: 0, trusted_proxies: [127.0.0.1], accounts: ${accounts} }`;
    world = await openWorld({ admin, env: { ADMIN_TOKEN: TOKEN } });
    bridge = await world.start();
    url = new URL(String((await bridge.logged("admin.ready")).url));
  });
  after(() => world.close());
  const ask = (bytes: string, patienceMs = PATIENCE_MS) => converse(Number(url.port), bytes, patienceMs);
  const asOps = () => fetch(new URL("/metrics", url), { headers: { authorization: `Bearer ${TOKEN}` } });

  it("are never answered by a fault of ours, whatever they send", async () => {
    // pages are loaded for whoever looks in first, which may take longer than the others wait
    assert.match(await ask("GET / HTTP/1.1\r\nHost: c\r\n\r\n", AN_HOUR_MS), /^HTTP\/1\.1 [34]/);
    const answers: string[] = [];
    const all = requests([...TARGETS, ...OWN_TARGETS]).map(withSender);
    await inGroups(all, async (bytes) => answers.push(await ask(bytes)));
    // the others are no HTTP to the runtime
    const toLogIn = answers.filter((answer) => /^HTTP\/1\.[01] 401 /.test(answer));
    assert.ok(toLogIn.length > 50, `${toLogIn.length} of ${answers.length} were told to log in`);
    assert.deepEqual(
      answers.filter((answer) => /^HTTP\/1\.. 50[0-4] /.test(answer)),
      [],
    );
  });

  it("are answered without a host, and told that a body is too large", async () => {
    // Deno makes one up
    assert.match(await ask("GET /healthz HTTP/1.0\r\n\r\n", AN_HOUR_MS), /^HTTP\/1\.[01] (200|400) /);
    const large = `POST /login HTTP/1.1\r\nHost: c\r\nContent-Length: 5000\r\n\r\n`;
    assert.match(await ask(large, AN_HOUR_MS), /^HTTP\/1\.1 413 /);
  });

  it("who guess tokens keep nobody out who has one, nor any callback", async () => {
    const guessing = new AbortController();
    const guess = async (number: number) => {
      for (let at = 0; !guessing.signal.aborted; at += 1) {
        const headers = { authorization: `Bearer guess-${number}-${at}`, "x-forwarded-for": "203.0.113.7" };
        await fetch(new URL("/metrics", url), { headers, signal: guessing.signal }).then(
          (answer) => answer.text(),
          () => undefined,
        );
      }
    };
    const guesses = Array.from({ length: 40 }, (_, number) => guess(number));
    for (let at = 0; at < 10; at += 1) {
      assert.equal((await asOps()).status, 200);
      assert.equal(await postCallback(bridge.url, { users: [`during-${at}`] }), true);
    }
    guessing.abort();
    await Promise.all(guesses);
  });

  it("have no word in the log beyond its lines, and no say in the exit code, nor in when it comes", async () => {
    // half a request, and a body that does not come
    const halves = ["GET /metrics HTTP/1.1\r\nHo", "POST /login HTTP/1.1\r\nHost: c\r\nContent-Length: 9\r\n\r\nto"];
    const open = halves.map((bytes) => ask(bytes, AN_HOUR_MS));
    assert.equal((await asOps()).status, 200);
    assert.equal(await bridge.stop(), 0);
    await Promise.all(open);
    const odd = bridge.lines.filter((line) => !line.startsWith("{") || /"level":"(error|warn)"/.test(line));
    assert.deepEqual(odd, []);
    assert.ok(bridge.lines.length < 100, `${bridge.lines.length} lines`);
  });
});
