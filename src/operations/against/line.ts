/** One connector of a configuration against the events that a store holds: what it would do, and what that changes. */
import { deliveryIdOf } from "../../basics/delivery-id.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import type { PreviewRequest } from "../../connector.ts";
import { fingerprintOf } from "../../delivery/fingerprint.ts";
import type { ConnectorRow } from "../../storage/contract/connectors.ts";
import type { DecidedEvent } from "../../storage/contract/ledger.ts";
import { differencesOf } from "./difference.ts";
import { type AgainstJudgement, type Judge, openJudge } from "./judge.ts";
import { type Past, pastOf } from "./past.ts";
import { type Counted, type Example, type Group, impersonal, openCounter, openGroups } from "./tally.ts";

/**
 * What is known of requests that differ. `same`: the settings are those that run now. `compared`: with another configuration, for
 * those that go by both. `new`: there is nothing to compare with. `unknown`: the settings are others, and nobody has the former.
 */
export type Requests =
  | { readonly tag: "same" | "new" | "unknown" }
  | { readonly tag: "compared"; readonly compared: number; readonly differing: Counted };

/** What would be done otherwise than it was. */
export interface AgainstChanges {
  /** They would go, and were skipped, or their connector is new. */
  readonly more: Counted;
  /** They would be skipped, and were sent. */
  readonly fewer: Counted;
  /** They would be faulty, and were sent and not refused. */
  readonly broken: Counted;
  /** Events about which the store says nothing: they came before the connector, or wait to be decided about. */
  readonly undecided: number;
  readonly requests: Requests;
}

export interface ConnectorAgainst {
  readonly connector: string;
  readonly type: string;
  /** False where all that goes would wait until it is switched on. */
  readonly enabled: boolean;
  /** What the store calls it; `null`: it is new. */
  readonly before: string | null;
  readonly going: Counted;
  readonly skipped: readonly Group[];
  readonly faulty: readonly Group[];
  readonly changes: AgainstChanges;
}

export interface LineOptions {
  /** As the store knows it; undefined: it does not. */
  readonly row: ConnectorRow | undefined;
  readonly apps: ReadonlySet<string>;
  /** The name in its delivery ids. */
  readonly origin: string;
  /** The same connector of the configuration that is compared with. */
  readonly former?: ConnectorConfig;
  /** How many of each kind. */
  readonly examples: number;
}

export interface AgainstLine {
  take(decided: DecidedEvent): Promise<void>;
  report(): ConnectorAgainst;
  close(): Promise<void>;
}

export function openAgainstLine(config: ConnectorConfig, options: LineOptions): AgainstLine {
  const { row, apps, origin, former } = options;
  const judge = openJudge(config, { apps, origin });
  const comparison = former && openComparison(former, options);
  const counts = openCounts(options);
  return {
    async take(decided) {
      const { event } = decided;
      const judgement = await judge.judge(event);
      const { past, decision } = pastOf(decided, row);
      const example: Example = {
        ...{ event, id: deliveryIdOf(event.id, origin), state: decision?.state ?? null },
        ...(judgement.tag === "goes" && { requests: judgement.requests }),
      };
      counts.add(judgement, past, example);
      if (judgement.tag === "goes") await comparison?.take(example, judgement.requests);
    },
    report() {
      const { changes, ...counted } = counts.report();
      const requests = comparison?.report() ?? { tag: knownBy(row, config) };
      const about = { connector: config.name, type: config.type.type, enabled: config.common.enabled };
      return { ...about, before: row?.name ?? null, ...counted, changes: { ...changes, requests } };
    },
    async close() {
      await Promise.all([judge.close(), comparison?.close()]);
    },
  };
}

/** All that is counted, whatever is known of requests. */
type Counts = Pick<ConnectorAgainst, "going" | "skipped" | "faulty"> & {
  readonly changes: Omit<AgainstChanges, "requests">;
};

interface CountsSoFar {
  add(judgement: AgainstJudgement, past: Past, example: Example): void;
  report(): Counts;
}

function openCounts({ row, examples }: Pick<LineOptions, "row" | "examples">): CountsSoFar {
  const [going, skipped, faulty] = [openCounter(examples), openGroups(examples), openGroups(examples)];
  const [more, fewer, broken] = [openCounter(examples), openCounter(examples), openCounter(examples)];
  let undecided = 0;
  return {
    add(judgement, past, example) {
      if (past === "waits" || (past === "unknown" && row !== undefined)) undecided += 1;
      switch (judgement.tag) {
        case "goes":
          going.add(example);
          if (past === "skipped" || row === undefined) more.add(example);
          return;
        case "skipped":
          skipped.add(impersonal(judgement.reason, example.event), example);
          if (past === "sent") fewer.add(example);
          return;
        case "faulty":
          faulty.add(impersonal(judgement.reason, example.event), example);
          if (past === "sent" && example.state !== "dead") broken.add(example);
      }
    },
    report: () => ({
      ...{ going: going.counted(), skipped: skipped.groups(), faulty: faulty.groups() },
      changes: { more: more.counted(), fewer: fewer.counted(), broken: broken.counted(), undecided },
    }),
  };
}

/** By the settings that were registered last, of which the store keeps a print. */
function knownBy(row: ConnectorRow | undefined, config: ConnectorConfig): "same" | "new" | "unknown" {
  if (row === undefined) return "new";
  return row.fingerprint === fingerprintOf(config) ? "same" : "unknown";
}

interface Comparison {
  take(example: Example, requests: readonly PreviewRequest[]): Promise<void>;
  report(): Requests;
  close(): Promise<void>;
}

/** Of the requests for those that go by both configurations. */
function openComparison(former: ConnectorConfig, options: LineOptions): Comparison {
  const judge: Judge = openJudge(former, options);
  const differing = openCounter(options.examples);
  let compared = 0;
  return {
    async take(example, requests) {
      const before = await judge.judge(example.event);
      if (before.tag !== "goes") return;
      compared += 1;
      if (differencesOf(before.requests, requests).length > 0)
        differing.add({ ...example, requestsBefore: before.requests });
    },
    report: () => ({ tag: "compared", compared, differing: differing.counted() }),
    close: judge.close,
  };
}
