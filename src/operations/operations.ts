/**
 * What may be asked of a store and done to it, by whoever asks: a command today. The one place where operations are entered:
 * whatever each of them must go through stands here.
 */
import type { Page, PageOptions } from "../basics/pages.ts";
import type { Config } from "../config/checked-config.ts";
import type { QuarantineEntry } from "../storage/contract/callbacks.ts";
import type { DeliveryFilter, LedgerEntry } from "../storage/contract/ledger.ts";
import type { Storage } from "../storage/contract/storage.ts";
import type { StoreSettings } from "../storage/open.ts";
import { pauseConnector, type Retried, resumeConnector, retryConnector } from "./connectors/control.ts";
import { connectorNames, insistOnConnector } from "./connectors/named.ts";
import { listDeliveries, oneDelivery, writeDeadLetters } from "./deliveries/list.ts";
import { type Choice, type Repair, repairDeadLetters, type Tally } from "./deliveries/repair.ts";
import { type TracedStory, traceUser } from "./deliveries/trace.ts";
import { errorLine } from "./error-line.ts";
import type { Known } from "./known.ts";
import { listQuarantine } from "./quarantine/list.ts";
import { planReplay, type ReplayChoice, type ReplayPlan } from "./quarantine/replay.ts";
import { takeIn, type Verdict } from "./quarantine/take-in.ts";
import { Refused } from "./refused.ts";
import { rereadCallbacks } from "./rereading/reread.ts";
import type { WalkOptions, WalkReport } from "./rereading/walk.ts";
import { isServed } from "./status/bridges.ts";
import { spoolStatus, spoolWords } from "./status/spool.ts";
import { type StatusReport, statusReport } from "./status/status.ts";

/** Each says more where it stands. Those that name a connector reject with `Refused` when the store knows none of this name. */
export interface Operations {
  // asking
  status(): Promise<StatusReport>;
  /** Whether any bridge runs on this store. */
  isServed(): Promise<boolean>;
  trace(user: string): Promise<readonly TracedStory[]>;
  connectorNames(): Promise<readonly string[]>;
  insistOnConnector(name: string): Promise<void>;
  deliveries(filter: DeliveryFilter, page: PageOptions): Promise<Page<LedgerEntry> | null>;
  delivery(id: string): Promise<LedgerEntry | null>;
  writeDeadLetters(
    filter: Omit<DeliveryFilter, "states">,
    redact: (text: string) => string,
    write: (lines: string) => void | Promise<void>,
  ): Promise<number>;
  quarantined(page: PageOptions): Promise<Page<QuarantineEntry> | null>;
  quarantineEntry(id: string): Promise<QuarantineEntry | null>;
  planReplay(choice: ReplayChoice, onRead: (entries: number) => void): Promise<ReplayPlan>;

  // doing
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
  retry(name: string): Promise<Retried>;
  repairDeadLetters(
    repair: Repair,
    choice: Choice,
    options: { readonly dryRun: boolean; readonly onPage: (tally: Tally) => void },
  ): Promise<Tally>;
  takeIn(ids: readonly string[], onTaken: (entries: number) => void): Promise<readonly Verdict[]>;
  reread(config: Config, options: Omit<WalkOptions, "storage" | "config">): Promise<WalkReport>;
}

/** @param known what the configuration says, as far as anybody can read it */
export function operationsOn(storage: Storage, known: Known): Operations {
  return {
    status: () => statusReport(storage, known),
    isServed: () => isServed(storage),
    trace: (user) => traceUser(storage, known, user),
    connectorNames: () => connectorNames(storage),
    insistOnConnector: (name) => insistOnConnector(storage, name),
    deliveries: (filter, page) => listDeliveries(storage, filter, page),
    delivery: (id) => oneDelivery(storage, id),
    writeDeadLetters: (filter, redact, write) => writeDeadLetters(storage, filter, redact, write),
    quarantined: (page) => listQuarantine(storage, page),
    quarantineEntry: (id) => storage.quarantineEntry(id),
    planReplay: (choice, onRead) => planReplay(storage, choice, onRead),
    pause: (name) => pauseConnector(storage, name),
    resume: (name) => resumeConnector(storage, name),
    retry: (name) => retryConnector(storage, name),
    repairDeadLetters: (repair, choice, options) => repairDeadLetters(storage, repair, choice, options),
    takeIn: (ids, onTaken) => takeIn(storage, ids, onTaken),
    reread: (config, options) => rereadCallbacks({ storage, config, ...options }),
  };
}

/**
 * Opens a store beside a running bridge, and closes it after `act`. Rejects with `Refused` when it cannot be opened, and says
 * what waits in the spool meanwhile.
 */
export async function withOperations<T>(
  settings: StoreSettings,
  known: Known,
  act: (operations: Operations) => Promise<T>,
): Promise<T> {
  const storage = await openBeside(settings, known);
  try {
    return await act(operationsOn(storage, known));
  } finally {
    await storage.close();
  }
}

async function openBeside(settings: StoreSettings, { spool }: Known): Promise<Storage> {
  // on demand: what needs no store starts without its drivers
  const { openStorage } = await import("../storage/open.ts");
  try {
    return await openStorage(settings);
  } catch (error) {
    const waiting = spoolWords(spool && (await spoolStatus(spool)));
    throw new Refused("unreachable", [`The store cannot be opened: ${errorLine(error)}`, ...waiting].join("\n"));
  }
}
