/** Who reaches a route, and who does not. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Route } from "../../src/admin/route.ts";
import { ACCOUNTS, bearer, LOCAL_TOKEN, METRICS, OPS, openApp, type Sent, type TestApp, VIEWER } from "./support.ts";

const statusOf = async (asking: Promise<Response>): Promise<number> => (await asking).status;

async function statuses(app: TestApp, sent: Sent): Promise<number[]> {
  const paths = ["/metrics", "/viewer", "/operator"];
  return Promise.all(paths.map((path) => statusOf(app.ask(path, sent))));
}

/** Asks again and again: of so many, how many came back at once, and with which status the others will. */
async function wrongGuesses(app: TestApp, count: number, sent: Sent): Promise<number[]> {
  const answers: number[] = [];
  for (let at = 0; at < count; at += 1) {
    void app
      .ask("/viewer", { ...bearer(`wrong-token-number-${at}`), ...sent })
      .then(({ status }) => answers.push(status));
    await nextTurn();
  }
  return answers;
}

describe("a role", () => {
  it("may what the lesser ones may, and not what the greater ones may", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    assert.deepEqual(await statuses(app, bearer(OPS)), [200, 200, 200]);
    assert.deepEqual(await statuses(app, bearer(VIEWER)), [200, 200, 403]);
    assert.deepEqual(await statuses(app, bearer(METRICS)), [200, 403, 403]);
    assert.deepEqual(await statuses(app, {}), [401, 401, 401]);
  });

  it("is handed to the route with a name, and never with the token", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const answer = await app.ask("/viewer", bearer(VIEWER));
    assert.deepEqual(await answer.json(), { name: "v.iewer", role: "viewer", proven: true, bytes: 0 });
  });

  it("is what the settings of the moment say", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    assert.equal(await statusOf(app.ask("/operator", bearer(OPS))), 200);
    app.use({ accounts: [{ name: "ops", role: "viewer", token: OPS }] });
    assert.equal(await statusOf(app.ask("/operator", bearer(OPS))), 403);
    app.use({ accounts: [{ name: "ops", role: "operator", token: "another-token-0123456789" }] });
    assert.equal(await statusOf(app.ask("/operator", bearer(OPS))), 401);
  });
});

describe("a listener without accounts", () => {
  it("shows metrics to whoever can connect, and all else to the token of its file", async () => {
    const app = openApp();
    assert.deepEqual(await statuses(app, {}), [200, 401, 401]);
    assert.deepEqual(await statuses(app, bearer(LOCAL_TOKEN)), [200, 200, 200]);
    const answer = await app.ask("/operator", bearer(LOCAL_TOKEN));
    assert.deepEqual(await answer.json(), { name: "local", role: "operator", proven: false, bytes: 0 });
  });

  it("answers no name but this machine's own, whatever is shown: another site may have let its name point here", async () => {
    const app = openApp();
    for (const host of ["localhost", "localhost:8081", "127.0.0.1", "127.0.0.1:9", "[::1]", "[::1]:8081"]) {
      assert.equal(await statusOf(app.ask("/metrics", { host })), 200, host);
    }
    for (const host of ["evil.example", "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example"]) {
      assert.equal(await statusOf(app.ask("/metrics", { host })), 421, host);
      assert.equal(await statusOf(app.ask("/operator", { host, ...bearer(LOCAL_TOKEN) })), 421, host);
    }
  });

  it("takes its file's token no longer once there are accounts", async () => {
    const app = openApp();
    app.use({ accounts: ACCOUNTS });
    assert.equal(await statusOf(app.ask("/metrics", bearer(LOCAL_TOKEN))), 401);
    assert.equal(await statusOf(app.ask("/metrics", { host: "bridge.example", ...bearer(METRICS) })), 200);
  });
});

describe("wrong tokens", () => {
  it("are slowed by the address that they come from, of IPv6 by its network", async () => {
    for (const [same, other] of [
      ["203.0.113.7", "203.0.113.8"],
      ["2001:db8:0:1::7", "2001:db8:0:2::7"],
    ] as const) {
      const app = openApp({ accounts: ACCOUNTS });
      assert.deepEqual(await wrongGuesses(app, 12, { from: same }), Array(10).fill(401));
      assert.equal(app.held(), 2);
      assert.equal(await statusOf(app.ask("/viewer", { ...bearer("another-wrong-token-0"), from: other })), 401);
      app.release();
    }
    const app = openApp({ accounts: ACCOUNTS });
    await wrongGuesses(app, 11, { from: "2001:db8:0:1::7" });
    await wrongGuesses(app, 1, { from: "2001:db8:0:1:ffff::1" });
    assert.equal(app.held(), 2);
    app.release();
  });

  it("of others are no reason to refuse a right one, from their very address", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    await wrongGuesses(app, 100, {});
    assert.equal(app.held(), 90);
    assert.equal(await statusOf(app.ask("/operator", bearer(OPS))), 200);
    app.release();
  });

  it("are forgiven with time", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    await wrongGuesses(app, 11, {});
    app.release();
    app.turn(600_000);
    assert.deepEqual(await wrongGuesses(app, 10, {}), Array(10).fill(401));
  });

  it("are those of the client behind a proxy that is trusted, and of nobody whom a stranger names", async () => {
    const app = openApp({ accounts: ACCOUNTS, trusted_proxies: ["10.0.0.0/8"] });
    const by = (from: string, client: string): Sent => ({
      from,
      headers: { ...bearer("a-wrong-token-0123456").headers, "x-forwarded-for": client },
    });
    for (let at = 0; at < 20; at += 1)
      assert.equal(await statusOf(app.ask("/viewer", by("10.0.0.1", `198.51.100.${at}`))), 401);
    assert.equal(app.held(), 0);
    for (let at = 0; at < 11; at += 1) void app.ask("/viewer", by("203.0.113.9", `198.51.100.${at}`));
    await nextTurn();
    assert.equal(app.held(), 1);
    app.release();
  });
});

describe("requests", () => {
  it("of one account are twenty a second, and no other pays for it", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    for (let at = 0; at < 20; at += 1) assert.equal(await statusOf(app.ask("/metrics", bearer(METRICS))), 200);
    const late = app.ask("/metrics", bearer(METRICS));
    assert.equal(await statusOf(app.ask("/metrics", bearer(OPS))), 200);
    app.release();
    assert.equal(await statusOf(late), 429);
    app.turn(1_000);
    assert.equal(await statusOf(app.ask("/metrics", bearer(METRICS))), 200);
  });

  it("without a token are twenty a second from an address, and none of them is of an account", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    for (let at = 0; at < 20; at += 1) assert.equal(await statusOf(app.ask("/login")), 200);
    const late = app.ask("/login");
    assert.equal(await statusOf(app.ask("/login", { from: "203.0.113.8" })), 200);
    assert.equal(await statusOf(app.ask("/metrics", bearer(METRICS))), 200);
    app.release();
    assert.equal(await statusOf(late), 429);
  });

  it("beyond those that are worked on wait for a turn, and are refused where too many wait", async () => {
    const gates: (() => void)[] = [];
    const slow: Route = {
      ...{ method: "GET", path: "/slow", least: "viewer" },
      answer: () => new Promise((resolve) => gates.push(() => resolve(new Response("done")))),
    };
    const app = openApp({ accounts: ACCOUNTS }, [slow]);
    const asked = Array.from({ length: 5 }, () => statusOf(app.ask("/slow", bearer(OPS))));
    assert.equal(await asked[4], 503);
    // strangers have turns of their own
    assert.equal(await statusOf(app.ask("/login")), 200);
    while (gates.length > 0) {
      for (const open of gates.splice(0)) open();
      await nextTurn();
    }
    assert.deepEqual(await Promise.all(asked), [200, 200, 200, 200, 503]);
  });

  it("give back their turn though what they wait for never comes", async () => {
    const hanging: Route = {
      ...{ method: "GET", path: "/hanging", least: "viewer" },
      answer: () => new Promise(() => undefined),
    };
    const app = openApp({ accounts: ACCOUNTS }, [hanging], { longestMs: 20 });
    const asked = [1, 2, 3, 4].map(() => statusOf(app.ask("/hanging", bearer(VIEWER))));
    assert.deepEqual(await Promise.all(asked), [500, 500, 500, 500]);
    assert.equal(await statusOf(app.ask("/viewer", bearer(VIEWER))), 200);
  });

  it("have bodies of 1 MiB at most, declared or not", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const post = (body: string | ReadableStream<Uint8Array>) =>
      app.ask("/operator", { method: "POST", body, ...bearer(OPS) });
    const MIB = 1024 * 1024;
    assert.equal((await (await post("x".repeat(MIB))).json()).bytes, MIB);
    assert.equal(await statusOf(post("x".repeat(MIB + 1))), 413);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    assert.equal(await statusOf(post(endless)), 413);
    const long = { method: "POST", body: `token=${"x".repeat(5_000)}` };
    assert.equal(await statusOf(app.ask("/login", long)), 413);
  });
});

describe("every answer", () => {
  const expected = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
  };

  it("keeps a browser from running, framing, keeping and telling on anything", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const asked: readonly (readonly [string, Sent])[] = [
      ["/login", {}],
      ["/viewer", {}],
      ["/viewer", bearer(OPS)],
      ["/nowhere", bearer(OPS)],
      ["/viewer", { headers: { accept: "text/html" } }],
    ];
    for (const [path, sent] of asked) {
      const { headers } = await app.ask(path, sent);
      for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value, `${path} ${name}`);
      assert.match(
        headers.get("content-security-policy") ?? "",
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
    }
  });

  it("tells who may look in, and nobody else, that a path is none", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    assert.equal(await statusOf(app.ask("/nowhere", bearer(VIEWER))), 404);
    assert.equal(await statusOf(app.ask("/nowhere", bearer(METRICS))), 403);
    assert.equal(await statusOf(app.ask("/nowhere")), 401);
  });

  it("is one of ours where a route fails", async () => {
    const faulty: Route = {
      ...{ method: "GET", path: "/faulty", least: "viewer" },
      answer: () => {
        throw new Error("a fault of ours");
      },
    };
    const answer = await openApp({ accounts: ACCOUNTS }, [faulty]).ask("/faulty", bearer(OPS));
    assert.equal(answer.status, 500);
    assert.doesNotMatch(await answer.text(), /a fault of ours/);
  });
});
