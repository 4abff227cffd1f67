/**
 * What a scrape tells after all that can go wrong: processes that are killed in the midst of work, requests and deliveries that
 * are refused, dead letters, skipped ones, somebody whom healing has found. Held against the rows of the store, counted by plain SQL.
 */
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import postgres from "postgres";
import { type ChatSandbox, SANDBOX_KEY, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { APP, callbackUrl, postCallback, postOnce, TOKEN } from "../support/callbacks.ts";
import { type Chance, chance } from "../support/chance.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { type BridgeProcess, startBridgeProcess } from "../support/process.ts";
import { scriptedFolder } from "./bridge.ts";
import { readScrape, type Scrape } from "./text.ts";

const P = "unsub_bridge_";
const NEWS = "@TOA#_news";
const SCRIPTS = ["OK", "RETRY", "REJECT", "SKIP", "UNKNOWN"];
const CONNECTORS = ["crm", "partner", "held", "proud"];
/** Nothing is refused by them but single deliveries. */
const AT_REST = ["crm", "partner"];
const CLASSES = ["rejected", "expired", "unmatched"];
const HOUR = 3_600_000;
/** What is told of the store was asked a moment ago. */
const SLACK_MS = 1_000;
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** The store's own rows, whatever the bridge says of them. */
interface Rows {
  all(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The first value of the first row. */
  number(sql: string): Promise<number>;
  /** Whether nothing more comes of a process that has ended: a database finishes what it was asked before. */
  isLeftAlone(): Promise<boolean>;
  close(): Promise<unknown>;
}

function rowsBy(all: Rows["all"], rest: Pick<Rows, "isLeftAlone" | "close">): Rows {
  return { all, number: (sql) => numberIn(all, sql), ...rest };
}

const numberIn = async (all: Rows["all"], sql: string): Promise<number> =>
  Number(Object.values((await all(sql))[0] ?? {})[0]);

function sqliteRows(path: string): Rows {
  const db = new DatabaseSync(path);
  return rowsBy(async (sql) => db.prepare(sql.replaceAll("user_id", "user")).all(), {
    isLeftAlone: async () => true,
    close: async () => db.close(),
  });
}

function postgresRows({ url, schema }: { readonly url: string; readonly schema: string }): Rows {
  const connection = { search_path: schema };
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined, connection });
  const all: Rows["all"] = (text) => sql.unsafe(text);
  const bridges = `SELECT count(*) FROM pg_stat_activity WHERE application_name = '${schema}' AND pid <> pg_backend_pid()`;
  return rowsBy(all, {
    isLeftAlone: async () => (await numberIn(all, bridges)) === 0,
    close: () => sql.end(),
  });
}

interface Line {
  readonly connector: string;
  readonly state: string;
  readonly class: string | null;
  readonly script: string;
  readonly n: number;
  readonly attempts: number;
}

interface Standing {
  readonly connector: string;
  readonly state: string;
  readonly cause: string | undefined;
}

/** Every connector, as a scrape should tell it. */
async function standingIn({ all }: Rows): Promise<readonly Standing[]> {
  const rows = await all("SELECT name, state FROM connectors ORDER BY name");
  return rows.map(({ name, state }) => {
    const { status, cause } = JSON.parse(String(state)) as { status: string; cause?: string };
    return { connector: String(name), state: name === "held" ? "switched_off" : status, cause };
  });
}

/** Every delivery that there is, counted. */
async function ledgerIn({ all }: Rows): Promise<readonly Line[]> {
  const rows = await all(`SELECT c.name AS connector, d.state AS state, d.class AS class, e.user_id AS person,
    d.attempts AS attempts FROM deliveries d JOIN connectors c ON c.id = d.connector JOIN events e ON e.seq = d.event`);
  return rows.map((row) => ({
    ...{ connector: String(row.connector), state: String(row.state), class: row.class as string | null, n: 1 },
    ...{ script: String(row.person).replace(/-.*/, ""), attempts: Number(row.attempts) },
  }));
}

function sumOf(lines: readonly Line[], of: Partial<Line>, what: "n" | "attempts" = "n"): number {
  return lines
    .filter((line) => Object.entries(of).every(([key, value]) => line[key as keyof Line] === value))
    .reduce((sum, line) => sum + line[what], 0);
}

/** What the last process was sent, and what it answered. */
interface Sent {
  ok: number;
  wrongSigns: number;
  faulty: number;
}

for (const store of ["SQLite", "PostgreSQL"] as const)
  describe(`after chaos on ${store} (CHAOS_SEED=${seed}) a scrape`, { skip: ON_BUN_ALONE }, () => {
    let chat: ChatSandbox;
    let server: TestServer | undefined;
    let folder = "";
    let bridge: BridgeProcess;
    let rows: Rows;
    const random = chance(seed);
    const sent: Sent = { ok: 0, wrongSigns: 0, faulty: 0 };
    /** When the last process began. */
    let earlier: { readonly lines: readonly Line[]; readonly callbacks: number; readonly quarantined: number };
    /** At the end. */
    let lines: readonly Line[];
    let standing: readonly Standing[];
    let scrape: Scrape;
    /** Before it was asked for, and when it was there. */
    let [askedAt, toldAt] = [0, 0];

    before(async () => {
      console.log(`chaos: CHAOS_SEED=${seed}`);
      chat = await startChatSandbox();
      chat.world.subscribe(NEWS, ["OK-heard", "OK-unheard", "OK-stays"], Math.floor(Date.now() / 1_000) - 86_400);
      folder = await scriptedFolder();
      if (store === "PostgreSQL") server = await startPostgres();
      const database = server && named(server.url, server.schema());
      await writeFile(join(folder, "bridge.yaml"), yamlFor(chat.url, database));
      await start();
      rows = database === undefined ? sqliteRows(join(folder, "data/bridge.db")) : postgresRows(database);
      await eventually(async () => (await rows.number("SELECT count(*) FROM passes WHERE state = 'done'")) === 1);
      assert.equal(await chat.unsubscribe(NEWS, "OK-heard"), "heard");
      await killedInTheMidst();
      await start();
      await killedInTheMidst();
      await nobodyHears();
      await lastLife();
    });
    after(async () => {
      await bridge?.kill();
      await rows?.close();
      await chat?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function start(): Promise<void> {
      const env = { CHAT_TOKEN: TOKEN, CHAT_SECRET_KEY: SANDBOX_KEY };
      bridge = await startBridgeProcess(join(folder, "bridge.yaml"), { env });
      chat.callbacks = { url: bridge.url, token: TOKEN };
    }

    async function killedInTheMidst(): Promise<void> {
      const killAfter = random.between(5, 25);
      let posted = 0;
      await traffic(bridge.url, random, 40, async () => {
        posted += 1;
        if (posted === killAfter) await bridge.kill();
      });
    }

    /** Somebody leaves while no bridge runs, and an hour passes: the next comparison is due. */
    async function nobodyHears(): Promise<void> {
      assert.equal(await chat.unsubscribe(NEWS, "OK-unheard"), "lost");
      await rows.all(`UPDATE passes SET begun_at = begun_at - ${HOUR}, ended_at = ended_at - ${HOUR}`);
      await rows.all(`UPDATE roster_accounts SET read_at = read_at - ${HOUR}, baseline_at = baseline_at - ${HOUR}`);
    }

    async function lastLife(): Promise<void> {
      await eventually(() => rows.isLeftAlone());
      earlier = {
        lines: await ledgerIn(rows),
        callbacks: await rows.number("SELECT count(*) FROM callbacks"),
        quarantined: await rows.number("SELECT count(*) FROM quarantine"),
      };
      await start();
      sent.ok = await traffic(bridge.url, random, 40);
      const post = (request: { readonly token?: string }, body: string) =>
        fetch(callbackUrl(bridge.url, { users: ["u"], ...request }), { method: "POST", body });
      sent.wrongSigns += Number((await post({ token: "another" }, "{}")).status === 403);
      sent.faulty += Number((await post({}, "{ odd")).status === 400);
      await eventually(async () => (await rows.number("SELECT count(*) FROM healed")) === 1);
      // what was refused is decided once something is taken after it
      sent.ok += Number(await postCallback(bridge.url, { users: ["OK-last"] }));
      sent.ok += Number(await postCallback(bridge.url, { users: ["CREDENTIALS-last"], operator: "proud" }));
      await eventually(async () => {
        const before = [await ledgerIn(rows), await standingIn(rows)];
        const began = Date.now();
        // what was told a moment ago is told again: only the next one is of after the rows were read
        const older = await scrapeText();
        scrape = readScrape(await eventually(async () => [await scrapeText()].find((text) => text !== older)));
        [askedAt, toldAt] = [began, Date.now()];
        [lines, standing] = [await ledgerIn(rows), await standingIn(rows)];
        // somebody who is unknown over there may have been tried again meanwhile
        return isDeepStrictEqual([lines, standing], before) && isAtRest();
      });
    }

    /** The text of a scrape; it says how much of a processor was used, so that none is like another. */
    async function scrapeText(): Promise<string> {
      const { url } = await bridge.logged("admin.ready");
      return eventually(async () => {
        const answer = await fetch(`${url}/metrics`);
        const text = await answer.text();
        // more in a second than anybody needs
        return answer.status === 429 ? undefined : text;
      });
    }

    /** Nothing is under way any more, and what is told of the store was asked since then. */
    function isAtRest(): boolean {
      const told = (name: string, labels = {}) => scrape.value(P + name, labels);
      return (
        told("unread_callbacks") === 0 &&
        told("connector_in_flight") === 0 &&
        told("connector_pause_cause", { connector: "proud", cause: "credentials" }) === 1 &&
        standing.every(({ connector, state }) => told("connector_state", { connector, state }) === 1) &&
        CONNECTORS.every(
          (connector) => told("connector_waiting", { connector }) === sumOf(lines, { connector, state: "waiting" }),
        ) &&
        AT_REST.every(
          (connector) =>
            told("connector_state", { connector, state: "paused" }) === 1 ||
            sumOf(lines, { connector, state: "waiting" }) ===
              sumOf(lines, { connector, state: "waiting", script: "UNKNOWN" }),
        )
      );
    }

    const value = (name: string, labels: Readonly<Record<string, string>> = {}) => scrape.value(P + name, labels);
    const since = (of: Partial<Line>, what: "n" | "attempts" = "n") =>
      sumOf(lines, of, what) - sumOf(earlier.lines, of, what);

    it("tells what waits, and what is dead by class, as the rows have it", async () => {
      for (const connector of CONNECTORS) {
        assert.equal(
          value("connector_waiting", { connector }),
          sumOf(lines, { connector, state: "waiting" }),
          connector,
        );
        for (const one of CLASSES) {
          const dead = sumOf(lines, { connector, state: "dead", class: one });
          assert.equal(value("connector_dead_letters", { connector, class: one }), dead, `${connector} ${one}`);
        }
      }
      assert.ok(sumOf(lines, { state: "dead" }) > 0 && sumOf(lines, { state: "skipped" }) > 0);
      assert.equal(sumOf(lines, { script: "OK", state: "delivered", connector: "crm" }) > 0, true);
    });

    it("tells since when the oldest has waited", async () => {
      for (const connector of CONNECTORS) {
        const oldest = await rows.number(`SELECT min(e.received_at) FROM deliveries d JOIN events e ON e.seq = d.event
          JOIN connectors c ON c.id = d.connector WHERE d.state = 'waiting' AND c.name = '${connector}'`);
        const toldMs = (value("connector_oldest_waiting_age_seconds", { connector }) ?? Number.NaN) * 1_000;
        if (oldest === 0) assert.equal(toldMs, 0, connector);
        else assert.ok(oldest + toldMs >= askedAt - SLACK_MS && oldest + toldMs <= toldAt + SLACK_MS, connector);
      }
    });

    it("tells the state of each connector, and why it is paused", () => {
      for (const { connector, state, cause } of standing) {
        assert.equal(value("connector_state", { connector, state }), 1, `${connector} ${state}`);
        assert.equal(value("connector_state", { connector }), 1, "and no other");
        if (cause !== undefined) assert.equal(value("connector_pause_cause", { connector, cause }), 1, connector);
      }
      assert.deepEqual(standing.map(({ connector }) => connector).toSorted(), CONNECTORS.toSorted());
    });

    it("tells what the process has done as the ledger has grown since it began", () => {
      for (const connector of AT_REST) {
        for (const state of ["delivered", "dead"]) {
          assert.equal(value("connector_deliveries_total", { connector, state }), since({ connector, state }), state);
        }
        for (const one of CLASSES) {
          const dead = since({ connector, state: "dead", class: one });
          assert.equal(value("connector_given_up_total", { connector, class: one }), dead, `${connector} ${one}`);
        }
        assert.equal(value("connector_attempts_total", { connector }), since({ connector }, "attempts"), connector);
        for (const histogram of ["event_to_delivered", "receipt_to_delivered"]) {
          const count = value(`connector_${histogram}_seconds_count`, { connector });
          assert.equal(count, since({ connector, state: "delivered" }), histogram);
        }
      }
      // the others were skipped by the router, and never sent
      for (const connector of AT_REST) {
        const skipped = since({ connector, state: "skipped", script: "SKIP" });
        assert.equal(value("connector_deliveries_total", { connector, state: "skipped" }), skipped, connector);
      }
    });

    it("tells of callbacks, refusals and quarantine what was sent and what is kept", async () => {
      assert.ok(sent.ok > 40 && sent.wrongSigns === 1 && sent.faulty === 1);
      assert.equal(value("callbacks_total", { result: "stored" }), sent.ok);
      assert.equal(value("callbacks_total", { result: "faulty" }), sent.faulty);
      assert.equal(value("refused_requests_total", { cause: "sign" }), sent.wrongSigns);
      assert.equal(value("ack_duration_seconds_count"), sent.ok);
      const [callbacks, entries] = [
        await rows.number("SELECT count(*) FROM callbacks"),
        await rows.number("SELECT count(*) FROM quarantine"),
      ];
      // one of them is ours, of somebody who was found
      assert.equal(callbacks - earlier.callbacks, sent.ok + 1);
      assert.equal(value("commit_callbacks_sum", { place: "store" }), sent.ok + entries - earlier.quarantined);
      assert.equal(value("quarantine_entries"), entries);
      const bytes = await rows.number("SELECT sum(length(body)) FROM quarantine");
      assert.equal(value("quarantine_bytes"), bytes);
      assert.deepEqual([value("spool_entries"), value("store_up")], [0, 1]);
    });
  });

/** Callbacks of all kinds, one after another. Resolves with how many were answered OK. */
async function traffic(
  url: string,
  random: Chance,
  callbacks: number,
  onPosted: () => Promise<void> = async () => undefined,
): Promise<number> {
  let ok = 0;
  for (let one = 0; one < callbacks; one += 1) {
    const isProud = random.next() < 0.1;
    const script = random.of(isProud ? ["OK", "REJECT"] : SCRIPTS);
    const users = Array.from({ length: random.between(1, 3) }, () => `${script}-${random.between(1, 500)}`);
    // one that is taken: a destination that takes nothing is paused
    users.push(`OK-${one}`);
    const request = { users, operator: isProud ? "proud" : "somebody" };
    ok += Number(await postOnce(url, request).catch(() => false));
    await onPosted();
  }
  return ok;
}

/** The bridges' sessions bear the schema's name. */
function named(url: string, schema: string) {
  const own = new URL(url);
  own.searchParams.set("application_name", schema);
  return { url: own.href, schema };
}

function yamlFor(chat: string, database: { readonly url: string; readonly schema: string } | undefined): string {
  // a killed machine's claims end with their lease, which goes by how long a request may take
  const common = "timeout: 250ms, retry: { first_delay: 1ms, max_delay: 1ms, give_up_after: 1ms }";
  return `chat:
  apps:
    - sdk_app_id: ${APP}
      token: "\${CHAT_TOKEN}"
      rest: { base_url: "${chat}", secret_key: "\${CHAT_SECRET_KEY}" }
server: { host: 127.0.0.1, port: 0, drain: 1ms }
admin: { port: 0 }
reconcile: { accounts: ["${NEWS}"], calls: 100/s }
${database === undefined ? "" : `storage: { url: "${database.url}", schema: ${database.schema} }`}
connectors:
  crm: { type: ./scripted.ts, except: { operator: [proud] }, ${common} }
  partner: { type: ./scripted.ts, except: { operator: [proud] }, ${common} }
  held: { type: ./scripted.ts, enabled: false }
  proud: { type: ./scripted.ts, only: { operator: [proud] }, ${common} }
`;
}
