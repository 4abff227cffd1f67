/**
 * `bun run test/browser/screenshots.ts [FOLDER]`: pictures of every page, empty and in trouble, light and dark, on a phone, in Chinese, for
 * eyes that look critically. Without a folder: those that README shows, into `screenshots/` beside this file.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import type { BrowserContextOptions, Page } from "playwright-core";
import { EVERY_TIME } from "../../connectors/kit/faults.ts";
import { PAGES } from "../../src/console/frame.tsx";
import { type ConsoleWorld, OPERATOR, openConsole } from "../console/support.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { openBrowser } from "./support.ts";

const [, , folder] = argv;

/** Of README, by their names in the folder. */
const SHOWN: Readonly<Record<string, string>> = {
  "overview-trouble-light": "overview",
  "story-trouble-light": "person",
};

/** Where a picture goes; undefined: it is not wanted. */
function placeOf(name: string): string | undefined {
  if (folder !== undefined) return join(folder, `${name}.png`);
  return SHOWN[name] && join(import.meta.dirname, "screenshots", `${SHOWN[name]}.png`);
}

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1_280, height: 800 } },
  dark: { viewport: { width: 1_280, height: 800 }, colorScheme: "dark" },
  phone: { viewport: { width: 380, height: 800 } },
  chinese: { viewport: { width: 1_280, height: 800 }, locale: "zh-CN" },
};

/** People of all kinds: some delivered, some refused by the partner, HubSpot's credentials refused in the end. */
async function inTrouble(world: ConsoleWorld): Promise<void> {
  world.webhook.fail(
    { status: 422, body: "no member with this user_id" },
    { ...EVERY_TIME, when: ({ body }) => /"(noah|olivia-\d)"/.test(body) },
  );
  const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);
  for (const user of [...users, "noah", "olivia-1", "olivia-2"]) {
    await postCallback(world.bridge.url, { users: [user] });
  }
  await eventually(() => world.segment.received.events.size === 63);
  world.hubspot.fail({ status: 401, body: { status: "error", category: "INVALID_AUTHENTICATION" } }, EVERY_TIME);
  for (const user of ["mia", "jared", "李雷"]) await postCallback(world.bridge.url, { users: [user] });
  await eventually(async () => /paused|暂停/.test((await world.get("/")).text));
}

async function shoot(page: Page, name: string): Promise<void> {
  const path = placeOf(name);
  if (path !== undefined) await page.screenshot({ path, fullPage: true });
}

const browser = await openBrowser();
if (folder !== undefined) await mkdir(folder, { recursive: true });
try {
  for (const [state, prepare] of [
    ["empty", async () => undefined],
    ["trouble", inTrouble],
  ] as const) {
    const contacts = Array.from({ length: 60 }, (_, index) => `user-${index}`);
    const world = await openConsole({
      contacts: [...contacts, "noah", "olivia-1", "olivia-2", "jared"],
      more: "name: production",
    });
    try {
      await prepare(world);
      for (const [look, options] of Object.entries(LOOKS)) {
        const context = await browser.newContext({ timezoneId: "Europe/Berlin", locale: "en-GB", ...options });
        const page = await context.newPage();
        await page.goto(`${world.origin}/login`);
        await shoot(page, `login-${look}`);
        await page.locator("input[type=password]").fill(OPERATOR);
        await page.keyboard.press("Enter");
        await page.waitForSelector("nav");
        for (const [name, path] of [...PAGES, ["story", "/people?user=noah"] as const]) {
          await page.goto(world.origin + path);
          await shoot(page, `${name}-${state}-${look}`);
        }
        await context.close();
      }
    } finally {
      await world.close();
    }
  }
} finally {
  await browser.close();
}
