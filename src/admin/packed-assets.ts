/** Files for browsers: under names that change with their text, so that browsers keep them; read when first asked for, compressed once. */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Asset, readAsset } from "../basics/assets.ts";
import type { Link, Route } from "./route.ts";

export type AssetFiles<Name extends string> = Readonly<Record<Name, { readonly file: Asset; readonly type: string }>>;

export interface PackedAssets<Name extends string> {
  /** The path of each, as a browser has it. */
  links(link: Link): Promise<(name: Name) => string>;
  /** Open to anybody: nothing of it is a secret. */
  readonly route: Route;
}

interface Packed {
  readonly type: string;
  readonly hash: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** @param path below which they lie: `/assets` */
export function packedAssets<Name extends string>(path: string, files: AssetFiles<Name>): PackedAssets<Name> {
  let packed: Promise<ReadonlyMap<string, Packed>> | undefined;
  const pack = () => {
    packed ??= packAll(files).catch((error: unknown) => {
      // asked for again by whoever looks next
      packed = undefined;
      throw error;
    });
    return packed;
  };
  return {
    async links(link) {
      const all = await pack();
      return (name) => link(`${path}/${all.get(name)?.hash}/${name}`);
    },
    route: {
      ...{ method: "GET", path: `${path}/:hash/:name`, least: "anyone" },
      async answer({ params, headers }) {
        const found = (await pack()).get(params.name ?? "");
        if (found === undefined || found.hash !== params.hash) return new Response("no such file\n", { status: 404 });
        return answerWith(found, /\bgzip\b/.test(headers.get("accept-encoding") ?? ""));
      },
    },
  };
}

function answerWith({ type, plain, gzipped }: Packed, isZipped: boolean): Response {
  return new Response(isZipped ? gzipped : plain, {
    headers: {
      "content-type": type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(isZipped && { "content-encoding": "gzip" }),
    },
  });
}

async function packAll(files: AssetFiles<string>): Promise<ReadonlyMap<string, Packed>> {
  const all = Object.entries(files).map(async ([name, { file, type }]) => [name, await packOne(file, type)] as const);
  return new Map(await Promise.all(all));
}

/** Beside the thread of callbacks: a megabyte takes a tenth of a second. */
const compressed = promisify(gzip);

async function packOne(file: Asset, type: string): Promise<Packed> {
  const plain = new TextEncoder().encode(await readAsset(file));
  const hash = createHash("sha256").update(plain).digest("hex").slice(0, 12);
  return { type, hash, plain, gzipped: new Uint8Array(await compressed(plain, { level: 9 })) };
}
