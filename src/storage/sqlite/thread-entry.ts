/** The thread that a SQLite store lives in. */
import { parentPort, workerData } from "node:worker_threads";
import { answering } from "./calls.ts";
import type { ThreadData, ThreadSaid } from "./thread.ts";
import { serveStore } from "./thread-store.ts";

answering<ThreadSaid>(parentPort, (say) => serveStore(workerData as ThreadData, say));
