/** The thread in which a SQLite store is read, apart from the one that serves it. */
import { parentPort, workerData } from "node:worker_threads";
import type { Looks } from "../contract/questions.ts";
import { answering } from "./calls.ts";
import { openReader, type ReaderData } from "./reader.ts";
import { joinReaders } from "./readers.ts";

answering(parentPort, () => {
  const { path, readers } = workerData as ReaderData;
  const reader = openReader(path);
  const me = joinReaders(readers);
  return async (name, args) => {
    if (name === "close") {
      me.end();
      return reader.close();
    }
    me.await();
    return reader.look(name as keyof Looks, args);
  };
});
