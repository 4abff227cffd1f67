/**
 * Which number an event has, by its id. Events have no index by id alone: ids are random, and every insert would write to
 * another place of it. So an id that was read a moment ago is remembered, and only an unknown one is searched for.
 */
import type { Context } from "./context.ts";

/** Enough for the pages that are read and then changed. */
const REMEMBERED = 20_000;

export interface EventIds {
  /** What was read just now may be asked for again by its id. */
  remember(events: Iterable<{ readonly id: string; readonly seq: number }>): void;
  /** Undefined unless it was read lately. */
  remembered(id: string): number | undefined;
  /** The numbers of those events that there are. A remembered one may have been pruned since. */
  numbers(ids: readonly string[]): number[];
}

const known = new WeakMap<Pick<Context, "all">, EventIds>();

export function eventIdsOf(context: Pick<Context, "all">): EventIds {
  const ids = known.get(context) ?? openEventIds(context);
  known.set(context, ids);
  return ids;
}

function openEventIds({ all }: Pick<Context, "all">): EventIds {
  const memory = new Map<string, number>();

  function remember(events: Iterable<{ readonly id: string; readonly seq: number }>): void {
    for (const { id, seq } of events) {
      // to the end, as the latest
      memory.delete(id);
      memory.set(id, seq);
    }
    for (const id of memory.keys()) {
      if (memory.size <= REMEMBERED) return;
      memory.delete(id);
    }
  }

  /** Reads all events once, however many ids there are. */
  function search(ids: readonly string[]): { id: string; seq: number }[] {
    const rows = all("SELECT id, seq FROM events WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
    return rows.map(({ id, seq }) => ({ id: String(id), seq: Number(seq) }));
  }

  return {
    remember,
    remembered: (id) => memory.get(id),
    numbers(ids) {
      const unknown = ids.filter((id) => !memory.has(id));
      const found = unknown.length === 0 ? [] : search(unknown);
      const remembered = ids.flatMap((id) => memory.get(id) ?? []);
      remember(found);
      return [...new Set([...remembered, ...found.map(({ seq }) => seq)])];
    },
  };
}
