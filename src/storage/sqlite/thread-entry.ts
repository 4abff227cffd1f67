/** The thread that a SQLite store lives in: opens it, then answers one question after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { errorWords } from "../../basics/error-words.ts";
import { letGo } from "../../basics/garbage.ts";
import { answerCall } from "../dispatch.ts";
import { pack, unpack } from "./codec.ts";
import { openSqlite } from "./index.ts";
import type { Message, Question, ThreadData } from "./thread.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the entry of a thread");

const say = (message: Message) => port.postMessage(message);

try {
  const { path, inspectMs, create } = workerData as ThreadData;
  const storage = openSqlite({
    path,
    create,
    onOpen: (durability) => say({ tag: "opened", durability }),
    watch: { note: (note) => say({ tag: "noted", note }), ...(inspectMs !== undefined && { inspectMs }) },
  });
  port.on("message", async ({ id, name, args }: Question) => {
    try {
      const value = pack(await answer(name, unpack(args) as readonly unknown[]));
      const size = value.bytes.length;
      port.postMessage({ tag: "answer", id, value } satisfies Message, [value.bytes.buffer]);
      // what was asked with, and what the answer was put together from
      letGo(args.bytes.length + size);
    } catch (error) {
      say({ tag: "refusal", id, words: errorWords(error) });
    }
  });
  const answer = (name: Question["name"], args: readonly unknown[]) =>
    name === "close" ? storage.close() : answerCall(storage, name, args);
  say({ tag: "ready" });
} catch (error) {
  say({ tag: "failed", words: errorWords(error) });
}
