/** Of the reasons of many, the one that speaks for them. Pure. */
import type { Reason } from "../../connector.ts";

/** The latest of those that are there most often; undefined of none. */
export function commonest(reasons: readonly Reason[]): Reason | undefined {
  const kinds = Map.groupBy(reasons, ({ words, status, category }) => JSON.stringify([words, status, category]));
  const [most = []] = [...kinds.values()].sort((a, b) => b.length - a.length);
  return most.at(-1);
}
