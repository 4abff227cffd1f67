/** Gives the disk back what pruning has freed, where the store was made so that it can be. */
import { excessPages, NOTHING, type PrunedBatch } from "../../rules/pruning.ts";
import type { Context } from "../context.ts";

/** What `PRAGMA auto_vacuum` says of a store that can shrink: https://sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;

/** @param most pages at once */
export function shrink({ all, one }: Context, most: number): PrunedBatch {
  const read = (pragma: string) => Number(one(`PRAGMA ${pragma}`)?.[pragma] ?? 0);
  if (read("auto_vacuum") !== INCREMENTAL) return NOTHING;
  const excess = excessPages(read("page_count"), read("freelist_count"));
  if (excess === 0) return NOTHING;
  all(`PRAGMA incremental_vacuum(${Math.min(excess, most)})`);
  return { rows: 0, more: excess > most };
}
