/**
 * Whether everybody who left has been honoured everywhere; else who is owed and whose fault it is. What goes on by itself and
 * what needs a person are told apart. Pure.
 */
import type { Reason } from "../../connector.ts";
import { isForeignRefusal } from "../../connector-tools.ts";
import type { Owed } from "../../storage/contract/alarms.ts";
import type { PauseCause } from "../../storage/contract/connectors.ts";
import type { ConnectorCount } from "../../storage/contract/ledger.ts";
import { certaintyOf } from "./count-words.ts";
import type { ConnectorReport, StatusReport } from "./status.ts";

/** What keeps a connector from sending; `sending`: nothing does. */
export interface Hindrance {
  readonly tag:
    | ("sending" | "backing off" | "told to wait" | "not served" | "switched off" | "not configured")
    | PauseCause
    /** Credentials are refused, but not by the destination: somebody in between refuses us. */
    | "in between";
  readonly reason?: Reason;
  /** Who paused it. */
  readonly by?: string;
  /** When it is tried next, milliseconds since 1970; absent: no time ends it. */
  readonly until?: number;
}

/** Something that is not done. Times in milliseconds since 1970; `isMore`: nobody has counted on; `isAbout`: it is an estimate. */
export type Matter =
  | { readonly of: "no connector" | "not served" }
  | { readonly of: "refused"; readonly requests: number; readonly since: number }
  | { readonly of: "unreached"; readonly accounts: number }
  | ({ readonly of: "owed"; readonly hindrance: Hindrance } & OwedBy)
  | { readonly of: "paused"; readonly connector: string; readonly hindrance: Hindrance }
  | ({ readonly of: "rejected" | "expired" | "unmatched"; readonly connector: string } & Count)
  | ({ readonly of: "quarantine" | "held" } & Count)
  | { readonly of: "spool"; readonly since: number | undefined; readonly bytes: number }
  | ({ readonly of: "unread" } & Count)
  /** They wait until the destination knows these people. `oldestAt`: absent where what is owed has waited longer. */
  | ({ readonly of: "unknown"; readonly connector: string; readonly oldestAt?: number } & Count);

interface Count {
  readonly count: number;
  readonly isMore: boolean;
  readonly isAbout?: true;
}

interface OwedBy {
  readonly connector: string;
  readonly people: number;
  readonly isMore: boolean;
  readonly isAbout?: true;
  readonly oldestAt: number | null;
}

export interface StatusVerdict {
  /** The worst first. Neither: everybody has been honoured everywhere. */
  readonly needsPerson: readonly Matter[];
  readonly byItself: readonly Matter[];
  /** How many people are owed by all connectors together; absent: nobody is. */
  readonly owed?: Omit<OwedBy, "connector">;
}

/** What a verdict goes by. */
export type JudgedStatus = Pick<
  StatusReport,
  "connectors" | "isServed" | "unread" | "quarantined" | "atLeast" | "spool" | "rosters"
> & {
  readonly intake: Pick<StatusReport["intake"], "refused">;
};

/** @param owed by connector, of those for which anything waits */
export function statusVerdict(report: JudgedStatus, owed: ReadonlyMap<string, Owed>): StatusVerdict {
  const { connectors, isServed, intake, rosters } = report;
  const waiting = connectors.flatMap((one) => waitingMatters(one, owed.get(one.status.name)));
  const isByItself = (matter: Matter) =>
    matter.of === "unknown" || (matter.of === "owed" && GOES_ON.has(matter.hindrance.tag));
  const { held, unreached } = rosterMatters(rosters);
  const debts = waiting.filter((matter) => matter.of === "owed");
  return {
    needsPerson: [
      ...(connectors.length === 0 ? [{ of: "no connector" } as const] : []),
      ...(isServed ? [] : [{ of: "not served" } as const]),
      ...refusedMatters(intake.refused),
      ...unreached,
      ...waiting.filter((matter) => !isByItself(matter)).toSorted(oldestFirst),
      ...connectors
        .filter(({ status }) => !debts.some(({ connector }) => connector === status.name))
        .flatMap(idleMatters),
      ...counted("quarantine", report.quarantined.entries, report.atLeast?.includes("quarantined")),
      ...held,
      ...connectors.flatMap(deadMatters),
    ],
    byItself: [...spoolMatters(report), ...unreadMatters(report), ...waiting.filter(isByItself).toSorted(oldestFirst)],
    ...(debts.length > 0 && { owed: together(debts) }),
  };
}

const GOES_ON: ReadonlySet<Hindrance["tag"]> = new Set(["sending", "backing off", "told to wait"]);

/** What keeps a connector from sending. */
export function hindranceOf({ status: { state, probeAt }, condition }: ConnectorReport): Hindrance {
  const { reason, by } = state;
  const why = { ...(reason !== undefined && { reason }), ...(probeAt !== null && { until: probeAt }) };
  switch (condition) {
    case "ready":
      return { tag: "sending" };
    case "not served":
    case "switched off":
    case "not configured":
      return { tag: condition };
    case "backing off":
      return { tag: state.told ? "told to wait" : "backing off", ...why };
    case "paused": {
      const isForeign = state.cause === "credentials" && reason !== undefined && isForeignRefusal(reason);
      return { tag: isForeign ? "in between" : (state.cause ?? "person"), ...why, ...(by !== undefined && { by }) };
    }
  }
}

/** Those whom it owes, and those whom the destination does not know yet. */
function waitingMatters(one: ConnectorReport, owed: Owed | undefined): Matter[] {
  const { name: connector, waiting, oldestWaitingAt } = one.status;
  if (waiting === 0) return [];
  const certainty = certainlyOf(one, "waiting");
  const hindrance = hindranceOf(one);
  // nobody has looked closer: each delivery may be of another person
  if (owed === undefined)
    return [{ of: "owed", connector, people: waiting, ...certainty, oldestAt: oldestWaitingAt, hindrance }];
  const { people, oldestAt, unknown } = owed;
  const isOldest = oldestWaitingAt !== null && oldestWaitingAt < (oldestAt ?? Number.POSITIVE_INFINITY);
  const unknowns = { of: "unknown", connector, ...(isOldest && { oldestAt: oldestWaitingAt }) } as const;
  // those behind an earlier event of theirs are among them
  if (people === 0) return [{ ...unknowns, count: waiting, ...certainty }];
  return [
    { of: "owed", connector, people, isMore: owed.isMore, oldestAt, hindrance },
    ...(unknown.people === 0 ? [] : [{ ...unknowns, count: unknown.people, isMore: unknown.isMore }]),
  ];
}

/** It owes nobody anything, and will as soon as somebody leaves. */
function idleMatters(one: ConnectorReport): Matter[] {
  const { name: connector } = one.status;
  return one.condition === "paused" ? [{ of: "paused", connector, hindrance: hindranceOf(one) }] : [];
}

function deadMatters(one: ConnectorReport): Matter[] {
  const { name: connector, deadOf } = one.status;
  const certainty = certainlyOf(one, "dead");
  return (["rejected", "expired", "unmatched"] as const).flatMap((of): Matter[] =>
    deadOf[of] === 0 ? [] : [{ of, connector, count: deadOf[of], ...certainty }],
  );
}

function refusedMatters(runs: JudgedStatus["intake"]["refused"]): Matter[] {
  if (runs.length === 0) return [];
  const requests = runs.reduce((sum, { count }) => sum + count, 0);
  return [{ of: "refused", requests, since: Math.min(...runs.map(({ since }) => since)) }];
}

function rosterMatters(rosters: JudgedStatus["rosters"]): { readonly held: Matter[]; readonly unreached: Matter[] } {
  const accounts = rosters?.accounts ?? [];
  const people = accounts.reduce((sum, { missing }) => sum + (missing.held ?? 0), 0);
  const silent = accounts.filter(({ unreached }) => unreached !== undefined).length;
  return {
    held: counted("held", people, rosters?.atLeast),
    unreached: silent === 0 ? [] : [{ of: "unreached", accounts: silent }],
  };
}

function spoolMatters({ spool }: JudgedStatus): Matter[] {
  if (spool === undefined || (spool.bytes === 0 && spool.since === null)) return [];
  return [{ of: "spool", bytes: spool.bytes, since: spool.since === null ? undefined : Date.parse(spool.since) }];
}

const unreadMatters = ({ unread, atLeast }: JudgedStatus): Matter[] =>
  counted("unread", unread, atLeast?.includes("unread"));

function counted(of: "quarantine" | "held" | "unread", count: number, isMore = false): Matter[] {
  return count === 0 ? [] : [{ of, count, isMore }];
}

function certainlyOf({ status }: ConnectorReport, of: ConnectorCount): Pick<Count, "isMore" | "isAbout"> {
  const certainty = certaintyOf(status, of);
  return { isMore: certainty === "at least", ...(certainty === "about" && { isAbout: true }) };
}

const ageOf = (matter: Matter): number =>
  matter.of === "owed" ? (matter.oldestAt ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;

const oldestFirst = (one: Matter, other: Matter): number => ageOf(one) - ageOf(other);

/** One person may be owed by several connectors: then there are as many as one of them owes, and perhaps more. */
function together(debts: readonly OwedBy[]): Omit<OwedBy, "connector"> {
  const times = debts.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    people: Math.max(...debts.map(({ people }) => people)),
    isMore: debts.length > 1 || debts.some(({ isMore }) => isMore),
    ...(debts.some(({ isAbout }) => isAbout) && { isAbout: true }),
    oldestAt: times.length === 0 ? null : Math.min(...times),
  };
}
