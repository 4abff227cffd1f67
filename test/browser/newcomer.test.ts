/** Somebody without a terminal: from the link in the chat to cured dead letters, with what the pages say alone. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { EVERY_TIME } from "../../connectors/kit/faults.ts";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { type ConsoleWorld, OPERATOR, openConsole } from "../console/support.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { NO_BROWSER, openBrowser, openPage } from "./support.ts";

const REFUSED = ["noah", "olivia"];
const OUTSIDE = "https://bridge.example.com";

describe("somebody without a terminal", { skip: NO_BROWSER }, () => {
  let browser: Browser;
  let team: WebhookSandbox;
  let world: ConsoleWorld;

  before(async () => {
    [browser, team] = await Promise.all([openBrowser(), startWebhookSandbox()]);
    world = await openConsole({
      contacts: ["jared", ...REFUSED],
      more: `notices: { team: { type: webhook, url: "${team.url}" } }
alerts: { to: [team], console: "${OUTSIDE}", disk_free_below: never }`,
    });
    world.webhook.fail(
      { status: 422, body: "no member with this user_id" },
      { ...EVERY_TIME, when: ({ body }) => /"(noah|olivia)"/.test(body) },
    );
    for (const user of [...REFUSED, "jared"]) await postCallback(world.bridge.url, { users: [user] });
  });
  after(async () => {
    await Promise.all([browser?.close(), world?.close(), team?.close()]);
  });

  it("comes from the link in the chat to cured dead letters, click by click", async () => {
    const found = () =>
      /https:\/\/bridge\.example\.com[^\s"\\]*/.exec(JSON.stringify([...team.received.payloads.values()]));
    await eventually(() => found() !== null);
    const [link = ""] = found() ?? [];
    assert.equal(link, `${OUTSIDE}/dead-letters?connector=partner`);

    const { page, complaints } = await openPage(browser);
    await page.goto(link.replace(OUTSIDE, world.origin));
    await page.getByLabel("Token").fill(OPERATOR);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: /2 × HTTP 422/ }).waitFor();
    await page.getByRole("button", { name: "Is it mended?" }).click();
    await page
      .getByText(/connectors\.partner/)
      .first()
      .waitFor();

    world.webhook.heal();
    await page.getByRole("button", { name: "Replay all of these" }).click();
    await page.getByText(/To be sent again.*: 2\./).waitFor();
    await page.getByRole("button", { name: "Replay them (2)" }).click();
    await page.getByText("This plan is done. On their way again: 2").waitFor();
    await eventually(() =>
      REFUSED.every((user) => JSON.stringify([...world.webhook.received.payloads.values()]).includes(`"${user}"`)),
    );
    await page.getByRole("link", { name: "partner" }).click();
    await page.getByText("delivered").nth(2).waitFor();
    await page.getByRole("link", { name: "Dead letters" }).click();
    await page.getByText("There are no dead letters.").waitFor();
    assert.deepEqual(complaints, []);
  });
});
