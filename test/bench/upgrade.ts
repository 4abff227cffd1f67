/** From the start of a bridge on a large store that 0.1.0 has written, to its first callback; in turns with a small one. */
import { copyFile, rm } from "node:fs/promises";
import { postOnce } from "../support/callbacks.ts";
import { copyOf010, grow010, type Left } from "../support/fixtures.ts";
import { start } from "./processes.ts";
import { MAIN } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

const EVENTS = 1_000_000;
/** Nothing listens there: what is due is tried, and waits. */
const NOWHERE = "http://127.0.0.1:9";
const AWAY = { CRM_URL: NOWHERE, ANALYTICS_URL: NOWHERE, PARTNER_URL: NOWHERE };

export async function benchUpgrade({ rounds }: BenchOptions): Promise<Row[]> {
  const [large, small] = [await copyOf010(AWAY), await copyOf010(AWAY)];
  grow010(large.path("data/bridge.db"), { events: EVENTS, parked: true });
  for (const left of [large, small]) await copyFile(left.path("data/bridge.db"), left.path("written.db"));
  const [ofLarge, ofSmall]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ofLarge.push(await msToFirst(large));
    ofSmall.push(await msToFirst(small));
  }
  await Promise.all([large.close(), small.close()]);
  const share = median(ofLarge.map((ms, round) => ms / (ofSmall[round] ?? Number.NaN)));
  return [
    {
      what: "first callback after a start on a 0.1.0 store of 1,000,000 events, 4,000,000 of them waiting",
      value: `${median(ofLarge).toFixed(0)} ms`,
      goal: "< 2,000 ms",
      detail: `${share.toFixed(2)} times a small store's, which took ${median(ofSmall).toFixed(0)} ms`,
    },
  ];
}

/** Puts the store back as it was written, and starts a bridge on it. Resolves with the milliseconds until it has taken a callback. */
async function msToFirst(left: Left): Promise<number> {
  const store = left.path("data/bridge.db");
  for (const end of ["-wal", "-shm"]) await rm(`${store}${end}`, { force: true });
  await copyFile(left.path("written.db"), store);
  const began = performance.now();
  const bridge = await start([MAIN, "serve", "--config", left.config], "url", left.env);
  const { url, path } = bridge.said;
  if (!(await postOnce(`${url}${path}`, { users: ["first"] }))) throw new Error("the first callback was not taken");
  const ms = performance.now() - began;
  await bridge.stop();
  return ms;
}
