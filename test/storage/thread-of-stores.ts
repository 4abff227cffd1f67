/** The thread of a SQLite store, which opens a store at its path whenever it is told to: to start a thread costs more than a case. */
import { parentPort, workerData } from "node:worker_threads";
import { answering } from "../../src/storage/sqlite/calls.ts";
import type { ThreadData, ThreadSaid } from "../../src/storage/sqlite/thread.ts";
import { serveStore } from "../../src/storage/sqlite/thread-store.ts";

answering<ThreadSaid>(parentPort, (say) => {
  let answer: ReturnType<typeof serveStore> | undefined;
  return async (name, args) => {
    if (name !== "open") return answer?.(name, args);
    answer = serveStore(workerData as ThreadData, say);
  };
});
