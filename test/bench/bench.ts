/**
 * The bench: intake as a share of a bare Elysia, intake and memory with a million waiting deliveries, drain as a share of a
 * bare loop. Slices are interleaved, because machines are shared and noisy: only shares mean something.
 *
 *   bun run bench [intake|backlog|drain|postgres|memory|upgrade|questions|watched|console|reconcile|rates|storm|deno|disk|prune|scale] [--seconds 2] [--rounds 7] [--json bench.json] [--only "a slow template"]
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
const PARTS: Readonly<Record<string, Part>> = { intake: benchIntake, backlog: benchBacklog, drain: benchDrain };
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const destinations = await start([join(import.meta.dirname, "destinations.ts")], "hubspot");
const rows: Row[] = [];
for (const name of wanted) {
  const part = { ...PARTS, ...(await others(name)) }[name];
  if (part === undefined)
    throw new Error(
      `there is no bench "${name}": ${Object.keys(PARTS).join(", ")}, postgres, memory, upgrade, questions, watched, console, reconcile, rates, storm, deno, disk, prune, scale, versus`,
    );
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

/** Run only when asked for: three need a PostgreSQL of their own, five take minutes, one another checkout. */
async function others(name: string): Promise<Record<string, Part>> {
  if (name === "postgres") return { postgres: (await import("./postgres.ts")).benchPostgres };
  if (name === "upgrade") return { upgrade: (await import("./upgrade.ts")).benchUpgrade };
  if (name === "questions") return { questions: (await import("./questions.ts")).benchQuestions };
  if (name === "watched") return { watched: (await import("./watched.ts")).benchWatched };
  if (name === "console") return { console: (await import("./console.ts")).benchConsole };
  if (name === "reconcile") return { reconcile: (await import("./reconcile.ts")).benchReconcile };
  if (name === "rates") {
    const { benchRates } = await import("./rates.ts");
    return { rates: (options) => benchRates(options, values.against) };
  }
  if (name === "storm") {
    const { benchStorm } = await import("./storm.ts");
    return { storm: (options) => benchStorm(options, values.against) };
  }
  if (name === "deno") return { deno: (await import("./deno.ts")).benchDeno };
  if (name === "disk") {
    const { benchDisk } = await import("./disk.ts");
    return { disk: (options) => benchDisk(options, values.against) };
  }
  if (name === "prune") return { prune: (await import("./prune.ts")).benchPrune };
  if (name === "scale") return { scale: (await import("./scale.ts")).benchScale };
  if (name === "versus") return { versus: await versus() };
  return name === "memory" ? { memory: (await import("./memory.ts")).benchMemory } : {};
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
