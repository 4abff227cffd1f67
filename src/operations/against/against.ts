/**
 * A configuration against what a store holds: what it would have done with the events of a time, connector by connector, and what
 * that changes. Nothing is sent and nothing written; the store is read in pages, by the connection for questions.
 */
import { sleep } from "../../basics/waiting.ts";
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { registrationOf } from "../../delivery/registration.ts";
import type { ConnectorRow } from "../../storage/contract/connectors.ts";
import type { DecidedEvent } from "../../storage/contract/ledger.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import { descentsOf } from "../../storage/rules/registering.ts";
import { everyFound } from "../patience.ts";
import { type AgainstLine, type ConnectorAgainst, openAgainstLine } from "./line.ts";
import { pastOf } from "./past.ts";

export interface AgainstOptions {
  /** Events received since past, milliseconds since 1970. */
  readonly since: number;
  /** Only those received before. */
  readonly until?: number;
  /** How many of each kind are told with the person in them; 0: nobody is. */
  readonly examples: number;
  /** Another configuration, whose requests are compared; unless given, that of a bridge that serves the store, if it can be had. */
  readonly before?: Config;
  /** Resolves with the configuration that a bridge says it runs with; undefined where nobody can read it as it was taken over. */
  readonly running?: (file: string, hash: string) => Promise<Config | undefined>;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Called after some work, where others work in the same process: what follows waits for it. A turn of theirs unless given. */
  readonly rest?: (workedMs: number) => Promise<unknown>;
  /** Called behind each page. @param backTo when the last event in it was received, milliseconds since 1970 */
  readonly onLooked?: (events: number, backTo: number) => void;
}

export interface AgainstReport {
  readonly since: number;
  /** How many were received since past, and are still stored. */
  readonly events: number;
  /** When the oldest of them was received, milliseconds since 1970; `null`: there is none. */
  readonly oldest: number | null;
  /** The file whose requests were compared; `null`: there was none. */
  readonly comparedWith: string | null;
  readonly connectors: readonly ConnectorAgainst[];
  /** Connectors of the store that are not in the configuration, with how many of these events went there. */
  readonly removed: readonly { readonly connector: string; readonly sent: number }[];
}

/** Others have their turn after so many milliseconds of work. */
const BREATH_AFTER_MS = 25;

/** Resolves with `null` where it was ended early. */
export async function compareAgainst(
  questions: Pick<Questions, "connectors" | "events" | "bridges">,
  config: Config,
  options: AgainstOptions,
): Promise<AgainstReport | null> {
  const { since, until = Number.POSITIVE_INFINITY, onLooked } = options;
  const rows = await questions.connectors();
  const before = options.before ?? (await runningConfig(questions, config, options));
  const lines = openLines(config, rows, { ...options, before });
  const removed = openRemoved(config, rows);
  const breath = breathing(options.rest ?? (() => sleep(0)));
  let events = 0;
  let oldest: number | null = null;
  try {
    for await (const page of everyFound((part) => questions.events(since, part))) {
      for (const decided of page) {
        if (options.signal?.aborted) return null;
        if (decided.event.receivedAt >= until) continue;
        for (const line of lines) await line.take(decided);
        removed.take(decided);
        oldest = Math.min(oldest ?? Number.POSITIVE_INFINITY, decided.event.receivedAt);
        events += 1;
        await breath();
      }
      if (oldest !== null) onLooked?.(events, oldest);
    }
    const connectors = lines.map((line) => line.report());
    return { since, events, oldest, comparedWith: before?.file ?? null, connectors, removed: removed.report() };
  } finally {
    await Promise.all(lines.map((line) => line.close()));
  }
}

/** Of a bridge that serves the store; nothing where it is this very file, whose settings the store has a print of. */
async function runningConfig(
  questions: Pick<Questions, "bridges">,
  { file }: Config,
  { running }: AgainstOptions,
): Promise<Config | undefined> {
  if (running === undefined) return undefined;
  const served = (await questions.bridges()).find(({ serves }) => serves)?.configuration;
  return served === undefined || served === null || served.file === file
    ? undefined
    : running(served.file, served.hash);
}

function openLines(
  { connectors, chat }: Config,
  rows: readonly ConnectorRow[],
  { before, examples }: { readonly before: Config | undefined; readonly examples: number },
): readonly AgainstLine[] {
  const descents = descentsOf(connectors.map(registrationOf), rows);
  const apps = new Set(chat.apps.map((app) => String(app.sdk_app_id)));
  return connectors.map((connector) => {
    const { origin = connector.name, from = null } = descents.get(connector.name) ?? {};
    const row = rows.find(({ name, type }) => name === from && type === connector.type.type);
    const former = before && formerOf(connector, before);
    return openAgainstLine(connector, { row, apps, origin, examples, ...(former && { former }) });
  });
}

/** The same connector of another configuration, by its name there or its former one. */
function formerOf({ name, type, common }: ConnectorConfig, { connectors }: Config): ConnectorConfig | undefined {
  const named = (wanted: string | undefined) => connectors.find((connector) => connector.name === wanted);
  const former = named(name) ?? named(common.was);
  return former?.type.type === type.type ? former : undefined;
}

interface Removed {
  take(decided: DecidedEvent): void;
  report(): AgainstReport["removed"];
}

function openRemoved({ connectors }: Config, rows: readonly ConnectorRow[]): Removed {
  const descents = [...descentsOf(connectors.map(registrationOf), rows).values()];
  const gone = rows.filter(({ name }) => !descents.some(({ from }) => from === name));
  const sent = new Map(gone.map((row) => [row, 0]));
  return {
    take(decided) {
      for (const row of gone) {
        if (pastOf(decided, row).past === "sent") sent.set(row, (sent.get(row) ?? 0) + 1);
      }
    },
    report: () =>
      [...sent].filter(([, count]) => count > 0).map(([{ name: connector }, count]) => ({ connector, sent: count })),
  };
}

function breathing(rest: (workedMs: number) => Promise<unknown>): () => Promise<void> {
  let since = performance.now();
  return async () => {
    const worked = performance.now() - since;
    if (worked < BREATH_AFTER_MS) return;
    await rest(worked);
    since = performance.now();
  };
}
