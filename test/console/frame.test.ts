/** What stands around every page of the console: styles, languages, who one is. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ConsoleWorld, openConsole, VIEWER } from "./support.ts";

describe("the console", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole();
  });
  after(() => console.close());

  it("shows its first page to whoever is logged in, and sends a browser that is not to the login", async () => {
    const page = await console.get("/", { as: VIEWER });
    assert.equal(page.status, 200, page.html);
    assert.match(page.text, /vera \(viewer\)/);
    assert.match(page.text, /partner/);
    const stranger = await fetch(`${console.origin}/`, { headers: { accept: "text/html" }, redirect: "manual" });
    assert.equal(stranger.status, 303);
    const login = await fetch(`${console.origin}/login`, { headers: { accept: "text/html" } });
    assert.match(await login.text(), /type="password"/);
  });

  it("brings styles and scripts under names that change with them, compressed for whoever takes that", async () => {
    const { html } = await console.get("/");
    const paths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    assert.equal(paths.length, 4);
    for (const path of paths) {
      const plain = await fetch(console.origin + path, { headers: { "accept-encoding": "identity" } });
      assert.equal(plain.status, 200);
      assert.match(plain.headers.get("cache-control") ?? "", /immutable/);
      assert.match(plain.headers.get("content-type") ?? "", /css|javascript|svg/);
      const zipped = await fetch(console.origin + path, { headers: { "accept-encoding": "gzip" } });
      assert.equal(await zipped.text(), await plain.text());
    }
    assert.equal((await fetch(`${console.origin}/assets/000000000000/console.css`)).status, 404);
  });

  it("speaks the browser's language, and the one that was chosen", async () => {
    assert.match((await console.get("/", { language: "zh-CN,en;q=0.5" })).text, /总览/);
    const chosen = await console.post("/preferences", { language: "zh", back: "/" }, { as: VIEWER });
    assert.equal(chosen.status, 303);
    const cookie = chosen.headers.get("set-cookie")?.split(";")[0] ?? "";
    assert.match((await console.get("/", { headers: { cookie } })).text, /总览/);
    const elsewhere = await console.post("/preferences", { language: "zh", back: "//example.com/" });
    assert.equal(elsewhere.headers.get("location"), "/");
  });

  it("lets whoever is not logged in yet choose the language, and keeps where they were going", async () => {
    const ask = (query: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${console.origin}/login?${query}`, {
        headers: { accept: "text/html", "accept-language": "en", ...headers },
      });
    const [, link = ""] =
      /class="language" href="\/login\?([^"]+)"/.exec(await (await ask("back=/audit")).text()) ?? [];
    const chinese = await ask(link.replaceAll("&amp;", "&"));
    const html = await chinese.text();
    assert.match(html, /lang="zh-CN".*令牌/s);
    assert.match(html, /name="back" value="\/audit"/);
    const cookie = chinese.headers.get("set-cookie")?.split(";")[0] ?? "";
    assert.match(await (await ask("", { cookie })).text(), /令牌/);
    const odd = await ask("language=%3Cscript%3E&back=//example.com/");
    assert.equal(odd.headers.get("set-cookie"), null);
    assert.doesNotMatch(await odd.text(), /example\.com|<script>/);
  });

  it("shows times in UTC where a browser names a zone that is none", async () => {
    const page = await console.get("/configuration", { headers: { cookie: "unsub_bridge_zone=Nowhere%2FAt%20all" } });
    assert.equal(page.status, 200, page.html);
  });

  it("lets nothing in a page come from elsewhere or stand inline", async () => {
    const { headers, html } = await console.get("/");
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(html, / style=| on[a-z]+=|<style|<script>/);
  });
});
