/** Which rule an example of an answer would meet, and what would follow: for connectors whose settings say what answers mean. */
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import { redactor } from "../config/credentials/redact.ts";
import { closeInTime, openOffline } from "../config/own-tests/offline.ts";
import type { DeliverResult, Delivery, ExampleAnswer, Reason } from "../connector.ts";
import { sampleDelivery } from "../connector-tools.ts";
import { sanitizeAnswer } from "../delivery/attempt/sanitize.ts";
import { connectorNamed } from "./connectors/configured.ts";
import { connectorErrorLine } from "./error-line.ts";
import { reasonText } from "./reason.ts";
import { Refused, said } from "./refused.ts";

export interface JudgeQuestion extends ExampleAnswer {
  readonly connector: string;
  /** Whom the request was about. */
  readonly user: string;
}

export const PERSON_MEANINGS = ["delivered", "accepted", "retry", "unmatched", "rejected", "skipped"] as const;
export const CONNECTOR_MEANINGS = ["waits", "pauses"] as const;

/** What becomes of a person, or of the whole connector. */
export type Meaning =
  | { readonly about: "person"; readonly means: (typeof PERSON_MEANINGS)[number] }
  | { readonly about: "connector"; readonly means: (typeof CONNECTOR_MEANINGS)[number] };

/** What each means, in English. */
export const MEANINGS: Readonly<Record<Meaning["means"], string>> = {
  delivered: "delivered",
  accepted: "accepted: taken, and no more is known",
  retry: "tried again later",
  unmatched: "not known there (yet): asked again slowly",
  rejected: "given up, as a dead letter",
  skipped: "not sent",
  waits: "the connector waits, and tries again by itself",
  pauses: "the connector pauses and keeps everything, and tries now and then",
};

export type JudgedAnswer = Meaning & {
  readonly connector: ConnectorConfig;
  /** Which rule says so, or why none does. */
  readonly why: string;
  /** The same in parts, so that it can be read in another language; absent for what was delivered. */
  readonly because?: Reason;
};

/** Statuses that an answer can have which is judged: 1xx is never the last. */
export const JUDGED_STATUS = { least: 200, most: 599 } as const;

const judging = new WeakMap<ConnectorConfig, Promise<boolean>>();

/** The names of those whose settings say what answers mean. Each is opened for it, offline and once. */
export async function connectorsThatJudge({ connectors }: Config): Promise<readonly string[]> {
  const asked = connectors.map((connector) => {
    const known = judging.get(connector) ?? isJudge(connector);
    judging.set(connector, known);
    return known;
  });
  const can = await Promise.all(asked);
  return connectors.filter((_, index) => can[index]).map(({ name }) => name);
}

/** One that cannot be opened, or does not close, judges nothing. */
async function isJudge(connector: ConnectorConfig): Promise<boolean> {
  try {
    const open = openOffline(connector);
    await closeInTime(open);
    return open.judge !== undefined;
  } catch {
    return false;
  }
}

/** Sends nothing. Rejects with `Refused` where there is no such connector, or its type has no rules in its settings. */
export async function judgeAnswer(config: Config, question: JudgeQuestion): Promise<JudgedAnswer> {
  const connector = connectorNamed(config, question.connector);
  const delivery = sampleDelivery(question.user);
  const result = await resultOf(connector, delivery, question, config.file);
  // as the bridge would read it
  return { connector, ...meaningOf(sanitizeAnswer(result, redactor(config.secrets)), delivery) };
}

async function resultOf(
  connector: ConnectorConfig,
  delivery: Delivery,
  answer: ExampleAnswer,
  file: string,
): Promise<DeliverResult> {
  const { name, type } = connector;
  try {
    const open = openOffline(connector);
    try {
      const judged = open.judge?.([delivery], answer);
      if (judged !== undefined) return judged;
    } finally {
      await closeInTime(open);
    }
  } catch (error) {
    throw new Refused("unknown", said("cannot_judge", { name, fault: connectorErrorLine(error, file) }));
  }
  throw new Refused("unknown", said("rules_in_code", { name, type: type.type }));
}

function meaningOf(result: DeliverResult, { id }: Delivery) {
  const outcome = result.outcomes?.get(id);
  if (outcome?.tag === "delivered") {
    const means = outcome.proof === "accepted" ? ("accepted" as const) : ("delivered" as const);
    return { about: "person" as const, means, why: outcome.note ?? "" };
  }
  if (outcome !== undefined) {
    const { tag: means, reason } = outcome;
    return { about: "person" as const, means, why: reasonText(reason), because: reason };
  }
  const reason: Reason = "reason" in result ? result.reason : { words: "it says nothing of this person" };
  const why = reasonText(reason);
  switch (result.tag) {
    case "outcomes":
      return { about: "person" as const, means: "retry" as const, why, because: reason };
    case "batchRejected":
      return { about: "person" as const, means: "rejected" as const, why, because: reason };
    case "unavailable":
      return { about: "connector" as const, means: "waits" as const, why, because: reason };
    case "credentialsRefused":
    case "gone":
      return { about: "connector" as const, means: "pauses" as const, why, because: reason };
  }
}
