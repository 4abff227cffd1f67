/** Files of a checkout that the program reads as it runs: from where they lie, or, in an executable of one file, from within. */
import { readFile } from "node:fs/promises";

/** Named from the checkout's folder. */
export type Asset = "config/bridge.schema.json" | "config/demo.yaml";

export const ASSETS: readonly Asset[] = ["config/bridge.schema.json", "config/demo.yaml"];

let within: Readonly<Partial<Record<Asset, string>>> = {};

/** From now on these are found within, wherever folders lie. */
export function stockAssets(texts: Readonly<Record<Asset, string>>): void {
  within = texts;
}

export async function readAsset(name: Asset): Promise<string> {
  return within[name] ?? readFile(new URL(`../../${name}`, import.meta.url), "utf8");
}
