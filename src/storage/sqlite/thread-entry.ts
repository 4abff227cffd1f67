/** The thread that a SQLite store lives in: opens it, then answers one question after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { Method } from "../contract/storage.ts";
import { answerCall } from "../dispatch.ts";
import { answering } from "./calls.ts";
import { openSqlite } from "./index.ts";
import { pausingReaders } from "./readers.ts";
import type { ThreadData, ThreadSaid } from "./thread.ts";

answering<ThreadSaid>(parentPort, (say) => {
  const { path, inspectMs, create, readers } = workerData as ThreadData;
  const storage = openSqlite({
    path,
    create,
    onOpen: (durability) => say({ tag: "opened", durability }),
    watch: {
      note: (note) => say({ tag: "noted", note }),
      readers: pausingReaders(readers),
      ...(inspectMs !== undefined && { inspectMs }),
    },
  });
  return (name, args) => (name === "close" ? storage.close() : answerCall(storage, name as Method, args));
});
