/** Passes in a process of their own, whose memory is theirs: a first one of each account, and one that finds everybody there. */
import { performance } from "node:perf_hooks";
import { sleep } from "../../src/basics/waiting.ts";
import { openChatRest } from "../../src/chat-rest/client.ts";
import type { ChatRest } from "../../src/chat-rest/contract.ts";
import { SANDBOX_KEY } from "../../src/chat-rest/sandbox.ts";
import { openRates } from "../../src/delivery/tools/rate.ts";
import { openReconcileFacts } from "../../src/facts/reconcile-facts.ts";
import type { PassParts } from "../../src/reconcile/parts.ts";
import { runPass } from "../../src/reconcile/pass.ts";
import { restAfter } from "../../src/reconcile/resting.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openStorage } from "../../src/storage/open.ts";

const APP = 1_400_000_000;
/** So many pages tell what one takes without a store. */
const BARE_PAGES = 200;

export interface Task {
  readonly url: string;
  readonly store: { readonly url: string; readonly schema: string };
  readonly accounts: readonly string[];
  /** Calls a second; absent: as many as one likes. */
  readonly calls?: number;
}

/** Milliseconds, of all accounts together. */
export interface PassTimes {
  readonly ms: number;
  readonly readMs: number;
  readonly siftMs: number;
  readonly mergeMs: number;
  readonly calls: number;
  readonly pages: number;
}

const { url, store, accounts, calls: rate } = JSON.parse(process.argv[2] ?? "{}") as Task;
const limiter =
  rate === undefined ? undefined : openRates().limiter("chat", { requests: rate, perMs: 1_000 }, "reconcile");
const made = { calls: 0 };
const rest = { base_url: url, admin: "administrator", secret_key: SANDBOX_KEY };
const chat = openChatRest({
  ...{ app: APP, rest, userAgent: "bench" },
  async permit(signal) {
    made.calls += 1;
    await limiter?.acquire(signal);
  },
});
const storage = await openStorage({ ...store, prepare: true }, { create: true });
await storage.keepRoster(accounts.map((account) => ({ app: String(APP), account })));
const bareMs = await bare(chat, accounts[0] ?? "");
const first = await passes();
const second = await passes();
const peakMb = process.resourceUsage().maxRSS / 1_024;
await storage.close();
console.log(JSON.stringify({ done: "", bareMs, first, second, peakMb }));

/** What one page takes, with nothing done about it. */
async function bare(asked: ChatRest, account: string): Promise<number> {
  const began = performance.now();
  let [next, pages] = ["", 0];
  do {
    const page = await asked.subscribers(account, next);
    if (page.tag !== "ok") throw new Error(page.tag);
    next = page.value.next;
    pages += 1;
  } while (next !== "" && pages < BARE_PAGES);
  return (performance.now() - began) / pages;
}

async function passes(): Promise<PassTimes> {
  const [began, before] = [performance.now(), made.calls];
  const marks = { sift: 0, merge: 0, end: 0 };
  const mark = (name: keyof typeof marks) => {
    if (marks[name] === 0) marks[name] = performance.now();
  };
  const watched: Storage = {
    ...storage,
    siftRoster(step) {
      mark("sift");
      return storage.siftRoster(step);
    },
    mergePages(step) {
      mark("merge");
      return storage.mergePages(step);
    },
    endPass(held, end) {
      mark("end");
      return storage.endPass(held, end);
    },
  };
  const results = await Promise.all(
    accounts.map((account) => runPass({ ...partsOn(watched) }, { app: String(APP), account })),
  );
  const bad = results.find(({ tag }) => tag !== "done");
  if (bad !== undefined) throw new Error(JSON.stringify(bad));
  const ended = await storage.passes({ limit: accounts.length });
  return {
    ms: performance.now() - began,
    ...{ readMs: marks.sift - began, siftMs: marks.merge - marks.sift, mergeMs: marks.end - marks.merge },
    ...{ calls: made.calls - before, pages: ended.reduce((sum, { pages }) => sum + pages, 0) },
  };
}

function partsOn(on: Storage): PassParts {
  const note = () => undefined;
  return {
    ...{ storage: on, chat, holder: "bench", clock: Date.now, facts: openReconcileFacts() },
    ...{ log: { debug: note, info: note, warn: note, error: note }, signal: new AbortController().signal },
    settings: { skewMs: 60_000, holdAbove: { people: 100, share: 0.05 }, cameBack: "record", destroyedAccount: "hold" },
    // as the bridge does where nobody crowds in
    giveWay: (workedMs) => sleep(restAfter(workedMs, storage.shared)),
    pause: (ms) => sleep(ms),
    whyWait: async () => undefined,
  };
}
