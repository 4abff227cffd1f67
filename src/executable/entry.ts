/** The source of what an executable of one file begins with: what is found by folders in a checkout is named here. Pure. */
import type { Asset } from "../basics/assets.ts";
import type { Part } from "../config/connector-types/shelf.ts";

export interface Contents {
  /** Parts of each built-in connector type. */
  readonly types: ReadonlyMap<string, readonly Part[]>;
  readonly assets: readonly Asset[];
  /** What connectors of one's own import, and the file behind each, from the checkout's folder. */
  readonly modules: Readonly<Record<string, string>>;
  /** Files that threads begin with, from the checkout's folder. */
  readonly threads: readonly string[];
}

/** @param home the checkout's folder, from where the source will lie */
export function entrySource({ types, assets, modules, threads }: Contents, home: string): string {
  const path = (name: string) => JSON.stringify(`${home}/${name}`);
  const parts = [...types].map(([type, known]) => {
    const each = known.map((part) => `${part}: () => import(${path(`connectors/${type}/${part}.ts`)})`);
    return `    ${JSON.stringify(type)}: { ${each.join(", ")} },`;
  });
  return [
    'import { isMainThread, workerData } from "node:worker_threads";',
    'import { plugin } from "bun";',
    `import { stockAssets } from ${path("src/basics/assets.ts")};`,
    `import { stockShelf } from ${path("src/config/connector-types/shelf.ts")};`,
    `import { threadsBeginWith } from ${path("src/basics/thread-entry.ts")};`,
    ...assets.map((name, at) => `import asset${at} from ${path(name)} with { type: "text" };`),
    "",
    "const threads = {",
    ...threads.map((name) => `  ${JSON.stringify(name)}: () => import(${path(name)}),`),
    "};",
    "",
    "if (isMainThread) {",
    "  threadsBeginWith(import.meta.url);",
    `  stockAssets({ ${assets.map((name, at) => `${JSON.stringify(name)}: asset${at}`).join(", ")} });`,
    "  stockShelf({",
    ...parts,
    "  });",
    "  plugin({",
    '    name: "what connectors of one\'s own import",',
    "    setup(build) {",
    ...Object.entries(modules).map(
      ([name, file]) =>
        `      build.module(${JSON.stringify(name)}, async () => ({ exports: await import(${path(file)}), loader: "object" }));`,
    ),
    "    },",
    "  });",
    `  await import(${path("src/main.ts")});`,
    "} else {",
    "  await threads[workerData.entry]();",
    "}",
    "",
  ].join("\n");
}
