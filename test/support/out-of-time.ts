/**
 * Tests of which the first runs out of time; what was begun before it is still there for the second, which says which
 * processes these are, one JSON list on a line, and waits to be killed. For Bun: no other runtime ends a test.
 */
import { beforeAll, describe, it } from "bun:test";
import { spawn } from "node:child_process";
import postgres from "postgres";
import { allTold, guarded } from "./guard.ts";
import { type PrivateServer, startPrivatePostgres } from "./postgres.ts";

const LONG_MS = 120_000;
const SHORT_MS = 100;

const never = () => new Promise<void>(() => setInterval(() => undefined, 1_000));

describe("tests", () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await startPrivatePostgres();
  }, LONG_MS);

  it("of which one runs out of time", never, SHORT_MS);

  const stillThere = async () => {
    const sql = postgres(server.url, { max: 1 });
    await sql`SELECT 1`;
    await sql.end();
    const runner = guarded(spawn("sh", ["-c", "sleep 1000; true"], { detached: true, stdio: "ignore" }), {
      group: true,
    });
    const [, pid] = /^pid (\d+)$/m.exec(server.log()) ?? [];
    await allTold();
    console.log(JSON.stringify([runner.pid, Number(pid)]));
    await never();
  };
  it("of which the next one has its database, and a guard", stillThere, LONG_MS);
});
