/**
 * How many connections this machine may have, shared by intake and the rest. What it wants, until the server says that there are
 * no more: then half of what it has, and one more now and then. Whoever shares the server's limit with it gets in that way, and
 * intake always has one. Pure: the clock is an argument.
 */

export interface Wanted {
  readonly intake: number;
  readonly work: number;
}

export interface Room {
  /** Most connections for one of the two. */
  shareOf(part: keyof Wanted): number;
  /** The server lets nobody in, and we hold so many. */
  full(held: number): void;
}

/** Intake has connections of its own: whatever the rest is doing, a callback need not wait for it. */
export const INTAKE_CONNECTIONS = 3;
export const WORK_CONNECTIONS = 10;
/** Questions are answered one after the other. */
export const QUESTION_CONNECTIONS = 1;
/** What each machine wants of the server. */
export const CONNECTIONS = INTAKE_CONNECTIONS + WORK_CONNECTIONS + QUESTION_CONNECTIONS;
/** Below this nothing works: one for intake, one for the rest. */
export const LEAST_CONNECTIONS = 2;
/** One more is tried after so many milliseconds. */
const GROW_MS = 30_000;

/** How many sessions this role may have here, in SQL; without what the server keeps for others. */
export const CONNECTION_LIMIT = `(SELECT least(nullif(r.rolconnlimit, -1), nullif(d.datconnlimit, -1),
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
  FROM pg_roles r, pg_database d WHERE r.rolname = session_user AND d.datname = current_database())`;

export function openRoom(wanted: Wanted, now: () => number): Room {
  const all = wanted.intake + wanted.work;
  let limit = all;
  let limitedAt = 0;

  function most(): number {
    return Math.min(all, limit + Math.floor((now() - limitedAt) / GROW_MS));
  }

  return {
    shareOf(part) {
      const total = most();
      if (total === all) return wanted[part];
      // a quarter for intake: its transactions are short
      const intake = Math.min(wanted.intake, Math.max(1, Math.floor(total / 4)));
      return part === "intake" ? intake : Math.min(wanted.work, Math.max(1, total - intake));
    },
    full(held) {
      limit = Math.max(LEAST_CONNECTIONS, Math.floor(Math.min(held, most()) / 2));
      limitedAt = now();
    },
  };
}
