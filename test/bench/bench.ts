/**
 * The bench: intake as a share of a bare Elysia, intake and memory with a million waiting deliveries, drain as a share of a
 * bare loop. Slices are interleaved, because machines are shared and noisy: only shares mean something.
 *
 *   bun run bench [PART …] [--seconds 2] [--rounds 7] [--json bench.json] [--only "a slow template"]   the parts are named in PARTS and ASKED_FOR
 *   bun run bench questions --only minutes --seconds 60 --rounds 10   ten minutes of ten readers, and ten without
 *   bun run bench rates --seconds 10 --rounds 3 [--only "postgres 100"] [--against REV]
 *   bun run bench storm --seconds 10 --rounds 3 [--only "sqlite press"] [--against REV]; --only steady --seconds 600
 *   bun run bench disk [--only sqlite] [--against REV]
 *   bun run bench scale [--only 1000000]   so many waiting deliveries instead of 10,000,000; the stores are made once and kept
 *   bun run bench versus --checkout ../0.1.0 [--only "intake 64"]
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchBacklog } from "./backlog.ts";
import { benchDrain } from "./drain.ts";
import { benchIntake } from "./intake.ts";
import { loadTool } from "./load.ts";
import { start } from "./processes.ts";
import { type BenchOptions, type Row, renderTable } from "./table.ts";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "7" },
    only: { type: "string" },
    checkout: { type: "string", default: "" },
    against: { type: "string", default: "" },
    json: { type: "string", default: join(process.cwd(), "bench.json") },
  },
});

type Part = (options: BenchOptions) => Promise<Row[]>;
type PartAgainst = (options: BenchOptions, against: string) => Promise<Row[]>;

const PARTS: Readonly<Record<string, Part>> = { intake: benchIntake, backlog: benchBacklog, drain: benchDrain };
/** Run, and loaded, only when asked for: three need a PostgreSQL of their own, five take minutes, one another checkout. */
const ASKED_FOR: Readonly<Record<string, () => Promise<Part>>> = {
  postgres: async () => (await import("./postgres.ts")).benchPostgres,
  memory: async () => (await import("./memory.ts")).benchMemory,
  upgrade: async () => (await import("./upgrade.ts")).benchUpgrade,
  questions: async () => (await import("./questions.ts")).benchQuestions,
  watched: async () => (await import("./watched.ts")).benchWatched,
  console: async () => (await import("./console.ts")).benchConsole,
  reconcile: async () => (await import("./reconcile.ts")).benchReconcile,
  rates: async () => against((await import("./rates.ts")).benchRates),
  storm: async () => against((await import("./storm.ts")).benchStorm),
  deno: async () => (await import("./deno.ts")).benchDeno,
  disk: async () => against((await import("./disk.ts")).benchDisk),
  prune: async () => (await import("./prune.ts")).benchPrune,
  scale: async () => (await import("./scale.ts")).benchScale,
  versus,
};
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const destinations = await start([join(import.meta.dirname, "destinations.ts")], "hubspot");
const rows: Row[] = [];
for (const name of wanted) {
  const part = PARTS[name] ?? (await ASKED_FOR[name]?.());
  if (part === undefined)
    throw new Error(`there is no bench "${name}": ${Object.keys({ ...PARTS, ...ASKED_FOR }).join(", ")}`);
  console.error(`… ${name}`);
  rows.push(
    ...(await part({
      destinations,
      seconds: Number(values.seconds),
      rounds: Number(values.rounds),
      only: values.only,
    })),
  );
}
await destinations.stop();

/** Beside the revision that was asked for. */
function against(part: PartAgainst): Part {
  return (options) => part(options, values.against);
}

async function versus(): Promise<Part> {
  const { checkout } = values;
  if (checkout === "") throw new Error("--checkout is missing: the folder of the checkout to compare with");
  const { benchVersus } = await import("./versus.ts");
  return (options) => benchVersus(options, checkout);
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${process.versions.bun ? `Bun ${process.versions.bun}` : process.version}, load by ${await loadTool()}`;
console.log(`\n${machine}\n\n${renderTable(rows)}`);
await writeFile(values.json, `${JSON.stringify({ machine, at: new Date().toISOString(), rows }, null, 2)}\n`);
