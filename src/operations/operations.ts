/**
 * What may be asked of a store and done to it, by whoever asks: terminal, page or API. The one place where operations are
 * entered, each by an actor: whatever each of them must go through stands here.
 */
import type { Page, PageOptions } from "../basics/pages.ts";
import type { Config } from "../config/checked-config.ts";
import type { Actor, AuditFilter, AuditRow } from "../storage/contract/audit.ts";
import type { QuarantineEntry } from "../storage/contract/callbacks.ts";
import type { DeliveryFilter, LedgerEntry } from "../storage/contract/ledger.ts";
import type { Storage } from "../storage/contract/storage.ts";
import type { StoreSettings } from "../storage/open.ts";
import { listAudit } from "./audit/list.ts";
import { filterNoted, idsNoted, openWitness, type Witness } from "./audit/witness.ts";
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
  audit(filter: AuditFilter, page: PageOptions): Promise<Page<AuditRow>>;

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
  reread(config: Config, options: Omit<WalkOptions, "storage" | "config" | "act">, doIt: boolean): Promise<WalkReport>;

  /** Resolves when all that was looked up is written down, or could not be. */
  settled(): Promise<void>;
}

/** Who asks, and where what could not be written down is said. */
export interface Asking {
  readonly actor: Actor;
  /** Called with why a search or an export is not in the audit: it was answered all the same. */
  readonly onUnnoted: (error: unknown) => void;
}

/** @param known what the configuration says, as far as anybody can read it */
export function operationsOn(storage: Storage, known: Known, { actor, onUnnoted }: Asking): Operations {
  const witness = openWitness(storage, actor, onUnnoted);
  return {
    ...askingOn(storage, known, witness),
    ...doingOn(storage, witness),
    settled: witness.settled,
  };
}

type Doing = "pause" | "resume" | "retry" | "repairDeadLetters" | "takeIn" | "reread";

function askingOn(storage: Storage, known: Known, witness: Witness): Omit<Operations, Doing | "settled"> {
  return {
    status: () => statusReport(storage, known),
    isServed: () => isServed(storage),
    async trace(user) {
      const events = await traceUser(storage, known, user);
      witness.looked({ operation: "search", person: user, filter: {}, count: events.length });
      return events;
    },
    connectorNames: () => connectorNames(storage),
    insistOnConnector: (name) => insistOnConnector(storage, name),
    async deliveries(filter, page) {
      const found = await listDeliveries(storage, filter, page);
      const { user: person, ...others } = filter;
      const count = found?.entries.length ?? 0;
      if (person !== undefined) witness.looked({ operation: "search", person, filter: filterNoted(others), count });
      return found;
    },
    delivery: (id) => oneDelivery(storage, id),
    async writeDeadLetters(filter, redact, write) {
      let count = 0;
      const { user, ...others } = filter;
      try {
        return await writeDeadLetters(storage, filter, redact, async (lines) => {
          await write(lines);
          count += lines.split("\n").length - 1;
        });
      } finally {
        const person = user === undefined ? {} : { person: user };
        witness.looked({ operation: "export", ...person, filter: filterNoted(others), count });
      }
    },
    quarantined: (page) => listQuarantine(storage, page),
    quarantineEntry: (id) => storage.quarantineEntry(id),
    planReplay: (choice, onRead) => planReplay(storage, choice, onRead),
    audit: (filter, page) => listAudit(storage, filter, page),
  };
}

function doingOn(storage: Storage, { act }: Witness): Pick<Operations, Doing> {
  return {
    pause: (connector) => pauseConnector(storage, connector, act("pause", { connector })),
    resume: (connector) => resumeConnector(storage, connector, act("resume", { connector })),
    retry: (connector) => retryConnector(storage, connector, act("retry", { connector })),
    repairDeadLetters: (repair, choice, { dryRun, onPage }) =>
      repairDeadLetters(storage, repair, choice, { act: dryRun ? "dry run" : repairAct(act, repair, choice), onPage }),
    takeIn: (ids, onTaken) => takeIn(storage, ids, act("quarantine_replay", idsNoted(ids)), onTaken),
    reread: (config, options, doIt) => {
      const filter = filterNoted({ since: options.since });
      return rereadCallbacks({ storage, config, ...options, act: doIt ? act("callbacks_reread", filter) : "dry run" });
    },
  };
}

function repairAct(act: Witness["act"], repair: Repair, choice: Choice) {
  if (choice.tag === "ids") return act(repair, idsNoted(choice.ids));
  const { user, ...others } = choice.filter;
  return act(repair, filterNoted(others), user);
}

/**
 * Opens a store beside a running bridge, and closes it after `act`. Rejects with `Refused` when it cannot be opened, and says
 * what waits in the spool meanwhile.
 */
export async function withOperations<T>(
  settings: StoreSettings,
  known: Known,
  asking: Asking,
  act: (operations: Operations) => Promise<T>,
): Promise<T> {
  const storage = await openBeside(settings, known);
  const operations = operationsOn(storage, known, asking);
  try {
    return await act(operations);
  } finally {
    await operations.settled();
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
