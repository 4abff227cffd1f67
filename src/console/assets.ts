/** Style, own script, htmx and icon: under names that change with their text, so that browsers keep them; compressed once. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Link, Route } from "../admin/route.ts";
import { type Asset, readAsset } from "../basics/assets.ts";

const FILES = {
  "console.css": { file: "src/console/browser/console.css", type: "text/css; charset=utf-8" },
  "console.js": { file: "src/console/browser/console.js", type: "text/javascript; charset=utf-8" },
  "htmx.js": { file: "node_modules/htmx.org/dist/htmx.min.js", type: "text/javascript; charset=utf-8" },
  "icon.svg": { file: "src/console/browser/icon.svg", type: "image/svg+xml" },
} as const satisfies Record<string, { readonly file: Asset; readonly type: string }>;

export type AssetName = keyof typeof FILES;

/** The path of an asset, as a browser has it. */
export type AssetLinks = (name: AssetName) => string;

interface Packed {
  readonly name: AssetName;
  readonly hash: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

let packed: Promise<ReadonlyMap<AssetName, Packed>> | undefined;

/** Read when the first page is asked for, once for all listeners. */
function pack(): Promise<ReadonlyMap<AssetName, Packed>> {
  packed ??= Promise.all(Object.keys(FILES).map((name) => packOne(name as AssetName))).then(
    (all) => new Map(all.map((one) => [one.name, one])),
  );
  return packed;
}

async function packOne(name: AssetName): Promise<Packed> {
  const plain = new TextEncoder().encode(await readAsset(FILES[name].file));
  const hash = createHash("sha256").update(plain).digest("hex").slice(0, 12);
  return { name, hash, plain, gzipped: new Uint8Array(gzipSync(plain, { level: 9 })) };
}

export async function assetLinks(link: Link): Promise<AssetLinks> {
  const all = await pack();
  return (name) => link(`/assets/${all.get(name)?.hash}/${name}`);
}

/** Open to anybody: a login page has a style too, and nothing of it is a secret. */
export const assetsRoute: Route = {
  method: "GET",
  path: "/assets/:hash/:name",
  least: "anyone",
  async answer({ params, headers }) {
    const found = (await pack()).get(params.name as AssetName);
    if (found === undefined || found.hash !== params.hash) return new Response("no such file\n", { status: 404 });
    const isZipped = /\bgzip\b/.test(headers.get("accept-encoding") ?? "");
    return new Response(isZipped ? found.gzipped : found.plain, {
      headers: {
        "content-type": FILES[found.name].type,
        "cache-control": "public, max-age=31536000, immutable",
        vary: "accept-encoding",
        ...(isZipped && { "content-encoding": "gzip" }),
      },
    });
  },
};
