/** From a token, or an address that works once, to a session and out of it again. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountsOf } from "../../src/admin/accounts.ts";
import { SESSION_MS } from "../../src/admin/session.ts";
import { newTicket, TICKET_MS } from "../../src/admin/tickets.ts";
import { ACCOUNTS, LOCAL_TOKEN, METRICS, OPS, openApp, type Sent, type TestApp, VIEWER } from "./support.ts";

const html = { accept: "text/html,*/*" };
const statusOf = async (asking: Promise<Response>): Promise<number> => (await asking).status;

async function login(app: TestApp, token: string, sent: Sent = {}): Promise<Response> {
  return app.ask("/login", { method: "POST", body: new URLSearchParams({ token }).toString(), ...sent });
}

/** As a browser sends it back. */
function cookieOf(response: Response): Sent {
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  return { headers: { cookie: `other=1; ${cookie}; more=2` } };
}

function ticketFor(app: TestApp, token: string, madeAt = app.now()): string {
  const account = accountsOf({ accounts: ACCOUNTS }, LOCAL_TOKEN).byToken(token);
  const local = accountsOf({ accounts: [] }, LOCAL_TOKEN).all[0];
  const whose = account ?? local;
  assert.ok(whose);
  return `/login?once=${newTicket(whose, madeAt)}`;
}

describe("a session", () => {
  it("is a token's, and ends with its time", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const entered = await login(app, VIEWER);
    assert.deepEqual([entered.status, entered.headers.get("location")], [303, "/"]);
    assert.deepEqual(await (await app.ask("/viewer", cookieOf(entered))).json(), {
      ...{ name: "v.iewer", role: "viewer", proven: true, bytes: 0 },
    });
    assert.equal(await statusOf(app.ask("/operator", cookieOf(entered))), 403);
    app.turn(SESSION_MS - 1);
    assert.equal(await statusOf(app.ask("/viewer", cookieOf(entered))), 200);
    app.turn(1);
    assert.equal(await statusOf(app.ask("/viewer", cookieOf(entered))), 401);
  });

  it("ends when the account has another token, another name, or is gone", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const session = cookieOf(await login(app, OPS));
    assert.equal(await statusOf(app.ask("/operator", session)), 200);
    for (const account of [
      { name: "ops", role: "operator", token: "another-token-0123456789" },
      { name: "ops2", role: "operator", token: OPS },
    ] as const) {
      app.use({ accounts: [account] });
      assert.equal(await statusOf(app.ask("/operator", session)), 401);
    }
  });

  it("is nobody's who changes a letter of it, and no guess is counted for it", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const entered = await login(app, METRICS);
    const [, name = "", value = ""] = /^([^=]+)=([^;]+)/.exec(entered.headers.get("set-cookie") ?? "") ?? [];
    const forged = [
      ...[value.replace("prometheus", "ops"), value.replace("prometheus", "v.iewer"), `${value.slice(0, -2)}AA`],
      ...[value.replace(/\.(\d+)\./, (_, expiry) => `.${Number(expiry) + 1}.`), "", "....", value.replaceAll(".", "")],
    ];
    for (const each of forged) {
      app.turn(1_000);
      assert.equal(await statusOf(app.ask("/metrics", { headers: { cookie: `${name}=${each}` } })), 401, each);
    }
    assert.equal(app.held(), 0);
  });

  it("is kept from scripts and other sites, and from the wire where a trusted proxy says https", async () => {
    const app = openApp({ accounts: ACCOUNTS, base_path: "/ops/bridge/", trusted_proxies: ["10.0.0.1"] });
    const post = { method: "POST", body: `token=${OPS}` };
    const https = { "x-forwarded-proto": "https" };
    const cookieBy = async (sent: Sent) =>
      (await app.ask("/ops/bridge/login", { ...post, ...sent })).headers.get("set-cookie");
    const plain = /^unsub_bridge_8081=[^;]+; Path=\/ops\/bridge\/; Max-Age=43200; HttpOnly; SameSite=Lax$/;
    assert.match((await cookieBy({})) ?? "", plain);
    assert.match((await cookieBy({ headers: https })) ?? "", plain);
    assert.match((await cookieBy({ headers: https, from: "10.0.0.1" })) ?? "", /; SameSite=Lax; Secure$/);
  });

  it("is asked of a browser by a page, below the base path, and left by another", async () => {
    const app = openApp({ accounts: ACCOUNTS, base_path: "/ops" });
    const turned = await app.ask("/ops/viewer", { headers: html });
    assert.deepEqual([turned.status, turned.headers.get("location")], [303, "/ops/login?back=%2Fops%2Fviewer"]);
    const form = await app.ask("/ops/login", { headers: html });
    assert.match(await form.text(), /<form method="post" action="\/ops\/login">/);
    const left = await app.ask("/ops/logout", { method: "POST", body: "" });
    assert.equal(left.headers.get("location"), "/ops/login");
    assert.match(left.headers.get("set-cookie") ?? "", /=; Path=\/ops\/; Max-Age=0;/);
    assert.equal(await statusOf(app.ask("/login", { headers: html })), 303);
  });
});

describe("a login", () => {
  const entering = (app: ReturnType<typeof openApp>, back: string) =>
    app.ask("/ops/login", { method: "POST", body: String(new URLSearchParams({ token: OPS, back })) });

  it("leads back to what was asked for", async () => {
    const app = openApp({ accounts: ACCOUNTS, base_path: "/ops" });
    const turned = await app.ask("/ops/viewer?user=jar%20ed&x=1", { headers: html });
    const form = await (await app.ask(turned.headers.get("location") ?? "", { headers: html })).text();
    assert.match(form, /name="back" value="\/ops\/viewer\?user=jar%20ed&amp;x=1"/);
    const entered = await entering(app, "/ops/viewer?user=jar%20ed&x=1");
    assert.deepEqual([entered.status, entered.headers.get("location")], [303, "/ops/viewer?user=jar%20ed&x=1"]);
  });

  it("leads nowhere else than to this bridge", async () => {
    const app = openApp({ accounts: ACCOUNTS, base_path: "/ops" });
    for (const back of ["https://example.com/", "//example.com/", "/\\example.com", "/elsewhere", "/ops/\n/x", ""]) {
      assert.equal((await entering(app, back)).headers.get("location"), "/ops/", back);
    }
    const root = openApp({ accounts: ACCOUNTS });
    for (const back of ["//example.com/", "/\\example.com", "/\t/example.com"]) {
      const body = String(new URLSearchParams({ token: OPS, back }));
      assert.equal((await root.ask("/login", { method: "POST", body })).headers.get("location"), "/", back);
    }
  });
});

describe("an address that logs in", () => {
  it("does so once, for whoever has the token of the account, or of the file", async () => {
    for (const [accounts, token, name] of [
      [ACCOUNTS, OPS, "ops"],
      [[], LOCAL_TOKEN, "local"],
    ] as const) {
      const app = openApp({ accounts: [...accounts] });
      const ticket = ticketFor(app, token);
      const entered = await app.ask(ticket, { headers: html });
      assert.equal(entered.status, 200);
      // a step of our own: one that another page began would go without the cookie
      assert.match(await entered.text(), /<meta http-equiv="refresh" content="0; url=\/">/);
      assert.equal((await (await app.ask("/operator", cookieOf(entered))).json()).name, name);
      const again = await app.ask(ticket);
      assert.equal(again.status, 401);
      assert.equal(again.headers.get("set-cookie"), null);
    }
  });

  it("does so for five minutes, and not if it is older than the listener", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const [late, before] = [ticketFor(app, OPS), ticketFor(app, OPS, app.now() - 1)];
    assert.equal(await statusOf(app.ask(before)), 401);
    app.turn(TICKET_MS);
    assert.equal(await statusOf(app.ask(late)), 401);
  });

  it("is no session, and a session is no such address", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const entered = await login(app, OPS);
    const [, value = ""] = /^[^=]+=([^;]+)/.exec(entered.headers.get("set-cookie") ?? "") ?? [];
    assert.equal(await statusOf(app.ask(`/login?once=${value}`)), 401);
    const ticket = ticketFor(app, OPS).slice("/login?once=".length);
    assert.equal(await statusOf(app.ask("/viewer", { headers: { cookie: `unsub_bridge_8081=${ticket}` } })), 401);
  });

  it("that lets nobody in counts as a wrong token, as does a form's", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    for (let at = 0; at < 5; at += 1) {
      assert.equal(await statusOf(app.ask(`/login?once=ops.${at}.1900000000000.${"A".repeat(43)}`)), 401);
      assert.equal(await statusOf(login(app, `wrong-token-${at}`)), 401);
    }
    const held = app.ask("/login?once=x");
    await new Promise(setImmediate);
    assert.equal(app.held(), 1);
    app.release();
    assert.equal(await statusOf(held), 429);
  });
});

describe("what changes something", () => {
  it("is refused where another site's page asks for it", async () => {
    const app = openApp({ accounts: ACCOUNTS });
    const session = cookieOf(await login(app, OPS));
    const post = (headers: Readonly<Record<string, string>>, host = "bridge.example") =>
      statusOf(app.ask("/operator", { method: "POST", body: "", host, headers: { ...session.headers, ...headers } }));
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://bridge.example:8081" },
    ]) {
      assert.equal(await post(headers), 403, JSON.stringify(headers));
    }
    for (const headers of [
      {},
      { "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "none" },
      { origin: "http://bridge.example" },
    ]) {
      assert.equal(await post(headers), 200, JSON.stringify(headers));
    }
    assert.equal(await statusOf(login(app, OPS, { headers: { "sec-fetch-site": "cross-site" } })), 403);
  });

  it("is taken from a page of ours behind a trusted proxy that has another host", async () => {
    const app = openApp({ accounts: ACCOUNTS, trusted_proxies: ["10.0.0.1"] });
    const headers = { origin: "https://ops.example", "x-forwarded-host": "ops.example" };
    assert.equal(await statusOf(login(app, OPS, { headers, from: "10.0.0.1", host: "bridge:8081" })), 303);
    assert.equal(await statusOf(login(app, OPS, { headers, host: "bridge:8081" })), 403);
  });
});
