/** A connector that does what each user's id says: the engine driven through every outcome. */
import { Type } from "@sinclair/typebox";
import type { ConnectorConfig } from "../../src/config/checked-config.ts";
import type { CommonSettings } from "../../src/config/schema.ts";
import {
  type ConnectorType,
  connectorType,
  type DeliverResult,
  type Delivery,
  delivered,
  type Outcome,
  rejected,
  retry,
  skipped,
  unmatched,
} from "../../src/connector.ts";

/** What happens to a delivery; the whole-batch words speak for every delivery beside them. */
export type Word =
  | "OK"
  | "RETRY"
  | "REJECT"
  | "UNMATCHED"
  | "SKIP"
  | "FORGET"
  | "NONSENSE"
  | "THROW"
  | "HANG"
  | "UNAVAILABLE"
  | "CREDENTIALS"
  | "GONE"
  | "BATCH";

export interface Script {
  readonly type: ConnectorType;
  /** Deliveries that answered OK, in order. */
  readonly delivered: Delivery[];
  /** The ids of every batch that was sent, in order. */
  readonly batches: string[][];
  /** The word for a user from now on, whatever the id says. */
  say(user: string, word: Word | undefined): void;
  /** The word for everybody from now on; undefined ends it. */
  sayAll(word: Word | undefined): void;
  /** Resolves when `met()` holds after a batch or a said word. */
  until(met: () => boolean): Promise<void>;
}

const settings = Type.Object({});

/** A user such as `OK-17` or `RETRY-17` is answered by the word before the dash; others are `OK`. */
export function script(
  options: { writes?: "state" | "fact"; largestBatch?: number; concurrency?: number } = {},
): Script {
  const said = new Map<string, Word>();
  let everybody: Word | undefined;
  const received: Delivery[] = [];
  const batches: string[][] = [];
  const watchers = new Set<{ met: () => boolean; resolve: () => void }>();
  const look = () => {
    for (const watcher of watchers) {
      if (!watcher.met()) continue;
      watchers.delete(watcher);
      watcher.resolve();
    }
  };
  const wordFor = ({ event }: Delivery): Word =>
    everybody ?? said.get(event.user) ?? WORDS.find((word) => event.user.startsWith(`${word}-`)) ?? "OK";

  async function deliver(deliveries: readonly Delivery[], signal: AbortSignal): Promise<DeliverResult> {
    batches.push(deliveries.map(({ id }) => id));
    const words = deliveries.map(wordFor);
    try {
      const whole = await wholeBatch(words, signal);
      if (whole !== undefined) return whole;
      const outcomes = new Map<string, Outcome>();
      deliveries.forEach((delivery, index) => {
        const outcome = outcomeOf(words[index] ?? "OK");
        if (outcome !== undefined) outcomes.set(delivery.id, outcome);
        if (outcome?.tag === "delivered") received.push(delivery);
      });
      return { tag: "outcomes", outcomes };
    } finally {
      queueMicrotask(look);
    }
  }

  const type = connectorType({
    type: "scripted",
    summary: "Does what the user's id says.",
    settings,
    example: "type: scripted",
    largestBatch: () => options.largestBatch ?? 10,
    concurrency: options.concurrency ?? 1,
    budgets: {},
    writes: options.writes ?? "fact",
    destination: () => "scripted",
    account: () => "scripted",
    open: () => ({ deliver, check: async () => [], preview: async () => [] }),
  });
  return {
    type,
    delivered: received,
    batches,
    say(user, word) {
      if (word === undefined) said.delete(user);
      else said.set(user, word);
    },
    sayAll(word) {
      everybody = word;
    },
    until: (met) =>
      met()
        ? Promise.resolve()
        : new Promise((resolve) => {
            watchers.add({ met, resolve });
          }),
  };
}

const WORDS: readonly Word[] = [
  "OK",
  "RETRY",
  "REJECT",
  "UNMATCHED",
  "SKIP",
  "FORGET",
  "NONSENSE",
  "THROW",
  "HANG",
  "UNAVAILABLE",
  "CREDENTIALS",
  "GONE",
  "BATCH",
];

async function wholeBatch(words: readonly Word[], signal: AbortSignal): Promise<DeliverResult | undefined> {
  if (words.includes("THROW")) throw new Error("a bug in the connector");
  if (words.includes("HANG")) {
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
  }
  if (words.includes("GONE")) return { tag: "gone", reason: { words: "gone", status: 410 } };
  if (words.includes("CREDENTIALS")) return { tag: "credentialsRefused", reason: { words: "bad token", status: 401 } };
  if (words.includes("UNAVAILABLE")) return { tag: "unavailable", reason: { words: "down", status: 503 } };
  if (words.includes("BATCH")) return { tag: "batchRejected", reason: { words: "bad batch", status: 400 } };
  return undefined;
}

function outcomeOf(word: Word): Outcome | undefined {
  switch (word) {
    case "OK":
      return delivered();
    case "RETRY":
      return retry("try again");
    case "REJECT":
      return rejected({ words: "refused", status: 422 });
    case "UNMATCHED":
      return unmatched("nobody of that id");
    case "SKIP":
      return skipped("not wanted");
    case "NONSENSE":
      return { tag: "success" } as unknown as Outcome;
    default:
      return undefined;
  }
}

/** A connector of this script as a checked configuration would hold it; delays are short unless set. */
export function scriptedConfig(
  name: string,
  { type }: Script,
  common: Partial<CommonSettings> = {},
  start: ConnectorConfig["start"] = "all",
): ConnectorConfig {
  const retryPolicy = { give_up_after: 3_600_000, first_delay: 1, max_delay: 5 };
  const defaults: CommonSettings = {
    enabled: true,
    events: ["unsubscribed"],
    start: "now",
    retry: retryPolicy,
    timeout: 10_000,
  };
  return { name, type, outdated: [], settings: {}, common: { ...defaults, ...common }, start };
}
