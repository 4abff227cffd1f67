/** A server that logs the plan of each statement with what it took, and what is read of such a log. */

export const EXPLAINING = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "0",
  "auto_explain.log_analyze": "on",
};

/** The most rows that any step of these plans read or threw away. */
export function mostRows(plans: string): number {
  const read = plans
    .matchAll(/actual time=\S+ rows=([\d.]+) loops=(\d+)/g)
    .map(([, rows, loops]) => Number(rows) * Number(loops));
  const removed = plans.matchAll(/Rows Removed by [\w ]+: (\d+)/g).map(([, rows]) => Number(rows));
  return [...read, ...removed].reduce((most, rows) => Math.max(most, rows), 0);
}
