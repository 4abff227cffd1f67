/** Folders that can be written, on a disk that keeps what was synced; certificates, proxies and the clock. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { duration } from "../../basics/format.ts";
import type { Config } from "../../config/checked-config.ts";
import { fileErrorLine } from "../../config/files/error-line.ts";
import { diskOf } from "../../storage/disk.ts";
import { sqliteFile } from "../../storage/open.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Never rejects. */
export async function checkFolders(config: Config, placeOf: PlaceOf): Promise<CheckFinding[]> {
  const store = sqliteFile(config.storage);
  const lines: Promise<CheckFinding[]>[] = [];
  if (store !== undefined && store !== ":memory:") {
    const place = placeOf(["storage", "url"]);
    lines.push(checkWritable("the store", store, "storage", place), checkDisk(store, place));
  }
  lines.push(checkWritable("the spool", config.storage.spool, "storage", placeOf(["storage", "spool"])));
  const letters = config.dead_letters.file;
  lines.push(checkWritable("the dead-letter file", letters, "dead letters", placeOf(["dead_letters", "file"])));
  return (await Promise.all(lines)).flat();
}

/** What PostgreSQL, where it is the store, says of its own durability. Never rejects. */
export async function checkDatabase({ storage }: Config, placeOf: PlaceOf): Promise<CheckFinding[]> {
  if (sqliteFile(storage) !== undefined) return [];
  const { postgresFindings } = await import("../../storage/postgres/durability.ts");
  const findings = await postgresFindings(storage.url, { prepare: storage.prepare });
  return findings.map(({ ok, what, todo }) => ({
    ok,
    about: "storage",
    what,
    ...(todo !== undefined && { todo }),
    place: placeOf(["storage", "url"]),
  }));
}

async function checkWritable(what: string, file: string, about: string, place: string): Promise<CheckFinding[]> {
  try {
    const isThere = await writable(file);
    return [{ ok: true, about, what: `${what} can be written: ${file}${isThere ? "" : " (made when it is needed)"}` }];
  } catch (error) {
    const todo = "let the user who runs the bridge write there, or name another path";
    return [{ ok: false, about, what: `${what} cannot be written, ${file}: ${fileErrorLine(error)}`, todo, place }];
  }
}

/** Rejects when a file cannot be written, or made; says whether it is there. What does not exist yet is made by the bridge. */
async function writable(file: string): Promise<boolean> {
  for (let at = file; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found === undefined && at !== dirname(at)) continue;
    if (at !== file && found?.isDirectory() === false) throw new Error(`${at} is a file, and a folder is needed`);
    await access(at, at === file ? constants.R_OK | constants.W_OK : constants.W_OK | constants.X_OK);
    return at === file;
  }
}

async function checkDisk(store: string, place: string): Promise<CheckFinding[]> {
  const about = "storage";
  const { kind, fileSystem } = await diskOf(store);
  switch (kind) {
    case "local":
      return [{ ok: true, about, what: `the store is on a disk of this machine (${fileSystem})` }];
    case "network": {
      const what = `the store is on a network file system (${fileSystem}), where SQLite can lose data: it will not start`;
      return [{ ok: false, about, what, todo: "put it on a local disk, or use PostgreSQL", place }];
    }
    case "memory":
    case "container": {
      const where = kind === "memory" ? "in memory" : "in the container's own layer";
      const what = `the store is ${where} (${fileSystem}): it is gone with the next restart`;
      return [{ ok: "warning", about, what, todo: "put it on a volume", place }];
    }
    case "unknown":
      return [
        { ok: "warning", about, what: "this system does not tell what kind of disk the store is on", todo: TODO },
      ];
  }
}

const TODO = "see that it is a local disk, neither a network share nor memory";

/** Where requests go through, and whose certificates are trusted. */
export async function checkNetwork(env: Environment): Promise<CheckFinding[]> {
  const about = "network";
  const lines: CheckFinding[] = [];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const what = "NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked, anybody can pose as a destination";
    const todo = "remove it; for a private authority set NODE_EXTRA_CA_CERTS to the file of its certificate";
    lines.push({ ok: false, about, what, todo });
  }
  const proxy = env.https_proxy || env.HTTPS_PROXY;
  if (proxy) {
    const exempt = env.no_proxy || env.NO_PROXY;
    lines.push({
      ok: true,
      about,
      what: `requests go through the proxy ${hostOf(proxy)}${exempt ? ` (not for ${exempt})` : ""}`,
    });
  }
  for (const name of CERTIFICATES) {
    const file = env[name];
    if (!file) continue;
    const readable = await access(file, constants.R_OK).then(() => true, fileErrorLine);
    if (readable === true) lines.push({ ok: true, about, what: `certificates of ${file} are trusted too (${name})` });
    else lines.push({ ok: false, about, what: `${name}: ${file} cannot be read`, todo: "correct the path" });
  }
  return lines;
}

const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "DENO_CERT"] as const;

/** Without its password. */
function hostOf(proxy: string): string {
  const url = proxy.includes("://") ? proxy : `http://${proxy}`;
  return URL.canParse(url) ? new URL(url).host : "(which is no web address)";
}

/** Milliseconds that one answer may take. */
const TIMEOUT_MS = 10_000;

/**
 * Compares the clock with the `Date` of an answer. Webhooks are not asked: their addresses are checked as they are connected
 * to, which `fetch` cannot.
 */
export async function checkClock({ connectors, chat }: Config): Promise<CheckFinding[]> {
  const about = "clock";
  const origins = connectors
    .filter(({ type }) => type.type !== "webhook")
    .map(({ type, settings }) => type.destination(settings))
    .flatMap((url) => (/^https?:/.test(url) && URL.canParse(url) ? [new URL(url).origin] : []));
  for (const origin of new Set(origins)) {
    const ahead = await aheadOf(origin);
    if (ahead !== undefined) return [judgeClock(ahead, new URL(origin).host, chat.max_clock_skew)];
  }
  const todo = "see that the time of this machine is synchronised (NTP)";
  return [{ ok: "warning", about, what: "no destination told the time to compare the clock with", todo }];
}

/** Milliseconds that this clock is ahead of a server's; undefined when it does not tell. */
async function aheadOf(origin: string): Promise<number | undefined> {
  try {
    const start = Date.now();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(origin, { method: "HEAD", redirect: "manual", signal });
    const end = Date.now();
    // the header has whole seconds: half of one is the best guess
    const there = Date.parse(response.headers.get("date") ?? "") + 500;
    return Number.isNaN(there) ? undefined : (start + end) / 2 - there;
  } catch {
    return undefined;
  }
}

/** @param aheadMs how far this clock is ahead */
export function judgeClock(aheadMs: number, host: string, maxSkewMs: number): CheckFinding {
  const about = "clock";
  const off = Math.abs(aheadMs);
  if (off < 5_000) return { ok: true, about, what: `the clock agrees with ${host}` };
  const what = `this machine's clock is ${duration(off)} ${aheadMs > 0 ? "ahead of" : "behind"} ${host}`;
  const todo = "synchronise it (NTP)";
  if (off < maxSkewMs / 2) return { ok: "warning", about, what, todo };
  const why = `callbacks may be refused (\`chat.max_clock_skew\` is ${duration(maxSkewMs)})`;
  return { ok: off < maxSkewMs ? "warning" : false, about, what: `${what}: ${why}`, todo };
}
