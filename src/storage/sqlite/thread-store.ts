/** What the thread does that a SQLite store lives in: opens it, then answers one question after the other. */
import type { Claim } from "../contract/deliveries.ts";
import type { Method } from "../contract/storage.ts";
import { answerCall } from "../dispatch.ts";
import { claimInColumns } from "./claim-columns.ts";
import { openSqlite } from "./index.ts";
import { servedTrouble } from "./open-trouble.ts";
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
  return async (name, args) => {
    if (name === "close") return storage.close();
    try {
      const answer = await answerCall(storage, name as Method, args);
      return name === "take" ? claimInColumns(answer as Claim) : answer;
    } catch (error) {
      // here: who looks at a disk that hangs keeps no callback waiting
      throw servedTrouble(path, error);
    }
  };
}
