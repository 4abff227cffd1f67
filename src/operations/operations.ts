/**
 * What may be asked of a store and done to it, by whoever asks: terminal, page or API. The one place where operations are
 * entered, each by an actor: whatever each of them must go through stands here.
 */
import { duration } from "../basics/format.ts";
import type { Config } from "../config/checked-config.ts";
import type { Silence } from "../storage/contract/alarms.ts";
import type { Act, Actor, AuditFilter, AuditRow } from "../storage/contract/audit.ts";
import type { EditResult, QuarantineEntry } from "../storage/contract/callbacks.ts";
import type { ConnectorRow } from "../storage/contract/connectors.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import type { Missing } from "../storage/contract/missing.ts";
import type { Plan, PlanFilter } from "../storage/contract/plans.ts";
import type { Asked, Found, LedgerFilter, Questions } from "../storage/contract/questions.ts";
import type { Storage } from "../storage/contract/storage.ts";
import type { StoreSettings } from "../storage/open.ts";
import { isUnfit } from "../storage/postgres/fitting.ts";
import type { AgainstOptions, AgainstReport } from "./against/against.ts";
import { type AlertsReport, alertsReport } from "./alerts/list.ts";
import { type SilenceRequest, silenceAlarm } from "./alerts/silence.ts";
import { listAudit } from "./audit/list.ts";
import { filterNoted, idsNoted, openWitness, type Witness } from "./audit/witness.ts";
import { deliveryNamed, entryNamed, type Named } from "./beginnings.ts";
import { pauseConnector, type Retried, resumeConnector, retryConnector, whyGiven } from "./connectors/control.ts";
import { connectorNames, insistOnConnector } from "./connectors/named.ts";
import { type HeldEntry, wholeHolds, withHolds } from "./deliveries/held.ts";
import type { Hold } from "./deliveries/hold.ts";
import { type LetterFilter, type LetterGroups, letterGroups, lettersOfKind } from "./deliveries/letter-groups.ts";
import { oneDelivery } from "./deliveries/list.ts";
import { type NamedLetters, planLetters } from "./deliveries/named-letters.ts";
import {
  beginRepair,
  openPlan,
  type PlannedRepairs,
  planNamed,
  planRepair,
  type WorkedOff,
  type WorkingOff,
  workOff,
} from "./deliveries/plan.ts";
import { type PlanChanges, planChanges } from "./deliveries/plan-changes.ts";
import { type Repair, type RepairTally, repairDeadLetters } from "./deliveries/repair.ts";
import type { TracedStory } from "./deliveries/trace.ts";
import { errorLine } from "./error-line.ts";
import type { GiveWay } from "./in-turns.ts";
import type { Known } from "./known.ts";
import { type ExportFilter, lookingUp } from "./looking-up.ts";
import { patientPage } from "./patience.ts";
import type { Person } from "./people/look.ts";
import { editEntry } from "./quarantine/edit.ts";
import { listQuarantine } from "./quarantine/list.ts";
import { planReplay, type ReplayChoice, type ReplayPlan } from "./quarantine/replay.ts";
import { type EntryFate, takeIn } from "./quarantine/take-in.ts";
import { type AccountChoice, discardHeld, heldOf, listMissing, type MissingGroup } from "./reconciling/missing.ts";
import { type AccountReleased, type ReleaseOptions, releaseGroups } from "./reconciling/release.ts";
import { type PassesReport, reconcileReport } from "./reconciling/report.ts";
import { type AccountRun, type RunOptions, runReconcile } from "./reconciling/run.ts";
import { Refused, said } from "./refused.ts";
import { rereadCallbacks } from "./rereading/reread.ts";
import type { WalkOptions, WalkReport } from "./rereading/walk.ts";
import { isServed } from "./served.ts";
import { spoolStatus, spoolWords } from "./spool.ts";
import { type Overview, overviewOf } from "./status/overview.ts";
import { type StatusReport, statusReport } from "./status/status.ts";
import { type Range, type Throughput, throughputOf } from "./status/throughput.ts";

/** Each says more where it stands. Those that name a connector reject with `Refused` when the store knows none of this name. */
export interface Operations {
  // asking
  /** @param now what the configuration says by now, where somebody asks for so long that it may have changed */
  status(now?: Known): Promise<StatusReport>;
  /** The same, with what follows for those who left. */
  overview(): Promise<Overview>;
  /** What came in and went out, for charts. */
  throughput(range: Range): Promise<Throughput>;
  /** Whether any bridge runs on this store. */
  isServed(): Promise<boolean>;
  trace(user: string): Promise<readonly TracedStory[]>;
  /** Several people with what their stories come to; in the audit each as searched for, or exported. */
  people(users: readonly string[], operation: "search" | "export"): Promise<readonly Person[]>;
  /** For who looks again and again: each call is a look, and all together are one search in the audit. */
  follow(user: string): () => Promise<readonly TracedStory[]>;
  /** Who is meant by the beginning of a user's id. */
  peopleNamed(beginning: string): Promise<Named<string>>;
  /** Which delivery is meant by its id, or by a beginning of it. */
  deliveryNamed(text: string): Promise<Named<LedgerEntry>>;
  /** The same for an entry of the quarantine. */
  entryNamed(text: string): Promise<Named<string>>;
  connectorNames(): Promise<readonly string[]>;
  connector(name: string): Promise<ConnectorRow | null>;
  insistOnConnector(name: string): Promise<void>;
  deliveries(filter: LedgerFilter, page: Asked): Promise<Found<HeldEntry> | null>;
  delivery(id: string): Promise<HeldEntry | null>;
  /** What holds whatever waits for these connectors, by name: those that send are not in it. */
  holds(connectors: readonly string[]): Promise<ReadonlyMap<string, Hold>>;
  writeDeadLetters(
    filter: ExportFilter,
    redact: (text: string) => string,
    write: (lines: string) => void | Promise<void>,
  ): Promise<number>;
  /** So many of them were taken out by who read lists: it is in the audit as the same written here. */
  noteExport(filter: ExportFilter, count: number): Promise<void>;
  letterGroups(filter: LetterFilter, look: { readonly rows: number; readonly after?: string }): Promise<LetterGroups>;
  /** Dead letters; of one kind of reason, where one is given. Null: `after` is none that a page has given. */
  lettersOfKind(filter: LetterFilter, kind: string | undefined, page: Asked): Promise<Found<LedgerEntry> | null>;
  /** All of the last day, newest first; at most 100. */
  plans(): Promise<readonly Plan[]>;
  planChanges(id: string): Promise<PlanChanges>;
  quarantined(page: Asked): Promise<Found<QuarantineEntry> | null>;
  quarantineEntry(id: string): Promise<QuarantineEntry | null>;
  planReplay(choice: ReplayChoice, onRead: (entries: number) => void): Promise<ReplayPlan>;
  /** A plan as it is, by any beginning of its id; `null`: there is none, or no more. */
  plan(id: string): Promise<Plan | null>;
  audit(filter: AuditFilter, page: Asked): Promise<Found<AuditRow>>;
  /** What a configuration would have done with the events of a time; `null`: ended early. */
  compareAgainst(config: Config, options: AgainstOptions): Promise<AgainstReport | null>;
  reconcileReport(): Promise<readonly PassesReport[]>;
  /** Which alarms are on, and silences. */
  alerts(): Promise<AlertsReport>;
  /** `null`: `after` is none that a page has given. */
  missing(choice: AccountChoice, page: Asked): Promise<Found<Missing> | null>;
  /** About whom a person decides. */
  heldMissing(choice: AccountChoice): Promise<readonly MissingGroup[]>;

  // doing
  /** @param why for others: it stands in the audit, and with a pause as long as that lasts */
  pause(name: string, why?: string): Promise<void>;
  resume(name: string, why?: string): Promise<void>;
  retry(name: string, why?: string): Promise<Retried>;
  /** Of these ids. What a filter means is planned. */
  repairDeadLetters(
    repair: Repair,
    ids: readonly string[],
    options: {
      readonly dryRun: boolean;
      readonly onPage: (tally: RepairTally) => void;
      readonly why?: string | undefined;
    },
  ): Promise<RepairTally>;
  planRepair(repair: Repair, filter: PlanFilter, onPage: (plan: Plan) => void): Promise<PlannedRepairs>;
  openPlan(id: string, onPage: (plan: Plan) => void): Promise<PlannedRepairs>;
  /** The same plan, where it is new before it is frozen: `openPlan` does that. */
  beginRepair(repair: Repair, filter: PlanFilter): Promise<PlannedRepairs>;
  /** Of these deliveries alone. */
  planLetters(repair: Repair, ids: readonly string[]): Promise<NamedLetters>;
  workOff(plan: Plan, options: Omit<WorkingOff, "giveWay">): Promise<WorkedOff>;
  /** Nobody wants it: forgotten, unless somebody has begun it. */
  dropPlan(id: string): Promise<void>;
  /** Another body for an entry of the quarantine as it was seen. Rejects with `Refused` where nobody would understand it. */
  editEntry(entry: QuarantineEntry, body: Uint8Array): Promise<EditResult>;
  takeIn(ids: readonly string[], onTaken: (entries: number) => void): Promise<readonly EntryFate[]>;
  reread(config: Config, options: Omit<WalkOptions, "storage" | "config" | "act">, doIt: boolean): Promise<WalkReport>;
  /** Nothing is told of an alarm for so long. Rejects with `Refused` when there is none of this name. */
  silenceAlarm(request: SilenceRequest): Promise<Silence>;
  /** Of these groups, as they were shown. @param choice what was asked for, for the audit */
  discardMissing(groups: readonly MissingGroup[], choice: AccountChoice): Promise<number>;
  /** Of these groups, as they were shown, whoever is confirmed anew. */
  releaseMissing(
    groups: readonly MissingGroup[],
    choice: AccountChoice,
    options: ReleaseOptions,
  ): Promise<readonly AccountReleased[]>;

  /** Compares now, whatever was compared when. */
  runReconcile(options: RunOptions): Promise<readonly AccountRun[]>;

  /** Resolves when all that was looked up is written down, or could not be. */
  allNoted(): Promise<void>;
}

/** Who asks, and where what could not be written down is said. */
export interface Asking {
  readonly actor: Actor;
  /** Called with why a search or an export is not in the audit: it was answered all the same. */
  readonly onUnnoted: (error: unknown) => void;
  /** Lists go on until they have found what was asked for, however much must be looked at for it; else they may end early. */
  readonly isPatient?: boolean;
  /** Long repairs wait for it between their steps. */
  readonly giveWay?: GiveWay;
}

/** A store, and the connection by which it is asked. */
export interface StoreAndQuestions {
  readonly storage: Storage;
  readonly questions: Questions;
}

/** @param known what the configuration says, as far as anybody can read it */
export function operationsOn(
  { storage, questions }: StoreAndQuestions,
  known: Known,
  { actor, onUnnoted, isPatient = false, giveWay }: Asking,
): Operations {
  const witness = openWitness(storage, actor, onUnnoted);
  return fitting({
    ...askingOn({ storage, questions }, known, witness, isPatient),
    ...thenTold(doingOn({ storage, questions }, witness, giveWay), questions),
    allNoted: witness.allNoted,
  });
}

type Doing =
  | ("pause" | "resume" | "retry" | "takeIn" | "editEntry" | "reread" | "runReconcile" | "silenceAlarm")
  | ("repairDeadLetters" | "planRepair" | "openPlan" | "workOff" | "dropPlan" | "beginRepair" | "planLetters")
  | ("discardMissing" | "releaseMissing");

function askingOn(
  { storage, questions }: StoreAndQuestions,
  known: Known,
  witness: Witness,
  isPatient: boolean,
): Omit<Operations, Doing | "allNoted"> {
  return {
    ...lookingUp(questions, known, witness, isPatient),
    status: (now = known) => statusReport(questions, now),
    overview: () => overviewOf(questions, known),
    throughput: (range) => throughputOf(questions, range, Date.now()),
    isServed: () => isServed(questions),
    deliveryNamed: (text) => deliveryNamed(questions, text),
    entryNamed: (text) => entryNamed(questions, text),
    connectorNames: () => connectorNames(questions),
    connector: (name) => questions.connector(name),
    insistOnConnector: (name) => insistOnConnector(questions, name),
    async delivery(id) {
      const entry = await oneDelivery(questions, id);
      const [held] = entry === null ? [] : await withHolds(questions, known, [entry]);
      return held ?? null;
    },
    holds: (connectors) => wholeHolds(questions, known, connectors),
    letterGroups: (filter, look) => letterGroups(questions, filter, look),
    lettersOfKind: (filter, kind, page) =>
      patientPage(page, (part) => lettersOfKind(questions, filter, kind, part), false),
    plans: () => questions.plans(),
    planChanges: (id) => planChanges(questions, id),
    quarantined: (page) => listQuarantine(questions, page),
    quarantineEntry: (id) => questions.quarantineEntry(id),
    planReplay: (choice, onRead) => planReplay(questions, choice, onRead),
    plan: (id) => planNamed(questions, id),
    audit: (filter, page) => listAudit(questions, filter, page),
    reconcileReport: () => reconcileReport(questions, storage),
    alerts: () => alertsReport(questions),
    missing: (choice, page) => listMissing(questions, choice, page, isPatient),
    heldMissing: (choice) => heldOf(questions, choice),
  };
}

function doingOn(
  { storage, questions }: StoreAndQuestions,
  { act, actor }: Witness,
  giveWay: GiveWay | undefined,
): Pick<Operations, Doing> {
  return {
    pause: (connector, why) =>
      pauseConnector(storage, connector, act("pause", because({ connector }, why)), whyGiven(why)),
    resume: (connector, why) => resumeConnector(storage, connector, act("resume", because({ connector }, why))),
    retry: (connector, why) => retryConnector(storage, connector, act("retry", because({ connector }, why))),
    repairDeadLetters: (repair, ids, { dryRun, onPage, why }) => {
      const filter = because(idsNoted(ids), why);
      return repairDeadLetters(storage, repair, ids, { act: dryRun ? "dry run" : act(repair, filter), onPage });
    },
    planRepair: (repair, filter, onPage) => planRepair(storage, actor, repair, filter, { onPage, giveWay }),
    beginRepair: (repair, filter) => beginRepair(storage, actor, repair, filter),
    planLetters: (repair, ids) =>
      planLetters({ storage, questions }, actor, repair, ids, { onPage: () => undefined, giveWay }),
    openPlan: (id, onPage) => openPlan(storage, id, { onPage, giveWay }),
    workOff: (plan, options) => workOff(storage, { act, actor }, plan, { ...options, giveWay }),
    dropPlan: (id) => storage.dropPlan(id),
    silenceAlarm: async (request) => {
      const { name: alarm, why, forMs } = request;
      return silenceAlarm(storage, request, act("alerts_silence", { alarm, for: duration(forMs), why }));
    },
    discardMissing: (groups, choice) => discardHeld(storage, groups, act("reconcile_discard", { ...choice })),
    releaseMissing: (groups, choice, options) =>
      releaseGroups(storage, groups, act("reconcile_release", { ...choice }), options),
    runReconcile: (options) => {
      const operation = options.isDry ? "reconcile_dry_run" : "reconcile_run";
      return runReconcile({ storage, questions }, act(operation, { ...options.choice }), options);
    },
    editEntry: (entry, body) => editEntry(storage, entry, body, act("quarantine_edit", idsNoted([entry.id]))),
    takeIn: (ids, onTaken) => takeIn(storage, ids, act("quarantine_replay", idsNoted(ids)), onTaken),
    reread: (config, options, doIt) => {
      const filter = filterNoted({
        since: options.since,
        ...(options.until !== undefined && { until: options.until }),
      });
      return rereadCallbacks({ storage, config, ...options, act: doIt ? act("callbacks_reread", filter) : "dry run" });
    },
  };
}

function because(filter: Act["filter"], text: string | undefined): Act["filter"] {
  const why = whyGiven(text);
  return why === undefined ? filter : { ...filter, why };
}

/** Text that its database cannot hold is in no store: that is no trouble of the store's. */
function fitting(operations: Operations): Operations {
  const entries = Object.entries(operations).map(([name, operation]) => [name, fittingCall(operation as Call)]);
  // each with its arguments and answer handed on untouched
  return Object.fromEntries(entries) as Operations;
}

type Call = (...args: unknown[]) => unknown;

/** What it returns may be asked again and again, as what follows somebody is. */
function fittingCall(call: Call): Call {
  return (...args: unknown[]): unknown => {
    const result = call(...args);
    if (result instanceof Promise) return result.catch(refuseUnfit);
    return typeof result === "function" ? fittingCall(result as Call) : result;
  };
}

function refuseUnfit(error: unknown): never {
  throw isUnfit(error) ? new Refused("unknown", said("unfit")) : error;
}

/** Whoever does something sees at once what has become of it. */
function thenTold(doing: Pick<Operations, Doing>, { changed }: Questions): Pick<Operations, Doing> {
  const entries = Object.entries(doing).map(([name, operation]) => {
    const call = operation as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => call(...args).finally(changed)] as const;
  });
  // each with its arguments and answer handed on untouched
  return Object.fromEntries(entries) as unknown as Pick<Operations, Doing>;
}

/**
 * Opens the questions to a store beside a running bridge, and the store itself when something is to be written; closes both
 * after `act`. Rejects with `Refused` when it cannot be opened, and says what waits in the spool meanwhile.
 */
export async function withOperations<T>(
  settings: StoreSettings,
  known: Known,
  asking: Asking,
  act: (operations: Operations) => Promise<T>,
): Promise<T> {
  // on demand: what needs no store starts without its drivers
  const [{ openQuestions }, { openWhenWritten }] = await Promise.all([
    import("../storage/open-questions.ts"),
    import("../storage/open-when-written.ts"),
  ]);
  const questions = await openQuestions(settings).catch((error: unknown) => unreachable(error, known));
  const storage = openWhenWritten(questions.description, settings, (error) => unreachable(error, known));
  const operations = operationsOn({ storage, questions }, known, asking);
  try {
    return await act(operations);
  } finally {
    await operations.allNoted();
    await Promise.all([storage.close(), questions.close()]);
  }
}

async function unreachable(error: unknown, { spool }: Known): Promise<never> {
  const waiting = spoolWords(spool && (await spoolStatus(spool)));
  throw new Refused("unreachable", [`The store cannot be opened: ${errorLine(error)}`, ...waiting].join("\n"));
}
