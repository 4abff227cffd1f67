/** What a private PostgreSQL has used and done: processor time of all its processes (Linux), and its statements. */
import { readdir, readFile } from "node:fs/promises";
import postgres from "postgres";

/** Preloaded by the server whose statements are counted. */
export const COUNTING = { shared_preload_libraries: "pg_stat_statements", "pg_stat_statements.track_planning": "on" };

export interface ServerUse {
  /** Milliseconds of all its processes so far, those that have ended included. */
  cpuMs(): Promise<number>;
  /** Counts from now on. */
  reset(): Promise<void>;
  /** Statements since then, `BEGIN` and `COMMIT` counted, but not the settings with which a transaction begins. */
  statements(): Promise<number>;
  /** Those that took the most since `reset`, for people: how often, milliseconds of planning and of running, the beginning. */
  top(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openServerUse(url: string): Promise<ServerUse> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
  const [backend] = await sql`SELECT pg_backend_pid() AS pid`;
  const server = (await statOf(Number(backend?.pid)))?.parent ?? 0;
  return {
    async cpuMs() {
      const all = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(statOf));
      const own = all.filter((stat) => stat !== undefined && (stat.pid === server || stat.parent === server));
      const ended = own.find((stat) => stat?.pid === server)?.endedTicks ?? 0;
      return (own.reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0) + ended) * 10;
    },
    async reset() {
      await sql`SELECT pg_stat_statements_reset()`;
    },
    async statements() {
      const [row] = await sql`SELECT coalesce(sum(calls), 0) AS calls FROM pg_stat_statements
        WHERE query NOT LIKE 'SET LOCAL%' AND query NOT LIKE '%pg_stat_statements%'`;
      return Number(row?.calls ?? 0);
    },
    async top() {
      const rows =
        await sql`SELECT calls, total_plan_time AS plan, total_exec_time AS run, query FROM pg_stat_statements
        ORDER BY total_plan_time + total_exec_time DESC LIMIT 30`;
      return rows.map(({ calls, plan, run, query }) => {
        const words = String(query).replaceAll(/\s+/g, " ").trim().slice(0, 110);
        return `${calls} × plan ${Number(plan).toFixed(0)} run ${Number(run).toFixed(0)} ms: ${words}`;
      });
    },
    close: () => sql.end(),
  };
}

/** Fields of proc_pid_stat(5), in ticks of which Linux has a hundred a second; undefined when it has ended. */
async function statOf(pid: number | string) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  // the second field is a name in brackets, and may hold anything
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  );
  return { pid: Number(pid), parent, ticks: user + system, endedTicks: endedUser + endedSystem };
}
