/** What a transaction says of settings: everything, but what its session was told for good, where nobody can stand between. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Session } from "../../src/storage/postgres/client.ts";
import { MANNERS, openingOf, settingsOf } from "../../src/storage/postgres/opening.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { startRelay } from "../support/relay.ts";
import { openPatient } from "./postgres-support.ts";
import { callbackOf, register } from "./suite-support.ts";

const OURS: Session = { version: 180_000, isOurs: true, mustAskToWrite: false, durably: "on", settings: {} };
const told = (manner: keyof typeof MANNERS): Session => ({ ...OURS, settings: settingsOf("s", MANNERS[manner], OURS) });

describe("the beginning of a transaction", () => {
  test("says everything to a session that was told nothing", () => {
    const opening = openingOf("s", MANNERS.carrying, OURS);
    for (const name of Object.keys(settingsOf("s", MANNERS.carrying, OURS)))
      assert.match(opening, new RegExp(`; SET LOCAL ${name} = `));
  });

  test("says nothing that its session was told for good", () => {
    assert.equal(openingOf("s", MANNERS.carrying, told("carrying")), "BEGIN ISOLATION LEVEL READ COMMITTED");
  });

  test("says what differs from that", () => {
    assert.equal(
      openingOf("s", MANNERS.settling, told("carrying")),
      "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off",
    );
  });

  test("takes back what its session may not plan, and stops a clock that runs already before it is set anew", () => {
    const opening = openingOf("s", MANNERS.leisure, told("carrying"));
    assert.match(opening, /; SET LOCAL enable_seqscan = on; /);
    assert.match(opening, /; SET LOCAL transaction_timeout = 0; .*SET LOCAL transaction_timeout = 120000/);
  });
});

describe("what a server is told", { skip: ON_BUN_ALONE }, () => {
  let server: PrivateServer;
  before(async () => {
    server = await startPrivatePostgres({ log_statement: "all" });
  });
  after(() => server.stop());

  /** How a callback's transaction began. */
  async function begun(url: string, prepare: boolean): Promise<string> {
    const storage = await openPatient({ url, schema: server.schema(), prepare });
    await register(storage, "crm");
    const from = server.log().length;
    await storage.accept({ callbacks: [callbackOf("ann")], quarantine: [] });
    await storage.close();
    const [, opening] = /statement: (BEGIN .*)/.exec(server.log().slice(from)) ?? [];
    return opening ?? "";
  }

  test("by a machine that reaches it directly: its settings once for a session", async () => {
    assert.equal(await begun(server.url, true), "BEGIN ISOLATION LEVEL READ COMMITTED");
  });

  test("by one that prepares nothing, as behind a pooler: its settings in each transaction", async () => {
    assert.match(await begun(server.url, false), /; SET LOCAL jit = off; /);
  });

  test("by one whose connection is another one for the server: its settings in each transaction", async () => {
    const { port } = new URL(server.url);
    const relay = await startRelay(Number(port));
    try {
      assert.match(await begun(server.url.replace(`:${port}`, `:${relay.port}`), true), /; SET LOCAL jit = off; /);
    } finally {
      await relay.close();
    }
  });
});
