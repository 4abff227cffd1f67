/** Load from a process of its own: wrk where it is installed, autocannon from npm otherwise. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 2xx, and broken connections. */
  readonly failures: number;
}

const SCRIPT = join(import.meta.dirname, "callbacks.lua");

/** Posts callbacks of ever new users for a while. */
export async function load(options: Load): Promise<LoadResult> {
  const result = (await hasWrk()) ? await byWrk(options) : await byAutocannon(options);
  if (result.requestsPerSecond === 0) throw new Error(`no answer from ${options.url}`);
  return result;
}

export async function loadTool(): Promise<string> {
  return (await hasWrk()) ? "wrk" : "autocannon";
}

let wrkIsThere: boolean | undefined;
async function hasWrk(): Promise<boolean> {
  wrkIsThere ??= await run("wrk", ["--version"]).then(
    () => true,
    () => false,
  );
  return wrkIsThere;
}

async function byWrk({ url, connections, seconds }: Load): Promise<LoadResult> {
  const args = ["-t1", `-c${connections}`, `-d${seconds}`, "--latency", "-s", SCRIPT, url];
  const text = await run("wrk", args);
  const { requests, durationUs, p50Us, p99Us, failures } = JSON.parse(
    text.slice(text.lastIndexOf("RESULT ") + 7),
  ) as Record<"requests" | "durationUs" | "p50Us" | "p99Us" | "failures", number>;
  return { requestsPerSecond: (requests * 1e6) / durationUs, p50: p50Us / 1000, p99: p99Us / 1000, failures };
}

async function byAutocannon({ url, connections, seconds }: Load): Promise<LoadResult> {
  const args = [
    "autocannon@9.0.0",
    "--json",
    "-m",
    "POST",
    "-c",
    `${connections}`,
    "-d",
    `${seconds}`,
    "-I",
    "-b",
    BODY,
    url,
  ];
  const result = JSON.parse(await run("npx", ["--yes", ...args]));
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures: result.non2xx + result.errors,
  };
}

/** autocannon puts a fresh id where it says `[<id>]`. */
const BODY = JSON.stringify({
  CallbackCommand: "OfficialAccount.CallbackAfterDeleteSubscriber",
  Official_Account: "@TOA#_bench",
  Operator_Account: "admin",
  SubscribeAccountList: [{ Subscriber_Account: "u-[<id>]" }],
  EventTime: Date.now(),
});

async function run(file: string, args: readonly string[]): Promise<string> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  if (text === "") throw new Error(`${file} said nothing`);
  return text;
}
