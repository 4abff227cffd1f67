/** Style, own script, htmx and icon of the pages. */
import { type AssetFiles, packedAssets } from "../admin/packed-assets.ts";

const FILES = {
  "console.css": { file: "src/console/browser/console.css", type: "text/css; charset=utf-8" },
  "console.js": { file: "src/console/browser/console.js", type: "text/javascript; charset=utf-8" },
  "htmx.js": { file: "node_modules/htmx.org/dist/htmx.min.js", type: "text/javascript; charset=utf-8" },
  "icon.svg": { file: "src/console/browser/icon.svg", type: "image/svg+xml" },
} as const satisfies AssetFiles<string>;

export type AssetName = keyof typeof FILES;

/** The path of an asset, as a browser has it. */
export type AssetLinks = (name: AssetName) => string;

export const { links: assetLinks, route: assetsRoute } = packedAssets<AssetName>("/assets", FILES);
