/** What changes something on a bridge that is reached by its API: as its own operations do, step by step. */
import type { Static } from "@sinclair/typebox";
import type { RepairTally } from "../../operations/deliveries/repair.ts";
import type { Operations } from "../../operations/operations.ts";
import type { EntryFate } from "../../operations/quarantine/take-in.ts";
import { RETRIED } from "../endpoints/status.ts";
import { DISCARDED } from "../endpoints/watching.ts";
import { SILENCE } from "../schemas/alarms.ts";
import { DONE } from "../schemas/common.ts";
import { TALLY } from "../schemas/plans.ts";
import { QUARANTINE_ENTRY, REPLAYED } from "../schemas/quarantine.ts";
import { type ApiClient, part } from "./client.ts";
import { plansBy } from "./plans.ts";

/** Ids of one request. */
const IDS = 1_000;
const ENTRIES = 200;

export function repairsBy(client: ApiClient) {
  return { ...handsBy(client), ...lettersBy(client), ...plansBy(client), ...quarantineRepairsBy(client) };
}

/** What is done to connectors, alarms and those who are missing. */
function handsBy({ post }: ApiClient) {
  return {
    async pause(name, why) {
      await post(DONE, `/connectors/${part(name)}/pause`, { why });
    },
    async resume(name, why) {
      await post(DONE, `/connectors/${part(name)}/resume`, { why });
    },
    retry: (name, why) => post(RETRIED, `/connectors/${part(name)}/retry`, { why }),
    silenceAlarm: ({ name, forMs, why }) => post(SILENCE, `/alarms/${part(name)}/silence`, { for: `${forMs}ms`, why }),
    async discardMissing(groups, choice) {
      return (await post(DISCARDED, "/healing/discard", { ...choice, groups })).discarded;
    },
  } satisfies Partial<Operations>;
}

function lettersBy({ post }: ApiClient) {
  return {
    async repairDeadLetters(repair, ids, { dryRun, onPage, why }) {
      const tally: RepairTally = { changed: 0, meant: new Map(), left: [] };
      for (let at = 0; at < ids.length; at += IDS) {
        const some = ids.slice(at, at + IDS);
        add(tally, await post(TALLY, `/dead-letters/${repair}`, { ids: some, dry: dryRun, why }));
        onPage(tally);
      }
      return tally;
    },
  } satisfies Partial<Operations>;
}

function quarantineRepairsBy({ post, find }: ApiClient) {
  return {
    async planReplay(choice, onRead) {
      const which = choice.tag === "ids" ? { ids: choice.ids } : { all: true, stale_within_ms: choice.staleWithin };
      const { verdicts, left, needed } = await post(REPLAYED, "/quarantine/replay", { ...which, dry: true });
      onRead(verdicts.length);
      return { verdicts, left, needed: needed ?? undefined };
    },
    async takeIn(ids, onTaken) {
      const verdicts: EntryFate[] = [];
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
  } satisfies Partial<Operations>;
}

function add(tally: RepairTally, { changed, meant, left }: Static<typeof TALLY>): void {
  tally.changed += changed;
  tally.left.push(...left);
  for (const { connector, class: name, count } of meant) {
    const classes = tally.meant.get(connector) ?? new Map<string, number>();
    tally.meant.set(connector, classes.set(name, (classes.get(name) ?? 0) + count));
  }
}
