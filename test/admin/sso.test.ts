/** A login proxy before the listener: whom it names is believed from its own address alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ACCOUNTS, bearer, METRICS, OPS, openApp } from "./support.ts";

const PROXY = "10.0.0.7";
const SSO = {
  header: "X-Auth-Request-Email",
  trusted_proxies: ["10.0.0.7/32"],
  operators: ["Olga@example.com"],
  viewers: ["*@example.com"],
};

const named = (name: string) => ({ headers: { "x-auth-request-email": name } });

describe("whom a login proxy names", () => {
  it("may do what the settings say, under that name", async () => {
    const app = openApp({ accounts: ACCOUNTS, sso: SSO });
    const olga = await app.ask("/operator", { ...named("olga@example.com"), from: PROXY });
    assert.deepEqual(await olga.json(), { name: "olga@example.com", role: "operator", proven: true, bytes: 0 });
    const vera = await app.ask("/viewer", { ...named("vera@example.com"), from: PROXY });
    assert.equal((await vera.json()).role, "viewer");
    assert.equal((await app.ask("/operator", { ...named("vera@example.com"), from: PROXY })).status, 403);
    assert.equal((await app.ask("/viewer", { ...named("eve@example.org"), from: PROXY })).status, 403);
    assert.equal((await app.ask("/viewer", { ...named("eve@example.com.example.org"), from: PROXY })).status, 403);
  });

  it("is not believed from anybody else, whatever they say of who sent it to them, nor beside a right token", async () => {
    const app = openApp({ accounts: ACCOUNTS, sso: SSO, trusted_proxies: ["203.0.113.0/24"] });
    for (const headers of [{}, { "x-forwarded-for": PROXY }, { authorization: `Bearer ${OPS}` }]) {
      const forged = await app.ask("/viewer", {
        headers: { ...headers, ...named("olga@example.com").headers },
        from: "203.0.113.9",
      });
      assert.equal(forged.status, 400);
    }
  });

  it("must be one name, and what could not be one is refused", async () => {
    const app = openApp({ accounts: ACCOUNTS, sso: SSO });
    for (const name of ["olga@example.com, vera@example.com", "a b@example.com", `${"x".repeat(300)}@example.com`]) {
      assert.equal((await app.ask("/viewer", { ...named(name), from: PROXY })).status, 400, name);
    }
  });

  it("goes without a token; tokens go on as before, also through the proxy", async () => {
    const app = openApp({ accounts: ACCOUNTS, sso: SSO });
    assert.equal((await app.ask("/metrics", { ...bearer(METRICS), from: PROXY })).status, 200);
    assert.equal((await app.ask("/operator", { ...bearer(OPS) })).status, 200);
    assert.equal((await app.ask("/viewer", { from: PROXY })).status, 401);
  });

  it("stands for accounts: nobody else on this machine is let in, and other names of it are answered", async () => {
    const app = openApp({ sso: SSO });
    assert.equal((await app.ask("/metrics", { host: "bridge.example.com" })).status, 401);
    const olga = await app.ask("/operator", { ...named("olga@example.com"), from: PROXY, host: "bridge.example.com" });
    assert.equal(olga.status, 200);
  });

  it("cannot be made to do anything by another site's page", async () => {
    const app = openApp({ sso: SSO });
    const headers = { ...named("olga@example.com").headers, "sec-fetch-site": "cross-site" };
    assert.equal((await app.ask("/operator", { method: "POST", headers, from: PROXY, body: "" })).status, 403);
  });
});
