/** What the thread does that a SQLite store lives in: opens it, then answers one question after the other. */
import type { Method } from "../contract/storage.ts";
import { answerCall } from "../dispatch.ts";
import { openSqlite } from "./index.ts";
import { pausingReaders } from "./readers.ts";
import type { ThreadData, ThreadSaid } from "./thread.ts";

/** Opens the store; throws when it cannot. Answers a call by its name, `close` among them. */
export function serveStore(
  { path, inspectMs, create, readers }: ThreadData,
  say: (said: ThreadSaid) => void,
): (name: string, args: readonly unknown[]) => Promise<unknown> {
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
}
