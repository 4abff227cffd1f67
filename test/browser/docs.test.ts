/** The description of the API in a real browser, under the listener's policy. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { type ConsoleWorld, openConsole, VIEWER } from "../console/support.ts";
import { NO_BROWSER, openBrowser, openPage } from "./support.ts";

describe("the page of the API", { skip: NO_BROWSER }, () => {
  let world: ConsoleWorld;
  let browser: Browser;
  before(async () => {
    [world, browser] = await Promise.all([openConsole(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await world?.close();
  });

  it("lists every call, asks nobody but the bridge, and breaks no policy", async () => {
    const { page, complaints } = await openPage(browser, { extraHTTPHeaders: { authorization: `Bearer ${VIEWER}` } });
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    await page.goto(`${world.origin}/api/docs`);
    await page.getByText("Every connector of the store").first().waitFor();
    assert.ok((await page.locator(".opblock").count()) > 30);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(world.origin) && !url.startsWith("data:")),
      [],
    );
    assert.deepEqual(complaints, []);
  });
});
