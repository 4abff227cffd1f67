/** What changes something on a bridge that is reached by its API: as its own operations do, step by step. */
import type { Static } from "@sinclair/typebox";
import { sleep } from "../../basics/waiting.ts";
import type { PlannedRepairs } from "../../operations/deliveries/plan.ts";
import type { Tally } from "../../operations/deliveries/repair.ts";
import type { Operations } from "../../operations/operations.ts";
import type { Verdict } from "../../operations/quarantine/take-in.ts";
import { Refused } from "../../operations/refused.ts";
import type { RepairReport } from "../../storage/contract/ledger.ts";
import type { Plan } from "../../storage/contract/plans.ts";
import { RETRIED } from "../endpoints/status.ts";
import { DISCARDED } from "../endpoints/watching.ts";
import { SILENCE } from "../schemas/alarms.ts";
import { DONE } from "../schemas/common.ts";
import { PLAN, STEP, TALLY } from "../schemas/plans.ts";
import { QUARANTINE_ENTRY, REPLAYED } from "../schemas/quarantine.ts";
import { type Client, part } from "./client.ts";

/** Ids of one request. */
const IDS = 1_000;
const ENTRIES = 200;
/** Between two looks at what goes on over there; milliseconds. */
const LOOK_AGAIN_MS = 200;

export function repairsBy(client: Client) {
  const { post, find } = client;

  /** Frozen to its end by the bridge, which is looked at meanwhile. */
  async function frozen(begun: Plan, onPage: (plan: Plan) => void): Promise<PlannedRepairs> {
    let plan: Plan = begun;
    while (!plan.frozen) {
      onPage(plan);
      await sleep(LOOK_AGAIN_MS);
      const now = await find(PLAN, `/plans/${part(plan.id)}`);
      if (now === null) throw new Refused("unknown", `There is no plan "${plan.id}" (any more).`);
      // whoever froze it was stopped in between
      plan = now.frozen || now.isRunning ? now : await post(PLAN, `/plans/${part(plan.id)}/freeze`);
    }
    return { plan, isContinued: plan.done > 0 && plan.done < plan.deliveries };
  }

  return {
    async pause(name, why) {
      await post(DONE, `/connectors/${part(name)}/pause`, { why });
    },
    async resume(name, why) {
      await post(DONE, `/connectors/${part(name)}/resume`, { why });
    },
    retry: (name, why) => post(RETRIED, `/connectors/${part(name)}/retry`, { why }),
    async repairDeadLetters(repair, ids, { dryRun, onPage }) {
      const tally: Tally = { changed: 0, meant: new Map(), left: [] };
      for (let at = 0; at < ids.length; at += IDS) {
        const some = ids.slice(at, at + IDS);
        add(tally, await post(TALLY, `/dead-letters/${repair}`, { ids: some, dry: dryRun }));
        onPage(tally);
      }
      return tally;
    },
    async planRepair(repair, { since, until, ...filter }, onPage) {
      const when = {
        ...(since !== undefined && { since: new Date(since).toISOString() }),
        ...(until !== undefined && { until: new Date(until).toISOString() }),
      };
      return frozen(await post(PLAN, "/dead-letters/plans", { repair, ...filter, ...when }), onPage);
    },
    openPlan: async (id, onPage) => frozen(await post(PLAN, `/plans/${part(id)}/freeze`), onPage),
    async workOff({ id }, { onPage, isStopped }) {
      const left: RepairReport["left"][number][] = [];
      for (;;) {
        if (isStopped()) {
          const plan = await find(PLAN, `/plans/${part(id)}`);
          if (plan === null) throw new Refused("unknown", `There is no plan "${id}" (any more).`);
          return { plan, left, isDone: false };
        }
        const step = await post(STEP, `/plans/${part(id)}/step`);
        left.push(...step.left);
        onPage(step.plan);
        if (step.plan.done >= step.plan.deliveries) return { plan: step.plan, left, isDone: true };
      }
    },
    async dropPlan(id) {
      await post(DONE, `/plans/${part(id)}/drop`);
    },
    async planReplay(choice, onRead) {
      const which = choice.tag === "ids" ? { ids: choice.ids } : { all: true, stale_within_ms: choice.staleWithin };
      const { verdicts, left, needed } = await post(REPLAYED, "/quarantine/replay", { ...which, dry: true });
      onRead(verdicts.length);
      return { verdicts, left, needed: needed ?? undefined };
    },
    async takeIn(ids, onTaken) {
      const verdicts: Verdict[] = [];
      for (let at = 0; at < ids.length; at += ENTRIES) {
        const some = ids.slice(at, at + ENTRIES);
        verdicts.push(...(await post(REPLAYED, "/quarantine/replay", { ids: some, dry: false })).verdicts);
        onTaken(verdicts.length);
      }
      return verdicts;
    },
    async editEntry({ id, body: seen }, body) {
      const now = await find(QUARANTINE_ENTRY, `/quarantine/${part(id)}`);
      if (now === null) return "gone";
      if (now.digest === undefined || Buffer.compare(now.body, seen) !== 0) return "changed";
      await post(DONE, `/quarantine/${part(id)}/edit`, {
        seen: now.digest,
        body_base64: Buffer.from(body).toString("base64"),
      });
      return "edited";
    },
    silenceAlarm: ({ name, forMs, why }) => post(SILENCE, `/alarms/${part(name)}/silence`, { for: `${forMs}ms`, why }),
    async discardMissing(groups, choice) {
      return (await post(DISCARDED, "/healing/discard", { ...choice, groups })).discarded;
    },
  } satisfies Partial<Operations>;
}

function add(tally: Tally, { changed, meant, left }: Static<typeof TALLY>): void {
  tally.changed += changed;
  tally.left.push(...left);
  for (const { connector, class: name, count } of meant) {
    const classes = tally.meant.get(connector) ?? new Map<string, number>();
    tally.meant.set(connector, classes.set(name, (classes.get(name) ?? 0) + count));
  }
}
