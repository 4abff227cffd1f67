/** What 0.1.0 has written, as it lies in test/fixtures/0.1.0 (make.mjs there says how it was made). */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { CREDENTIALS } from "./world.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/0.1.0");

/** The text of one of its files. */
export const textOf010 = (name: string): Promise<string> => readFile(join(FIXTURES, name), "utf8");

export interface Left {
  /** The YAML file. */
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** A file in its folder. */
  path(name: string): string;
  close(): Promise<void>;
}

/** A folder as a stopped bridge of 0.1.0 left it: configuration, store, dead letters and spool. */
export async function copyOf010(env: Readonly<Record<string, string>> = {}): Promise<Left> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-0.1.0-"));
  const path = (name: string) => join(folder, name);
  await mkdir(path("data"));
  for (const [from, to] of [
    ["bridge.yaml", "bridge.yaml"],
    ["bridge.sqlite", "data/bridge.db"],
    ["dead-letters.jsonl", "data/dead-letters.jsonl"],
    ["spool.jsonl", "data/spool.jsonl"],
  ] as const) {
    await copyFile(join(FIXTURES, from), path(to));
  }
  return {
    path,
    config: path("bridge.yaml"),
    env: { ...CREDENTIALS, ...env },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A release that can be run. */
export interface Release {
  /** Its `src/main.ts`. */
  readonly main: string;
  close(): Promise<void>;
}

/** 0.1.0 itself, unpacked, with the packages that this release has. */
export async function unpack010(): Promise<Release> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-0.1.0-release-"));
  await promisify(execFile)("tar", ["-xzf", join(FIXTURES, "source.tar.gz"), "-C", folder]);
  await symlink(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
  return { main: join(folder, "src/main.ts"), close: () => rm(folder, { recursive: true, force: true }) };
}

export interface Growth {
  /** Further events, each with a waiting delivery for every connector; every two in a row are of one person. */
  readonly events: number;
  /** Whether every other delivery stands behind its person's other one. */
  readonly parked?: boolean;
}

/** Makes much more wait in a SQLite store of 0.1.0, which nobody serves, than its fixture holds; by SQL alone, for that is fast. */
export function grow010(path: string, { events, parked = false }: Growth): void {
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN");
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
       INSERT INTO events (id, callback, kind, app, official_account, user, operator, by_admin, platform, client_ip,
         event_time, received_at, stored_at)
       SELECT printf('grown-%08d', i), 1, 'unsubscribed', '1400000000', '@TOA#_news', 'person-' || (i / 2), 'somebody', 0, 'iOS',
         '203.0.113.9', ?2 + i, ?2 + i, ?2 + i FROM n`,
    ).run(events, Number(db.prepare("SELECT max(event_time) AS at FROM events").get()?.at) + 1);
    db.prepare(
      `INSERT INTO deliveries (connector, event, state, due_at, routed_at, parked, turn)
       SELECT c.id, e.seq, 'waiting', e.received_at, e.received_at,
         CASE WHEN ?1 AND e.seq % 2 THEN length(e.app) || ' ' || e.app || ' ' || e.user END,
         CASE WHEN ?1 AND e.seq % 2 THEN 2 * e.event_time + 1 END
       FROM connectors c CROSS JOIN events e WHERE e.id LIKE 'grown-%'`,
    ).run(Number(parked));
    db.prepare("UPDATE connectors SET waiting = waiting + ?1, cursor = (SELECT max(seq) FROM events)").run(events);
    db.exec("COMMIT; PRAGMA journal_mode = WAL");
  } finally {
    db.close();
  }
}
