/** What the store and those who serve it tell, gathered for one judgement: through questions that read little. */
import type { AlertSettings } from "../config/schema.ts";
import type { GivenUp, Owed } from "../storage/contract/alarms.ts";
import type { ConnectorStanding } from "../storage/contract/ledger.ts";
import type { Questions } from "../storage/contract/questions.ts";
import type { StoreSeen } from "./seen.ts";

/** Dead letters that are read of one connector at one look: of more, all are known after several. */
const ROWS = 1_000;

type Asked = Pick<Questions, "standing" | "owed" | "givenUp" | "watched" | "bridges">;
type Sums = Omit<GivenUp, "next">;

/** Rejects while the store cannot be asked. */
export function openSeeing(questions: Asked): (alerts: AlertSettings) => Promise<StoreSeen> {
  const letters = new Map<string, LetterWalk>();

  async function givenUp(rows: readonly ConnectorStanding[]): Promise<ReadonlyMap<string, Sums>> {
    const dead = rows.filter((row) => row.dead > 0);
    for (const name of letters.keys()) if (!dead.some((row) => row.name === name)) letters.delete(name);
    const found = new Map<string, Sums>();
    for (const { name } of dead) {
      const walk = letters.get(name) ?? openLetterWalk();
      letters.set(name, walk);
      found.set(name, walk.take(await questions.givenUp(name, walk.from(), ROWS)));
    }
    return found;
  }

  return async ({ dead_letters, unmatched }) => {
    const status = await questions.standing();
    const owed = new Map<string, Owed>();
    for (const { name, waiting } of status.connectors) if (waiting > 0) owed.set(name, await questions.owed(name));
    const isAnyWanted = dead_letters === "any" || unmatched === "any";
    return {
      ...{ status, owed },
      givenUp: isAnyWanted ? await givenUp(status.connectors) : new Map(),
      watched: await questions.watched(),
      bridges: await questions.bridges(),
    };
  };
}

export interface LetterWalk {
  from(): number;
  /** What is known by now: of a walk that is under way, at least what it has found, and what the one before has. */
  take(found: GivenUp): Sums;
}

const NONE: Sums = { rejected: 0, expired: 0, unmatched: 0 };

export function openLetterWalk(): LetterWalk {
  let from = 0;
  let whole = NONE;
  let sofar = NONE;
  return {
    from: () => from,
    take({ next, ...found }) {
      sofar = merged(sofar, found, (one, other) => one + other);
      const known = next === null ? sofar : merged(sofar, whole, Math.max);
      if (next === null) [whole, sofar] = [sofar, NONE];
      from = next ?? 0;
      return known;
    },
  };
}

function merged(one: Sums, other: Sums, by: (a: number, b: number) => number): Sums {
  return {
    rejected: by(one.rejected, other.rejected),
    expired: by(one.expired, other.expired),
    unmatched: by(one.unmatched, other.unmatched),
  };
}
