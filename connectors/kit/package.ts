/**
 * `npm pack` and `npm publish`: what authors of connectors import, as JavaScript with declarations beside it, for no runtime but Bun
 * runs TypeScript that lies in `node_modules`. Called by npm before (`build`) and after (`clear`) it packs.
 *
 * The manifest of a checkout points at the sources, so that what one edits is what runs; the packed one has to point at what is
 * built. So it is put in the other's place for as long as npm reads it. A run that was cut off in between is mended by the next.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";

/** Ignored by git; what npm takes of it is named in `files`. */
const FOLDER = "build";
const HOME = join(import.meta.dirname, "../..");
const MANIFEST = join(HOME, "package.json");
/** The checkout's manifest, while the packed one stands in its place. */
const KEPT = join(HOME, FOLDER, "package.json");

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** @param needed packages that the built files import */
export function packedManifest(manifest: Manifest, needed: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const { devDependencies, trustedDependencies, scripts, dependencies, exports, ...rest } = manifest;
  return {
    ...rest,
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => needed.has(name))),
    // some packers look for it when they have packed
    scripts: { postpack: scripts.postpack },
    exports: Object.fromEntries(Object.entries(exports).map(([name, source]) => [name, builtFrom(source)])),
    files: [`${FOLDER}/src`, `${FOLDER}/connectors`],
  };
}

function builtFrom(source: string) {
  const built = source.replace(/^\.\//, `./${FOLDER}/`);
  return { types: built.replace(/\.ts$/, ".d.ts"), default: built.replace(/\.ts$/, ".js") };
}

async function build(): Promise<void> {
  clear();
  const text = readFileSync(MANIFEST, "utf8");
  const manifest: Manifest = JSON.parse(text);
  compile(Object.values(manifest.exports));
  const needed = await packagesIn(join(HOME, FOLDER));
  await writeFile(KEPT, text);
  await writeFile(MANIFEST, `${JSON.stringify(packedManifest(manifest, needed), null, 2)}\n`);
}

/** Of the sources, what these files need and nothing else. */
function compile(entries: readonly string[]): void {
  const options = [
    ...["--ignoreConfig", "--target", "ESNext", "--module", "Preserve", "--moduleResolution", "bundler"],
    ...["--lib", "ESNext,DOM,DOM.Iterable", "--types", "bun-types", "--strict", "--skipLibCheck"],
    ...["--verbatimModuleSyntax", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"],
    ...["--rewriteRelativeImportExtensions", "--declaration", "--rootDir", ".", "--outDir", FOLDER],
  ];
  execFileSync(join(HOME, "node_modules/.bin/tsc"), [...options, ...entries], { cwd: HOME, stdio: "inherit" });
}

/** Also mends declarations, in which the compiler leaves the sources' names. */
async function packagesIn(folder: string): Promise<ReadonlySet<string>> {
  await mkdir(folder, { recursive: true });
  const packages = new Set<string>();
  for await (const name of glob("**/*.{js,d.ts}", { cwd: folder })) {
    const file = join(folder, name);
    const text = await readFile(file, "utf8");
    for (const [, specifier = ""] of text.matchAll(/\b(?:from|import)\s*\(?\s*"([^".][^"]*)"/g)) {
      const [, scoped, plain] = /^(@[^/]+\/[^/]+)|^([^/:]+)(?!:)/.exec(specifier) ?? [];
      packages.add(scoped ?? plain ?? specifier);
    }
    if (name.endsWith(".d.ts")) await writeFile(file, text.replace(/("\.[^"]*)\.ts"/g, '$1.js"'));
  }
  return packages;
}

function clear(): void {
  if (existsSync(KEPT)) writeFileSync(MANIFEST, readFileSync(KEPT));
  rmSync(join(HOME, FOLDER), { recursive: true, force: true });
}

if (argv[2] === "build") await build();
if (argv[2] === "clear") clear();
