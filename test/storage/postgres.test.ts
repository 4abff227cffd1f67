/** PostgreSQL keeps the storage contract. */
import { openQuestions } from "../../src/storage/open-questions.ts";
import { clockedPostgres } from "../support/turned-store.ts";
import { openPatient } from "./postgres-support.ts";
import { storageSuite } from "./suite.ts";
import { historySuite } from "./suite-histories.ts";

const { server, take, giveBack, setClock } = clockedPostgres();

/** Where every kind of value travels to the database and back. */
const TRAVELLING = ["intake", "quarantine", "routing", "taking", "settling", "plans", "audit", "samples", "roster"];

storageSuite("postgres", { advance: true, reopen: true, onDeno: TRAVELLING }, async () => {
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

/** Fewer than of SQLite, whose stores cost a tenth. */
const HISTORIES = 12;

const openHistory = async () => {
  const options = { url: server().url, schema: await take(), max: 2 };
  const [storage, beside] = [await openPatient(options), await openPatient(options)];
  // no lease ends, and nothing becomes due, that the history does not know of
  await setClock(options.schema, Date.now());
  return {
    ...{ storage, beside },
    async close() {
      await Promise.all([storage.close(), beside.close()]);
      await giveBack(options.schema);
    },
  };
};
historySuite("postgres with another machine beside it", openHistory, HISTORIES);
