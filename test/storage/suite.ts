/**
 * The conformance suite of the storage contract (src/storage/contract/storage.ts): what every store must do, one sentence each.
 *
 *   storageSuite("sqlite", async () => ({ storage: openSqlite({ path: ":memory:" }), … }));
 *
 * `open` gives an empty store for each case. Delays are 0 or hours wherever they can be, so that a store whose clock nobody
 * turns (PostgreSQL has the database's) proves nearly everything. Cases that cannot do without a turned clock are marked
 * `needs: "advance"` and run only where `open` offers `advance`; likewise `needs: "reopen"`.
 */
import { describe, test } from "node:test";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { alarmCases } from "./suite-alarms.ts";
import { askingCases } from "./suite-asking.ts";
import { auditCases } from "./suite-audit.ts";
import { boundsCases } from "./suite-bounds.ts";
import { carryingCases } from "./suite-carrying.ts";
import { clockCases } from "./suite-clock.ts";
import { entryCases } from "./suite-entries.ts";
import { healingCases } from "./suite-healing.ts";
import { healthCases } from "./suite-health.ts";
import { intakeCases } from "./suite-intake.ts";
import { journalCases } from "./suite-journal.ts";
import { orderCases } from "./suite-order.ts";
import { planCases } from "./suite-plans.ts";
import { presenceCases } from "./suite-presence.ts";
import { probingCases } from "./suite-probing.ts";
import { pruningCases } from "./suite-pruning.ts";
import { quarantineCases } from "./suite-quarantine.ts";
import { questionCases } from "./suite-questions.ts";
import { registrationCases } from "./suite-registration.ts";
import { repairingCases } from "./suite-repairing.ts";
import { reportCases } from "./suite-reports.ts";
import { rereadingCases } from "./suite-rereading.ts";
import { rosterCases } from "./suite-roster.ts";
import { routingCases } from "./suite-routing.ts";
import { sampleCases } from "./suite-samples.ts";
import { settlingCases } from "./suite-settling.ts";
import { supersessionCases } from "./suite-supersession.ts";
import type { Case, Open, OpenStore, World } from "./suite-support.ts";
import { takingCases } from "./suite-taking.ts";

const TOPICS: Readonly<Record<string, readonly Case[]>> = {
  intake: intakeCases,
  quarantine: quarantineCases,
  bounds: boundsCases,
  registration: registrationCases,
  routing: routingCases,
  carrying: carryingCases,
  taking: takingCases,
  order: orderCases,
  supersession: supersessionCases,
  settling: settlingCases,
  entries: entryCases,
  reports: reportCases,
  probing: probingCases,
  health: healthCases,
  journal: journalCases,
  asking: askingCases,
  questions: questionCases,
  repairing: repairingCases,
  rereading: rereadingCases,
  audit: auditCases,
  plans: planCases,
  samples: sampleCases,
  clock: clockCases,
  presence: presenceCases,
  pruning: pruningCases,
  roster: rosterCases,
  healing: healingCases,
  alarms: alarmCases,
};

export interface SuiteOffers {
  /** What this kind of store can do, so that the cases which need it run. */
  readonly advance: boolean;
  readonly reopen: boolean;
  /** Of these topics alone on Deno: the others are about SQL, which knows nothing of who asks. All of them unless given. */
  readonly onDeno?: readonly string[];
}

export function storageSuite(name: string, offers: SuiteOffers, open: Open): void {
  for (const [topic, cases] of Object.entries(TOPICS)) {
    const isForBoth = offers.onDeno?.includes(topic) ?? true;
    describe(`${name}: ${topic}`, { skip: !isForBoth && ON_BUN_ALONE }, () => {
      for (const one of cases) {
        if (one.needs === undefined || offers[one.needs]) test(one.what, () => run(one, open));
      }
    });
  }
}

async function run(one: Case, open: Open): Promise<void> {
  const store = await open();
  try {
    await one.prove(worldOf(store));
  } finally {
    await store.close();
  }
}

/** More than the store's millisecond, on machines whose timers are early. */
const MOMENT_MS = 3;

function worldOf(store: OpenStore): World {
  return {
    storage: store.storage,
    questions: store.questions,
    async moment() {
      if (store.advance !== undefined) await store.advance(MOMENT_MS);
      else await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    },
    async advance(ms) {
      if (store.advance === undefined) throw new Error("this store's clock cannot be turned");
      await store.advance(ms);
    },
    async reopen() {
      if (store.reopen === undefined) throw new Error("this store cannot be opened again");
      return store.reopen();
    },
  };
}
