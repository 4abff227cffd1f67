/** What a pass beside them costs callbacks: slices with the stand-in for Chat answering, and with it standing still, in turns. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SANDBOX_KEY } from "../../src/chat-rest/sandbox.ts";
import { type LoadResult, load } from "./load.ts";
import { type Process, start } from "./processes.ts";
import { type Setup, setUp, signedUrl } from "./setup.ts";
import { type BenchOptions, median, type Row, range } from "./table.ts";

const CONNECTIONS = 64;

interface Turn {
  readonly alone: LoadResult;
  readonly beside: LoadResult;
  /** Pages that the pass has read meanwhile. */
  readonly pages: number;
}

export interface Beside {
  /** Its row's name. */
  readonly what: string;
  readonly goal: string;
  /** SQLite in a folder of its own unless given. */
  readonly storage: { readonly url: string; readonly schema: string } | undefined;
  /** More than are read in all slices. */
  readonly people: number;
  /** Of Chat in a second. */
  readonly calls: number;
}

export async function intakeBeside(beside: Beside, options: BenchOptions): Promise<Row> {
  const { storage, people } = beside;
  const chat = await start([join(import.meta.dirname, "chat.ts"), "1", `${people}`, "0"], "url");
  const setup = await setUp(options.destinations, {
    ...{ enabled: [], env: { CHAT_SECRET_KEY: SANDBOX_KEY } },
    ...(storage !== undefined && { storage }),
  });
  await reconcile(setup, chat.said.url ?? "", beside.calls);
  const calls = countCalls(chat);
  const bridge = await setup.startBridge();
  await calls.reach(1);
  const slice = () => load({ url: signedUrl(bridge), connections: CONNECTIONS, seconds: options.seconds });
  const alone = async () => {
    chat.pause();
    const result = await slice();
    chat.resume();
    return result;
  };
  await slice();
  const turns: Turn[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const before = await alone();
    const from = await calls.reach(calls.seen() + 1);
    turns.push({ alone: before, beside: await slice(), pages: calls.seen() - from });
  }
  await bridge.stop();
  await chat.stop();
  await setup.close();
  return row(beside, turns);
}

async function reconcile({ config }: Setup, url: string, calls: number): Promise<void> {
  const yaml = await readFile(config, "utf8");
  const rest = `rest: { base_url: "${url}", secret_key: "\${CHAT_SECRET_KEY}" } }`;
  await writeFile(
    config,
    `${yaml.replace('CALLBACK_TOKEN}" }', `CALLBACK_TOKEN}", ${rest}`)}
reconcile: { accounts: ["@TOA#_0"], calls: ${calls}/s }
`,
  );
}

/** How many calls it has answered, as it tells now and then. */
function countCalls(chat: Process) {
  let seen = 0;
  const waiting = new Set<() => void>();
  void chat
    .until((line) => {
      if (typeof line.calls === "number") seen = line.calls;
      for (const look of waiting) look();
      return false;
    })
    .catch(() => undefined);
  return {
    seen: () => seen,
    reach: (calls: number) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (seen < calls) return;
          waiting.delete(look);
          resolve(seen);
        };
        waiting.add(look);
        look();
      }),
  };
}

function row({ what, goal }: Beside, turns: readonly Turn[]): Row {
  const ratios = turns.map(({ alone, beside }) => beside.p99 / alone.p99);
  const of = (which: "alone" | "beside", what: "p99" | "requestsPerSecond") =>
    median(turns.map((turn) => turn[which][what]));
  const share = median(turns.map(({ alone, beside }) => beside.requestsPerSecond / alone.requestsPerSecond));
  const failures = turns.reduce((sum, { beside }) => sum + beside.failures, 0);
  return {
    what,
    value: median(ratios).toFixed(2),
    goal,
    detail: `ratios ${range(ratios)}; ${of("beside", "p99").toFixed(1)} against ${of("alone", "p99").toFixed(1)} ms, ${share.toFixed(2)} times as many callbacks/s; ${failures} failures, ${median(turns.map(({ pages }) => pages))} pages a slice`,
  };
}
