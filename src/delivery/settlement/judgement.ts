/** Judging what was answered by the connector as it is, and writing the verdict into the store. */
import type { Logger } from "../../connector.ts";
import type { ConnectorFacts } from "../../facts/connector-facts.ts";
import type { ConnectorRow } from "../../storage/contract/connectors.ts";
import type { Settlement, SettleResult } from "../../storage/contract/deliveries.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import type { Verdict } from "../verdict/batch.ts";
import { judge } from "../verdict/judge.ts";
import { outageOf } from "../verdict/outage.ts";
import type { RetryPolicy } from "../verdict/retry-policy.ts";
import type { AnsweredBatch } from "./answered.ts";
import { openBatchLog } from "./batch-log.ts";
import { noteSettled } from "./note-settled.ts";
import { type WrittenSettlements, writeUntilTaken } from "./write.ts";

export interface JudgementOptions {
  readonly name: string;
  readonly storage: Pick<Storage, "settle">;
  readonly log: Logger;
  readonly policy: RetryPolicy;
  readonly facts: ConnectorFacts;
  /** Of the connector's settings. */
  readonly fingerprint: string;
  /** Called after verdicts of death: there is something for the dead-letter file. */
  readonly onDead?: () => void;
  readonly random?: () => number;
  /** Called each time when the store does not take what it must. */
  readonly onStoreTrouble: (during: string, error: unknown) => void;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
}

/** How the store took answers: those that were settled together share it. */
export type SettledTogether = Extract<SettleResult, { tag: "settled" }>;

export interface Judgement {
  /** Rejects when the store does not take it. */
  once(answered: AnsweredBatch): Promise<SettledTogether>;
  /** Resolves when the store has taken it; with undefined when the bridge could wait no longer. Never rejects. */
  untilTaken(answered: AnsweredBatch): Promise<SettledTogether | undefined>;
  /** Nothing more is judged. */
  end(): void;
}

/** Writes a verdict on what a claim's token holds. */
type Write<W extends WrittenSettlements | undefined> = (verdict: Verdict, token: string) => Promise<W>;

export function openJudgement(options: JudgementOptions): Judgement {
  const { name, log, policy, facts, fingerprint, random = Math.random, onDead } = options;
  const batchLog = openBatchLog(log, name);
  /** The connector as the last settlement left it: one claim's answers must not be judged by how it was before them. */
  let latest: ConnectorRow | undefined;

  /** Anew when the connector has become another one meanwhile. */
  async function judgeAndWrite<W extends WrittenSettlements | undefined>(
    { claim, batch, result }: AnsweredBatch,
    write: Write<W>,
  ): Promise<SettledTogether | Exclude<W, WrittenSettlements>> {
    let connector = latest !== undefined && latest.version > claim.connector.version ? latest : claim.connector;
    while (true) {
      const moment = { clock: connector.clock, outageMs: outageOf(connector, claim.at), random };
      const verdict = judge({ connector, deliveries: batch, probe: claim.probe, fingerprint }, result, policy, moment);
      const written = await write(verdict, claim.token);
      if (written === undefined) return written as Exclude<W, WrittenSettlements>;
      const before = connector.state;
      connector = written.result.connector;
      if (written.result.tag === "stale") continue;
      latest = connector;
      const settled = { batch, before, verdict: written.verdict, lost: written.result.lost };
      batchLog.add(settled);
      noteSettled(facts, settled, Date.now());
      if (buries(written.verdict)) onDead?.();
      return written.result;
    }
  }

  const { once, untilTaken } = writesOf(options);
  return {
    once: (answered) => judgeAndWrite(answered, once),
    untilTaken: (answered) => judgeAndWrite(answered, untilTaken),
    end: batchLog.end,
  };
}

/** The two ways of writing a verdict. */
function writesOf({ name, storage, log, onStoreTrouble, signal }: JudgementOptions) {
  const toStore = (verdict: Verdict, token: string) => storage.settle({ connector: name, token, ...verdict });
  const once: Write<WrittenSettlements> = async (verdict, token) => ({
    verdict,
    result: await toStore(verdict, token),
  });
  /** The destination has answered, and only this step may be repeated. */
  const untilTaken: Write<WrittenSettlements | undefined> = (verdict, token) =>
    writeUntilTaken(verdict, {
      write: (wanted) => toStore(wanted, token),
      onTrouble: (error) => onStoreTrouble("settle", error),
      onRefused: (error) => log.error({ fact: "verdict.refused", connector: name, reason: String(error) }),
      signal,
    });
  return { once, untilTaken };
}

function buries({ settlements, decided }: Verdict): boolean {
  const isDead = ({ to }: Settlement) => to === "dead";
  return settlements.some(isDead) || decided.some(isDead);
}
