/**
 * What everyday rates are measured against: the least that keeps a callback before it is answered, sends what it says to three webhooks,
 * and writes down that they took it. One insert that is on disk, three signed posts, one transaction for what became of them: no
 * routing, no claims, no order, nothing that outlives a crash but the rows. The store is `thread` (SQLite in a thread of its own, as a
 * bridge must have it, since a disk that hangs may not keep others from an answer), `here` (in the thread of callbacks) or an address of PostgreSQL.
 */
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Elysia } from "elysia";
import postgres from "postgres";
import { serve } from "../../src/listener/serve.ts";
import { bareWebhook } from "./bare-webhook.ts";

interface Ledger {
  /** Resolves with its number once it is on disk. */
  keep(body: string): number | Promise<number>;
  settle(callback: number): unknown;
}
type Asked = { readonly keep: string } | { readonly settle: number };

export const BARE_WEBHOOKS = 3;

const ANSWER = JSON.stringify({ ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0 });
const INIT = { headers: { "content-type": "application/json" } };
const CONNECTORS = Array.from({ length: BARE_WEBHOOKS }, (_, index) => index);

if (!isMainThread) answerAsked(sqliteLedger(workerData as string));
else if (import.meta.main) await main();

async function main(): Promise<void> {
  const [store = "", path = "", address = ""] = process.argv.slice(2);
  const ledger = await ledgerOf(store, path);
  const sends = CONNECTORS.map((index) => bareWebhook(`${address}/${index}`));
  const handle = async ({ request }: { readonly request: Request }) => {
    const body = await request.text();
    const callback = await ledger.keep(body);
    const user = /"(rate-\d+)"/.exec(body)?.[1] ?? "";
    void Promise.all(sends.map((send) => send([user]))).then(() => ledger.settle(callback));
    return new Response(ANSWER, INIT);
  };
  const app = () => new Elysia().post("/callback", handle, { parse: "none" });
  const { url } = await serve(app, { host: "127.0.0.1", port: 0 });
  console.log(JSON.stringify({ fact: "bridge.ready", url, path: "/callback" }));
}

/** @param path of SQLite's file; the schema on PostgreSQL */
async function ledgerOf(store: string, path: string): Promise<Ledger> {
  if (store === "here") return sqliteLedger(path);
  return store === "thread" ? threadLedger(path) : postgresLedger(store, path);
}

function sqliteLedger(path: string): Ledger {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
  db.exec("CREATE TABLE IF NOT EXISTS callbacks (id INTEGER PRIMARY KEY, body TEXT)");
  db.exec("CREATE TABLE IF NOT EXISTS deliveries (callback INT, connector INT, PRIMARY KEY (callback, connector))");
  const insert = db.prepare("INSERT INTO callbacks (body) VALUES (?)");
  const settle = db.prepare("INSERT INTO deliveries VALUES (?, ?)");
  return {
    keep: (body) => Number(insert.run(body).lastInsertRowid),
    settle(callback) {
      db.exec("BEGIN");
      for (const connector of CONNECTORS) settle.run(callback, connector);
      db.exec("COMMIT");
    },
  };
}

/** The thread's side. */
function answerAsked(ledger: Ledger): void {
  parentPort?.on("message", (asked: Asked) => {
    if ("keep" in asked) parentPort?.postMessage(ledger.keep(asked.keep));
    else ledger.settle(asked.settle);
  });
}

async function threadLedger(path: string): Promise<Ledger> {
  const thread = new Worker(new URL(import.meta.url), { workerData: path });
  const answers: ((callback: number) => void)[] = [];
  thread.on("message", (callback: number) => answers.shift()?.(callback));
  await once(thread, "online");
  const ask = (asked: Asked) => thread.postMessage(asked);
  return {
    keep: (body) =>
      new Promise((resolve) => {
        answers.push(resolve);
        ask({ keep: body });
      }),
    settle: (callback) => ask({ settle: callback }),
  };
}

async function postgresLedger(url: string, schema: string): Promise<Ledger> {
  const sql = postgres(url, { max: 8, fetch_types: false, onnotice: () => undefined });
  const [callbacks, deliveries] = [sql(`${schema}.callbacks`), sql(`${schema}.deliveries`)];
  await sql`CREATE SCHEMA IF NOT EXISTS ${sql(schema)}`;
  await sql`CREATE TABLE ${callbacks} (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body TEXT)`;
  await sql`CREATE TABLE ${deliveries} (callback BIGINT, connector INT, PRIMARY KEY (callback, connector))`;
  return {
    async keep(body) {
      const [row] = await sql`INSERT INTO ${callbacks} (body) VALUES (${body}) RETURNING id`;
      return Number(row?.id);
    },
    settle: (callback) =>
      sql`INSERT INTO ${deliveries} SELECT ${callback}, connector FROM generate_series(1, ${BARE_WEBHOOKS}::int) connector`,
  };
}
