/**
 * `bun run test/browser/screenshots.ts [FOLDER]`: pictures of every page, empty, busy and in trouble, light and dark, on a phone, in Chinese,
 * for eyes that look critically. Without a folder: those that README shows, into `screenshots/` beside this file.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import type { BrowserContextOptions, Page } from "playwright-core";
import { PAGES } from "../../src/console/frame.tsx";
import { OPERATOR } from "../console/support.ts";
import { openBrowser } from "./support.ts";
import { openWorldOf, STATES, type World } from "./worlds.ts";

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

/** Whether any picture of it is wanted. */
const isWanted = (of: string): boolean => folder !== undefined || Object.keys(SHOWN).some((name) => name.includes(of));

async function shoot(page: Page, name: string): Promise<void> {
  const path = placeOf(name);
  if (path !== undefined) await page.screenshot({ path, fullPage: true });
}

async function shootAll(world: World, look: string, page: Page): Promise<void> {
  const { origin, state, paths } = world;
  await page.goto(`${origin}/login`);
  await shoot(page, `login-${look}`);
  await page.locator("input[type=password]").fill(OPERATOR);
  await page.keyboard.press("Enter");
  await page.waitForSelector("nav");
  for (const [name, path] of [...PAGES, ...paths]) {
    await page.goto(origin + path);
    // charts and details are part of it
    await shoot(page, `${name}-${state}-${look}`);
  }
  if (state !== "trouble") return;
  for (const [name, act] of Object.entries(ACTS)) {
    await act(page, origin);
    await page.waitForLoadState();
    await shoot(page, `${name}-${state}-${look}`);
  }
}

/** Pages that only a form leads to. */
const ACTS: Readonly<Record<string, (page: Page, origin: string) => Promise<void>>> = {
  async people(page, origin) {
    await page.goto(`${origin}/people`);
    await page.locator("summary").click();
    await page.locator("textarea").fill("noah\nuser-1\njared\n李雷\nnobody-knows-me");
    await page.locator("form[method=post] textarea ~ *, form:has(textarea) button").last().click();
  },
  async answer(page, origin) {
    await page.goto(`${origin}/configuration`);
    await page.locator("#answer input[name=status]").fill("422");
    await page.locator("#answer textarea").fill('{"detail": "no such member"}');
    await page.locator("#answer button").click();
  },
  async print(page, origin) {
    await page.goto(`${origin}/people?user=noah`);
    await page.locator("button[value=print]").click();
  },
};

const browser = await openBrowser();
if (folder !== undefined) await mkdir(folder, { recursive: true });
try {
  for (const state of STATES.filter(isWanted)) {
    const world = await openWorldOf(state);
    try {
      for (const [look, options] of Object.entries(LOOKS).filter(([each]) => isWanted(each))) {
        const context = await browser.newContext({ timezoneId: "Europe/Berlin", locale: "en-GB", ...options });
        await shootAll(world, look, await context.newPage());
        await context.close();
      }
    } finally {
      await world.close();
    }
  }
} finally {
  await browser.close();
}
