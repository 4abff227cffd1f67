/** Files of a checkout that the program reads as it runs: from where they lie, or, in an executable of one file, from within. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** Named from the checkout's folder. */
export const ASSETS = [
  "config/bridge.schema.json",
  "config/demo.yaml",
  "src/console/browser/console.css",
  "src/console/browser/console.js",
  "src/console/browser/icon.svg",
  "src/api/browser/docs.js",
  "node_modules/htmx.org/dist/htmx.min.js",
  "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
  "node_modules/swagger-ui-dist/swagger-ui.css",
] as const;

export type Asset = (typeof ASSETS)[number];

let within: Readonly<Partial<Record<Asset, string>>> = {};

/** From now on these are found within, wherever folders lie. */
export function stockAssets(texts: Readonly<Record<Asset, string>>): void {
  within = texts;
}

export async function readAsset(name: Asset): Promise<string> {
  return within[name] ?? readFile(placeOf(name), "utf8");
}

const PACKAGES = "node_modules/";

/** A package lies where this program, itself a package perhaps, finds it. */
function placeOf(name: Asset): string | URL {
  if (!name.startsWith(PACKAGES)) return new URL(`../../${name}`, import.meta.url);
  return createRequire(import.meta.url).resolve(name.slice(PACKAGES.length));
}
