/** Who left without a callback that reached us: what was found, what waits for a person, and how well accounts are covered. */
import { sum } from "../../basics/sum.ts";
import { PASS_ENDS, PERSON_ENDS } from "../../facts/reconcile-facts.ts";
import type { MissingState } from "../../storage/contract/missing.ts";
import type { AccountStatus } from "../../storage/contract/roster.ts";
import { counter, gauge, type MetricDefinition, type Sample } from "../definition.ts";
import type { ScrapeMoment } from "../moment.ts";

const ACCOUNT = ["app", "account"] as const;
const STATES: readonly MissingState[] = ["found", "held", "baseline", "quarantined", "no_moment", "came_back"];
/** Accounts that only callbacks have named: as one, for anybody may name any. No account can be called so. */
const OTHER = "_other";

interface Group {
  readonly labels: Readonly<Record<(typeof ACCOUNT)[number], string>>;
  readonly accounts: readonly AccountStatus[];
}

/** By app and account, as far as the configuration names them. */
export function accountGroups({ config, rosters }: Pick<ScrapeMoment, "config" | "rosters">): readonly Group[] {
  const named = config.reconcile?.accounts ?? "seen";
  const nameOf = ({ app, account }: AccountStatus) => {
    const isNamed =
      named !== "seen" &&
      named.some((one) =>
        typeof one === "string" ? one === account : one.account === account && String(one.app) === app,
      );
    return isNamed ? account : OTHER;
  };
  const groups = Map.groupBy(rosters.value?.accounts ?? [], (one) => JSON.stringify([one.app, nameOf(one)]));
  return [...groups].map(([key, accounts]) => {
    const [app = "", account = ""] = JSON.parse(key) as string[];
    return { labels: { app, account }, accounts };
  });
}

/** One value of each group, or none where it is not known of all in it. */
const ofGroups =
  (read: (account: AccountStatus, now: number) => number | undefined, join: (values: readonly number[]) => number) =>
  (moment: ScrapeMoment): Sample<number>[] =>
    accountGroups(moment).flatMap(({ labels, accounts }): Sample<number>[] => {
      const values = accounts.flatMap((account) => read(account, moment.now) ?? []);
      return values.length < accounts.length ? [] : [[labels, join(values)]];
    });

const largest = (values: readonly number[]): number => Math.max(...values);

export const RECONCILING: readonly MetricDefinition[] = [
  counter("reconcile_passes_total", "Comparisons by how they ended.", ["end"], ({ facts }) =>
    PASS_ENDS.map((end) => [{ end }, facts.reconcile.passes[end]]),
  ),
  counter("reconcile_people_total", "People about whom Chat was asked, by what became of them.", ["end"], ({ facts }) =>
    PERSON_ENDS.map((end) => [{ end }, facts.reconcile.people[end]]),
  ),
  counter(
    "reconcile_told_total",
    "Unsubscriptions that callbacks have told, ever. Accounts that the configuration does not name are one, _other.",
    ACCOUNT,
    ofGroups(({ sums }) => sums.told, sum),
  ),
  counter(
    "reconcile_found_total",
    "Unsubscriptions that no callback told and that were found, ever.",
    ACCOUNT,
    ofGroups(({ sums }) => sums.found, sum),
  ),
  gauge(
    "reconcile_longest_seconds",
    "The longest from when somebody was last seen to when it was found that they had left, in the latest twelve months.",
    ACCOUNT,
    ofGroups(({ coverage }) => Math.max(0, ...coverage.map(({ longestMs }) => longestMs / 1_000)), largest),
  ),
  gauge(
    "reconcile_unheard",
    "Found in a row since a callback last told of somebody: several, and Chat does not reach us.",
    ACCOUNT,
    ofGroups(({ unheard }) => unheard, largest),
  ),
  gauge(
    "reconcile_missing",
    "Who seems to be missing, by what is known of them; held: until a person decides.",
    [...ACCOUNT, "state"],
    (moment) =>
      accountGroups(moment).flatMap(({ labels, accounts }) =>
        STATES.map((state) => [{ ...labels, state }, sum(accounts.map(({ missing }) => missing[state] ?? 0))] as const),
      ),
  ),
  gauge(
    "reconcile_finds_since_seconds",
    "What happened since then can be found, in seconds since 1970; absent before the first comparison.",
    ACCOUNT,
    ofGroups(({ baselineAt }) => (baselineAt === null ? undefined : baselineAt / 1_000), largest),
  ),
  gauge(
    "reconcile_read_age_seconds",
    "Since when the latest comparison that was believed began.",
    ACCOUNT,
    ofGroups(({ readAt }, now) => (readAt === null ? undefined : Math.max(0, (now - readAt) / 1_000)), largest),
  ),
];
