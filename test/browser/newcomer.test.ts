/** Somebody without a terminal: from the link in the chat to cured dead letters, with what the pages say alone. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
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

  it("does the same with a keyboard alone, one letter before all of them", async () => {
    const late = ["emma", "ben"];
    world.webhook.fail(
      { status: 422, body: "no member with this user_id" },
      { ...EVERY_TIME, when: ({ body }) => /"(emma|ben)"/.test(body) },
    );
    // that somebody else is taken shows that it is about these two
    for (const user of [...late, "mia"]) await postCallback(world.bridge.url, { users: [user] });
    await eventually(async () => /2 × HTTP 422/.test((await world.get("/dead-letters?connector=partner")).text));

    const { page, complaints } = await openPage(browser);
    await page.goto(`${world.origin}/dead-letters?connector=partner`);
    await focus(page, "input[type=password]");
    await page.keyboard.type(OPERATOR);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /2 × HTTP 422/ }).waitFor();
    await press(page, "Is it mended? Ask the destination");
    await page.getByText("not about these people: replay one of them first").waitFor();

    world.webhook.heal();
    await press(page, "Look at them");
    await page.waitForURL(/\/dead-letters\/letters/);
    await page.keyboard.press("Tab");
    await focus(page, "input[type=checkbox]");
    await page.keyboard.press("Space");
    await press(page, "Replay the chosen …");
    await press(page, "Replay them (1)");
    await page.getByText("This plan is done. On their way again: 1").waitFor();
    await eventually(async () => /1 × HTTP 422/.test((await world.get("/dead-letters?connector=partner")).text));

    await press(page, "Dead letters");
    await press(page, "Replay all of these …");
    await press(page, "Replay them (1)");
    await page.getByText("This plan is done. On their way again: 1").waitFor();
    await eventually(() =>
      late.every((user) => JSON.stringify([...world.webhook.received.payloads.values()]).includes(`"${user}"`)),
    );
    await press(page, "Dead letters");
    await page.getByText("There are no dead letters.").waitFor();
    assert.deepEqual(complaints, []);
  });
});

/** More stops than any of these pages has. */
const MOST_STOPS = 100;

/** Goes on with the Tab key until this has the focus. */
async function focus(page: Page, selector: string, text = ""): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    const isThere = await page.evaluate(
      ([wanted, words]) => {
        const { activeElement } = document;
        return activeElement?.matches(wanted) === true && (activeElement.textContent ?? "").trim().startsWith(words);
      },
      [selector, text] as const,
    );
    if (isThere) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the Tab key does not lead to ${selector} ${text}`);
}

/** A link or a button, once the page has it, by keyboard. */
async function press(page: Page, text: string): Promise<void> {
  await page.locator("a, button", { hasText: text }).first().waitFor();
  await focus(page, "a, button", text);
  await page.keyboard.press("Enter");
  await page.waitForLoadState();
}
