/** Counts minute by minute what this machine does, for charts. Nothing waits for it, and what cannot be kept is forgotten. */
import { randomUUID } from "node:crypto";
import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { MINUTE_MS, onceAMinute } from "../basics/once-a-minute.ts";
import { sum } from "../basics/sum.ts";
import type { Logger } from "../connector.ts";
import type { Facts } from "../facts/facts.ts";
import { countedOfAll, type IntakeCount } from "../facts/intake-facts.ts";
import type { StoreStanding } from "./contract/ledger.ts";
import type { Sample, SampleCounts } from "./contract/samples.ts";
import type { Storage } from "./contract/storage.ts";
import { openSpans } from "./rules/samples.ts";

export interface SamplingOptions {
  readonly storage: Pick<Storage, "keepSamples">;
  readonly facts: Pick<Facts, "intake" | "connector">;
  /** Names of the connectors that are configured, asked anew each time. */
  readonly connectors: () => readonly string[];
  readonly standing: () => Promise<StoreStanding>;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Rows that wait for a store that does not take them; beyond, the oldest are forgotten: they are only drawn. */
const MOST_UNKEPT = 5_000;

export function startSampling(options: SamplingOptions): Loop {
  const { log, clock = Date.now } = options;
  const sampler = openSampler(options);
  let at = minuteOf(clock());
  async function round(): Promise<number> {
    const now = clock();
    if (minuteOf(now) !== at) await sampler.minute(at);
    at = minuteOf(now);
    return MINUTE_MS - (now - at);
  }
  return startLoop({ round, log, what: "sampling" });
}

const minuteOf = (at: number): number => at - (at % MINUTE_MS);

export interface Sampler {
  /** A minute is over. @param at when it began, milliseconds since 1970 */
  minute(at: number): Promise<void>;
}

export function openSampler({ storage, facts, connectors, standing, log, clock = Date.now }: SamplingOptions): Sampler {
  const machine = randomUUID();
  const spans = openSpans();
  const counted = openCounted(facts);
  let unkept: readonly Sample[] = [];
  const logTrouble = onceAMinute((error: unknown) =>
    log.debug({ fact: "store.unavailable", during: "sampling", reason: errorWords(error) }),
  );
  // what was before is nobody's minute
  counted(connectors());
  return {
    async minute(at) {
      const counts = counted(connectors());
      const stood = await standing().catch(() => undefined);
      for (const row of stood?.connectors ?? []) {
        const own = counts.get(row.name);
        if (own === undefined) continue;
        const oldestMs = row.oldestWaitingAt === null ? 0 : Math.max(0, clock() - row.oldestWaitingAt);
        counts.set(row.name, { ...own, waiting: row.waiting, oldestMs });
      }
      const rows = [...unkept, ...spans.add(at, counts)];
      try {
        await storage.keepSamples(machine, rows);
        unkept = [];
      } catch (error) {
        unkept = rows.slice(-MOST_UNKEPT);
        logTrouble(error);
      }
    },
  };
}

const REFUSED: readonly IntakeCount[] = [
  "refused_address",
  "refused_app",
  "refused_sign",
  "refused_clock",
  "refused_body",
];

/** What has been counted since it was asked before. */
function openCounted({ intake, connector }: SamplingOptions["facts"]) {
  const before = new Map<string, number>();
  /** @param key names a number that only grows */
  const since = (key: string, now: number): number => {
    const passed = now - (before.get(key) ?? 0);
    before.set(key, now);
    // one that began anew, as of a connector that was configured again
    return passed < 0 ? now : passed;
  };
  return (names: readonly string[]): Map<string, SampleCounts> => {
    const acks = [...intake.acks.counts].flatMap((count, index): [string, number][] => {
      const passed = since(`acks ${index}`, count);
      return passed === 0 ? [] : [[String(intake.acks.borders[index] ?? Number.POSITIVE_INFINITY), passed]];
    });
    const callbacks = since("callbacks", countedOfAll(intake, "callbacks_stored"));
    const refused = since("refused", sum(REFUSED.map((name) => countedOfAll(intake, name))));
    const coming: SampleCounts = { callbacks, refused, acks: Object.fromEntries(acks) };
    return new Map([
      ["", coming],
      ...names.map((name): [string, SampleCounts] => {
        const { delivered, dead } = connector(name).endings;
        return [name, { delivered: since(`delivered ${name}`, delivered), dead: since(`dead ${name}`, dead) }];
      }),
    ]);
  };
}
