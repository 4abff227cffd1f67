/** Starts what tests start, says which processes these are, one JSON list on a line, and waits to be killed. */
import { spawn } from "node:child_process";
import { allTold, guarded } from "./guard.ts";
import { startPrivatePostgres } from "./postgres.ts";
import { openWorld } from "./world.ts";

const world = await openWorld();
const bridge = await world.start();
const server = await startPrivatePostgres();
const [, postgres] = /^pid (\d+)$/m.exec(server.log()) ?? [];
// a runner above another process
const runner = guarded(spawn("sh", ["-c", "sleep 1000; true"], { detached: true, stdio: "ignore" }), { group: true });
// one that has ended by itself is nobody's any more
const ended = guarded(spawn("true", { stdio: "ignore" }));
await new Promise((resolve) => ended.once("exit", resolve));
await allTold();
console.log(JSON.stringify([bridge.child.pid, Number(postgres), runner.pid]));
setInterval(() => undefined, 1_000);
