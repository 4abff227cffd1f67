/**
 * The most memory that the bridge takes under each attack, and under all of them together, run as the image runs it: the limit
 * that the image documents.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Attack, brackets, largeBodies, largeCallback, unfinishedBodies } from "./attacks.ts";
import { type Process, start } from "./processes.ts";
import { imageMemory, setUp } from "./setup.ts";
import type { BenchOptions, Row } from "./table.ts";

/** MB: what the image's documents promise. */
const GOAL_MB = 256;
const HOSTILE = join(import.meta.dirname, "hostile.ts");

/** Takes seconds for those whose id begins with `slow`. */
const SLOW_TEMPLATE =
  "{% if user_id contains 'slow' %}{% assign a = (1..900000) | find_exp: 'i', 'i > 9999999' %}{% endif %}{{ user_id }}";

type Kind = "gzip" | "deep" | "endless";

interface Scenario {
  readonly what: string;
  readonly attacks: readonly Attack[];
  /** What HubSpot, Segment and the webhook answer; they are well unless set. */
  readonly answers?: readonly [hubspot: Kind, segment: Kind, webhook: Kind];
  readonly slowTemplate?: true;
  /** How long the bridge goes on with what it took, in milliseconds. */
  readonly afterMs: number;
}

const HALF_MINUTE = 30_000;
const SOME_USERS = 5_000;

const SCENARIOS: readonly Scenario[] = [
  { what: "nothing", attacks: [], afterMs: 2_000 },
  {
    what: "one callback of 80,000 users, for three connectors",
    attacks: [largeCallback(80_000)],
    afterMs: HALF_MINUTE,
  },
  ...(["gzip", "deep", "endless"] as const).map((kind) => ({
    what: { gzip: "answers of 200 MB in 200 KB", deep: "answers 200,000 deep", endless: "answers without an end" }[
      kind
    ],
    attacks: [largeCallback(SOME_USERS)],
    answers: [kind, kind, kind] as const,
    afterMs: 10_000,
  })),
  { what: "a slow template", attacks: [largeCallback(SOME_USERS)], slowTemplate: true, afterMs: 10_000 },
  { what: "40 signed bodies of 4 MiB at once", attacks: [largeBodies(40)], afterMs: 5_000 },
  {
    what: "40 callbacks of 70,000 users at once",
    attacks: Array.from({ length: 40 }, () => largeCallback(70_000)),
    afterMs: 5_000,
  },
  { what: "4 MB of [ from two clients", attacks: [brackets(2, 5_000)], afterMs: 1_000 },
  { what: "3,000 bodies that do not end", attacks: [unfinishedBodies(3_000, 64, 10_000)], afterMs: 1_000 },
  { what: "200 bodies of 2 MiB that do not end", attacks: [unfinishedBodies(200, 2_000_000, 10_000)], afterMs: 1_000 },
  {
    what: "all of them together",
    attacks: [
      largeCallback(80_000),
      largeBodies(40),
      brackets(2, 10_000),
      unfinishedBodies(1_500, 64, 10_000),
      unfinishedBodies(200, 2_000_000, 10_000),
    ],
    answers: ["gzip", "deep", "endless"],
    slowTemplate: true,
    afterMs: 10_000,
  },
];

export async function benchMemory({ destinations, only = "" }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of SCENARIOS.filter(({ what }) => what.includes(only))) {
    console.error(`  … ${scenario.what}`);
    rows.push(await suffer(scenario, destinations));
  }
  return rows;
}

async function suffer(scenario: Scenario, well: Process): Promise<Row> {
  const { what, attacks, answers, slowTemplate, afterMs } = scenario;
  const hostile = answers && (await start([HOSTILE], "hubspot", environmentOf(answers)));
  const setup = await setUp(hostile ?? well, {
    env: await imageMemory(),
    ...(slowTemplate && { body: { who: SLOW_TEMPLATE } }),
  });
  const bridge = await setup.startBridge();
  const idle = await bridge.peakMb();
  await Promise.all(attacks.map((attack) => attack(bridge)));
  await pause(afterMs);
  const [peak, now] = [await bridge.peakMb(), await bridge.residentMb()];
  await bridge.stop();
  await Promise.all([setup.close(), hostile?.stop()]);
  return {
    what: `memory at most, under ${what}`,
    // one that ended has no memory to tell of
    value: peak === 0 ? "the bridge ended" : `${peak.toFixed(0)} MB`,
    goal: `≤ ${GOAL_MB} MB`,
    detail: `${idle.toFixed(0)} MB before, ${now.toFixed(0)} MB after`,
  };
}

function environmentOf([HUBSPOT, SEGMENT, WEBHOOK]: NonNullable<Scenario["answers"]>): Record<string, string> {
  return { HUBSPOT, SEGMENT, WEBHOOK };
}
