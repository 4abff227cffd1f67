/**
 * A bare loop as in `bare-drain.ts` that takes what it sends from a bridge's SQLite store, in a thread, and writes down there what was
 * delivered: one statement for each, and nothing that makes a bridge of it. Prints how many it delivered in a second.
 */
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { BARE_REACH } from "./bare-reach.ts";
import { REACH_SIZES, type ReachType } from "./reach.ts";

interface Taken {
  readonly event: number;
  readonly user: string;
}
type Asked = { readonly take: number } | { readonly settle: readonly number[] };

const TAKE = `SELECT d.event, d.due_at, d.attempts, d.generation, e.* FROM deliveries d INDEXED BY deliveries_due JOIN events e ON e.seq = d.event
  WHERE d.connector = 1 AND d.state = 'waiting' AND d.parked IS NULL AND d.lane = 0 AND (d.due_at, d.event) > (?, ?)
  ORDER BY d.due_at, d.event LIMIT ?`;
const SETTLE = `UPDATE deliveries SET state = 'delivered', attempts = 1, note = 'done', settled_at = ?1, last_attempt_at = ?1
  WHERE connector = 1 AND event IN (SELECT value FROM json_each(?2))`;

if (isMainThread) await drain();
else serve(workerData as string);

/** The thread's side. */
function serve(path: string): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000");
  const [take, settle] = [db.prepare(TAKE), db.prepare(SETTLE)];
  let last = { due_at: 0, event: 0 };
  parentPort?.on("message", (asked: Asked) => {
    if ("settle" in asked) {
      settle.run(Date.now(), JSON.stringify(asked.settle));
      return parentPort?.postMessage([]);
    }
    const rows = take.all(last.due_at, last.event, asked.take) as unknown as (Taken & typeof last)[];
    last = { ...last, ...rows.at(-1) };
    // as text, which costs less than cloning
    parentPort?.postMessage(JSON.stringify(rows));
  });
}

async function drain(): Promise<void> {
  const [kind = "", url = "", count = "0", path = ""] = process.argv.slice(2);
  const { batch, concurrency } = REACH_SIZES[kind as ReachType];
  const send = BARE_REACH[kind as ReachType](url);
  const thread = new Worker(new URL(import.meta.url), { workerData: path });
  const answers: ((answer: unknown) => void)[] = [];
  thread.on("message", (answer) => answers.shift()?.(answer));
  const ask = (asked: Asked) =>
    new Promise<unknown>((resolve) => {
      answers.push(resolve);
      thread.postMessage(asked);
    });
  await once(thread, "online");
  const half = Number(count) / 2;
  let started = performance.now();
  let done = 0;
  const lane = async () => {
    for (;;) {
      const part = JSON.parse(String(await ask({ take: batch }))) as Taken[];
      if (part.length === 0) return;
      await send(part.map(({ user }) => user));
      await ask({ settle: part.map(({ event }) => event) });
      done += part.length;
      // warm, as what it is compared with: the first half is not counted
      if (done <= half) started = performance.now();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  console.log(JSON.stringify({ perSecond: (half * 1000) / (performance.now() - started) }));
  await thread.terminate();
}
