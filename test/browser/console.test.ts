/** What a person does in the console, with a keyboard and a mouse, and what stays true on any screen. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { PAGES } from "../../src/console/frame.tsx";
import { type ConsoleWorld, OPERATOR, openConsole } from "../console/support.ts";
import { postCallback } from "../support/callbacks.ts";
import { assertAccessible, assertFits, NO_BROWSER, openBrowser, openPage } from "./support.ts";

const HOSTILE = `<img src=x onerror="document.title='taken'">`;

const SCREENS = [
  ["light", { viewport: { width: 1_280, height: 900 } }],
  ["dark, on a phone", { viewport: { width: 380, height: 800 }, colorScheme: "dark" }],
  ["Chinese, on a phone", { viewport: { width: 380, height: 800 }, locale: "zh-CN" }],
] as const;

describe("the console in a browser", { skip: NO_BROWSER }, () => {
  let browser: Browser;
  let world: ConsoleWorld;

  before(async () => {
    [browser, world] = await Promise.all([openBrowser(), openConsole({ contacts: ["jared"] })]);
    await postCallback(world.bridge.url, { users: ["jared", HOSTILE] });
  });
  after(async () => {
    await Promise.all([browser?.close(), world?.close()]);
  });

  const loggedIn = async (options = {}) => {
    const opened = await openPage(browser, options);
    await opened.page.goto(`${world.origin}/login`);
    await opened.page.getByLabel(/Token|令牌/).fill(OPERATOR);
    await opened.page.keyboard.press("Enter");
    await opened.page.waitForSelector("nav");
    return opened;
  };

  it("logs in, and leads to what the link was to, in the reader's own zone", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${world.origin}/audit?x=1#main`);
    await page.getByLabel("Token").fill(OPERATOR);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(`${world.origin}/audit?x=1#main`);
    await page.getByText("times in Europe/Berlin").waitFor();
    assert.deepEqual(complaints, []);
  });

  it("brings a page up to date while it is looked at, until it is paused", async () => {
    const { page, complaints } = await loggedIn();
    await page.clock.install();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(world.origin);
    await page.evaluate(() => document.querySelector("#main h1")?.setAttribute("data-mark", "x"));
    await page.clock.runFor(2_500);
    await page.waitForFunction(() => document.querySelector("#main h1[data-mark]") === null);
    await page.getByText(/updated \d+ s ago/).waitFor();
    await page.getByRole("button", { name: "stop updating" }).click();
    await page.getByText("not updated any more").waitFor();
    asked.length = 0;
    await page.clock.runFor(60_000);
    // whatever was asked for before this is told of before its answer
    await page.getByRole("link", { name: "Overview" }).click();
    await page.waitForURL(`${world.origin}/`);
    assert.equal(asked.filter((path) => path === "/").length, 1);
    assert.deepEqual(complaints, []);
  });

  for (const [where, options] of SCREENS) {
    it(`shows every page to everybody, hostile names in it or not: ${where}`, async () => {
      const { page, complaints } = await loggedIn(options);
      for (const [, path] of PAGES) {
        await page.goto(world.origin + path);
        await assertAccessible(page, `${path}, ${where}`);
        await assertFits(page, `${path}, ${where}`);
        assert.doesNotMatch(await page.title(), /taken/);
        assert.deepEqual(complaints, [], `${path}, ${where}`);
      }
    });
  }

  it("says so when the bridge does not answer, and that it does again", async () => {
    const { page } = await loggedIn();
    await page.context().setOffline(true);
    await page.getByText("The bridge does not answer").waitFor();
    assert.ok(await page.getByText("partner").first().isVisible());
    await page.context().setOffline(false);
    await page.getByText("The bridge does not answer").waitFor({ state: "hidden" });
  });

  it("works without JavaScript", async () => {
    const { page } = await loggedIn({ javaScriptEnabled: false });
    await page.goto(world.origin);
    assert.match((await page.locator("main").textContent()) ?? "", /partner/);
    await page.getByRole("button", { name: "中文" }).click();
    assert.match((await page.locator("main").textContent()) ?? "", /总览/);
  });
});
