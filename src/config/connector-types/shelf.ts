/**
 * Where connector types come from that come with the bridge: the folders of connectors/, each with an `index.ts`; or, in an
 * executable of one file, which has no folders, what was put into it. No list of them is kept by hand.
 */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `index.ts`: the type. `sandbox.ts`: a stand-in of its destination. */
export type Part = "index" | "sandbox";

/** By the word for the type, then by the part's name. */
export type Stock = Readonly<Record<string, Readonly<Partial<Record<Part, () => Promise<unknown>>>>>>;

export interface Shelf {
  /** In alphabetical order. */
  types(): string[];
  /** Where a part is, for people; undefined where the type has none. */
  placeOf(type: string, part: Part): string | undefined;
  /** Rejects where it is broken, or not there. */
  load(type: string, part: Part): Promise<unknown>;
}

let shelf = folders(new URL("../../../connectors/", import.meta.url));

/** The shelf of this process. */
export function theShelf(): Shelf {
  return shelf;
}

/** From now on the types are these, wherever folders lie. */
export function stockShelf(stock: Stock): void {
  shelf = stocked(stock);
}

function folders(home: URL): Shelf {
  const urlOf = (type: string, part: Part) => new URL(`${type}/${part}.ts`, home);
  const placeOf = (type: string, part: Part) => {
    const url = urlOf(type, part);
    return existsSync(url) ? fileURLToPath(url) : undefined;
  };
  return {
    types() {
      const entries = readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      return entries
        .map(({ name }) => name)
        .filter((name) => placeOf(name, "index") !== undefined)
        .sort();
    },
    placeOf,
    load: (type, part) => import(urlOf(type, part).href),
  };
}

function stocked(stock: Stock): Shelf {
  const partOf = (type: string, part: Part) => (Object.hasOwn(stock, type) ? stock[type]?.[part] : undefined);
  return {
    types: () => Object.keys(stock).sort(),
    placeOf: (type, part) => (partOf(type, part) === undefined ? undefined : `connectors/${type}/${part}.ts`),
    async load(type, part) {
      const load = partOf(type, part);
      if (load === undefined) throw new Error(`there is no connectors/${type}/${part}.ts in this executable`);
      return load();
    },
  };
}
