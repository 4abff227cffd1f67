/** Folders that can be written, on a disk that keeps what was synced; certificates, proxies and the clock. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { durationSaid } from "../../basics/said-spans.ts";
import type { Said } from "../../basics/sentences.ts";
import type { Config } from "../../config/checked-config.ts";
import { fileErrorLine } from "../../config/files/error-line.ts";
import { diskOf } from "../../storage/disk.ts";
import { sqliteFile } from "../../storage/open.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";
import { found, words } from "./found.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Never rejects. */
export async function checkFolders(config: Config, placeOf: PlaceOf): Promise<OwnFinding[]> {
  const store = sqliteFile(config.storage);
  const lines: Promise<OwnFinding[]>[] = [];
  if (store !== undefined && store !== ":memory:") {
    const place = placeOf(["storage", "url"]);
    lines.push(checkWritable(words("the_store"), store, "storage", place), checkDisk(store, place));
  }
  lines.push(checkWritable(words("the_spool"), config.storage.spool, "storage", placeOf(["storage", "spool"])));
  const letters = config.dead_letters.file;
  lines.push(checkWritable(words("the_letters"), letters, "dead letters", placeOf(["dead_letters", "file"])));
  return (await Promise.all(lines)).flat();
}

/** What PostgreSQL, where it is the store, says of its own durability. Never rejects. */
export async function checkDatabase({ storage }: Config, placeOf: PlaceOf): Promise<OwnFinding[]> {
  if (sqliteFile(storage) !== undefined) return [];
  const { postgresFindings } = await import("../../storage/postgres/durability.ts");
  const findings = await postgresFindings(storage.url, { prepare: storage.prepare, schema: storage.schema });
  return findings.map((each) => ({ ...each, about: "storage", place: placeOf(["storage", "url"]) }));
}

async function checkWritable(which: Said, file: string, about: string, place: string): Promise<OwnFinding[]> {
  try {
    const isThere = await writable(file);
    return [{ ...found(true, isThere ? "writable" : "writable_later", { which, file }), about }];
  } catch (error) {
    return [{ ...found(false, "not_writable", { which, file, fault: fileErrorLine(error) }), about, place }];
  }
}

/** Rejects when a file cannot be written, or made; says whether it is there. What does not exist yet is made by the bridge. */
async function writable(file: string): Promise<boolean> {
  for (let at = file; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found === undefined && at !== dirname(at)) continue;
    const isFolder = found?.isDirectory() === true;
    if (at !== file && !isFolder) throw new Error(`${at} is a file, and a folder is needed`);
    if (at === file && isFolder) throw new Error("it is a folder, and a file is needed");
    await access(at, at === file ? constants.R_OK | constants.W_OK : constants.W_OK | constants.X_OK);
    return at === file;
  }
}

async function checkDisk(store: string, place: string): Promise<OwnFinding[]> {
  const about = "storage";
  const { kind, fileSystem: system } = await diskOf(store);
  switch (kind) {
    case "local":
      return [{ ...found(true, "disk_local", { system }), about }];
    case "network":
      return [{ ...found(false, "disk_network", { system }), about, place }];
    case "memory":
    case "container":
      return [{ ...found("warning", `disk_${kind}`, { system }), about, place }];
    case "unknown":
      return [{ ...found("warning", "disk_unknown"), about }];
  }
}

/** Where requests go through, and whose certificates are trusted. */
export async function checkNetwork(env: Environment): Promise<OwnFinding[]> {
  const about = "network";
  const lines: OwnFinding[] = [];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    lines.push({ ...found(false, "certificates_unchecked"), about });
  }
  const proxy = env.https_proxy || env.HTTPS_PROXY;
  if (proxy) {
    const exempt = env.no_proxy || env.NO_PROXY;
    const through = hostOf(proxy);
    const line = exempt
      ? found(true, "proxy_but", { proxy: through, exempt })
      : found(true, "proxy", { proxy: through });
    lines.push({ ...line, about });
  }
  for (const name of CERTIFICATES) {
    const file = env[name];
    if (!file) continue;
    const isReadable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    lines.push({ ...found(isReadable, isReadable ? "trusted_too" : "certificates_unread", { file, name }), about });
  }
  return lines;
}

const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "DENO_CERT"] as const;

/** Without its password. */
function hostOf(proxy: string): string | Said {
  const url = proxy.includes("://") ? proxy : `http://${proxy}`;
  return URL.canParse(url) ? new URL(url).host : words("no_address");
}

/** Milliseconds that one answer may take. */
const TIMEOUT_MS = 10_000;

/**
 * Compares the clock with the `Date` of an answer. Webhooks are not asked: their addresses are checked as they are connected
 * to, which `fetch` cannot.
 */
export async function checkClock({ connectors, chat }: Config): Promise<OwnFinding[]> {
  const about = "clock";
  const origins = connectors
    .filter(({ type }) => type.type !== "webhook")
    .map(({ type, settings }) => type.destination(settings))
    .flatMap((url) => (/^https?:/.test(url) && URL.canParse(url) ? [new URL(url).origin] : []));
  for (const origin of new Set(origins)) {
    const ahead = await aheadOf(origin);
    if (ahead !== undefined) return [judgeClock(ahead, new URL(origin).host, chat.max_clock_skew)];
  }
  return [{ ...found("warning", "clock_unknown"), about }];
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
export function judgeClock(aheadMs: number, host: string, maxSkewMs: number): OwnFinding {
  const about = "clock";
  const off = Math.abs(aheadMs);
  if (off < 5_000) return { ...found(true, "clock", { host }), about };
  const isHarmless = off < maxSkewMs / 2;
  const danger = isHarmless ? "" : words("may_be_refused", { limit: durationSaid(maxSkewMs) });
  const values = { off: durationSaid(off), host, danger };
  const ok = isHarmless || off < maxSkewMs ? "warning" : false;
  return { ...found(ok, aheadMs > 0 ? "clock_ahead" : "clock_behind", values), about };
}
