/** Beginnings of ids, in databases of languages that sort letters otherwise. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import postgres from "postgres";
import { NotReady, type Questions } from "../../src/storage/contract/questions.ts";
import { openQuestions } from "../../src/storage/open-questions.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { openPatient } from "./postgres-support.ts";
import { entryOf } from "./suite-support.ts";

/** Such that `aa` is a letter of its own, behind `z`, in Danish. */
const IDS = ["3a0", "3aab", "3ab", "3b"];

describe("the beginning of an id", {
  skip: (DEBIAN_POSTGRES === undefined && "this machine has no PostgreSQL with ICU") || ON_BUN_ALONE,
}, () => {
  let server: PrivateServer;
  before(async () => {
    server = await startPrivatePostgres({}, DEBIAN_POSTGRES);
  });
  after(() => server.stop());

  async function inDatabase(language: string, prove: (questions: Questions) => Promise<void>): Promise<void> {
    const name = `lang_${language}`;
    const sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
    await sql.unsafe(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE '${language}' LOCALE 'C'`,
    );
    await sql.end();
    const [url, schema] = [server.url.replace(/postgres$/, name), server.schema()];
    const storage = await openPatient({ url, schema, max: 2 });
    await storage.accept({ callbacks: [], quarantine: IDS.map((id) => entryOf(id)) });
    await storage.close();
    const questions = await openQuestions({ url, schema, prepare: true });
    try {
      await prove(questions);
    } finally {
      await questions.close();
    }
  }

  for (const language of ["en", "de", "zh", "tr"]) {
    test(`finds all that begin so where the language is ${language}`, () =>
      inDatabase(language, async (questions) => {
        assert.deepEqual((await questions.quarantineIds("3a", { limit: 9 })).entries, ["3a0", "3aab", "3ab"]);
        assert.deepEqual((await questions.deliveryIds("3a", { limit: 9 })).entries, []);
      }));
  }

  test("is refused where one that begins so would be missed, and the whole id is asked for", () =>
    inDatabase("da", async (questions) => {
      const isNotReady = (error: unknown) => error instanceof NotReady && /give the whole id/.test(error.message);
      await assert.rejects(questions.quarantineIds("3a", { limit: 9 }), isNotReady);
      await assert.rejects(questions.deliveryIds("3a", { limit: 9 }), isNotReady);
    }));
});
