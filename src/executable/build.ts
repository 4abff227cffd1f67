/**
 * `bun run compile [FILE] [--target=bun-linux-arm64]`: the bridge as one executable file, `unsub-bridge` unless named, which needs
 * neither a checkout nor a runtime beside it. Bun's compiler does it; what a checkout finds by its folders is put into the file.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argv, cwd, execPath } from "node:process";
import { ASSETS } from "../basics/assets.ts";
import { type Part, theShelf } from "../config/connector-types/shelf.ts";
import { type Contents, entrySource } from "./entry.ts";

const HOME = join(import.meta.dirname, "../..");
const PARTS: readonly Part[] = ["index", "sandbox"];
const THREADS = ["src/storage/sqlite/thread-entry.ts", "src/storage/sqlite/reader-entry.ts"];

async function contents(): Promise<Contents> {
  const shelf = theShelf();
  const types = shelf
    .types()
    .map((type) => [type, PARTS.filter((part) => shelf.placeOf(type, part) !== undefined)] as const);
  return { types: new Map(types), assets: ASSETS, modules: await authorsModules(), threads: THREADS };
}

/** What authors of connectors import, as package.json exports it; what is for tests needs a checkout. */
async function authorsModules(): Promise<Record<string, string>> {
  const { name, exports } = JSON.parse(await readFile(join(HOME, "package.json"), "utf8")) as Manifest;
  const run = Object.entries(exports).filter(([, file]) => file.startsWith("./src/"));
  return Object.fromEntries(run.map(([path, file]) => [path.replace(/^\./, name), file.replace(/^\.\//, "")]));
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
}

async function build(outfile: string, options: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-executable-"));
  try {
    const entry = join(folder, "unsub-bridge.ts");
    await writeFile(entry, entrySource(await contents(), HOME));
    const own = ["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig", `--outfile=${outfile}`];
    execFileSync(execPath, ["build", entry, "--compile", ...own, ...options], { cwd: HOME, stdio: "inherit" });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const words = argv.slice(2);
const [file = "unsub-bridge"] = words.filter((word) => !word.startsWith("--"));
await build(
  resolve(cwd(), file),
  words.filter((word) => word.startsWith("--")),
);
