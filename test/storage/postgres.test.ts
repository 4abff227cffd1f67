/** PostgreSQL keeps the storage contract. */
import { openQuestions } from "../../src/storage/open-questions.ts";
import { clockedPostgres } from "../support/turned-store.ts";
import { openPatient } from "./postgres-support.ts";
import { storageSuite } from "./suite.ts";

const { server, take, giveBack, setClock } = clockedPostgres();

storageSuite("postgres", { advance: true, reopen: true }, async () => {
  const options = { url: server().url, schema: await take(), max: 2 };
  const open = async () => {
    const storage = await openPatient(options);
    await setClock(options.schema, at);
    return storage;
  };
  let at = Date.now();
  let storage = await open();
  const questions = await openQuestions({ ...options, prepare: true });
  return {
    storage,
    questions,
    async advance(ms) {
      at += ms;
      await setClock(options.schema, at);
    },
    async reopen() {
      await storage.close();
      storage = await open();
      return storage;
    },
    async close() {
      await questions.close();
      await storage.close();
      await giveBack(options.schema);
    },
  };
});
