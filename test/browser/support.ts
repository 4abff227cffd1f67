/** The console in a real browser: Debian's Chromium. On Bun alone: a browser does not care who made the bytes. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

const CHROMIUM = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));

const missing = CHROMIUM === undefined && "LEFT OUT: browser tests; install chromium, or set CHROMIUM to one";
if (missing && !ON_BUN_ALONE) console.error(missing);
/** For `skip`. */
export const NO_BROWSER: string | false = ON_BUN_ALONE || missing;

export async function openBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  // a root user has no sandbox
  return chromium.launch({ executablePath: CHROMIUM ?? "", args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

/** A page of a fresh profile, whose complaints (broken policies, faults of scripts, files that are missing) fail the test. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, complaints };
}

const axe = async () => readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Nothing stands in the way of somebody who does not see the page, or sees it badly. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(await axe());
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly Violation[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(found, [], where);
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Nothing sticks out to the right. */
export async function assertFits(page: Page, where: string): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${where}: ${scrollWidth} in ${clientWidth}`);
}
