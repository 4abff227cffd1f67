/**
 * The bodies that are still coming in: how many there may be, how much they may hold together, and which of them is ended
 * for the sake of the others. What arrives is counted as it arrives.
 *
 * A body begins in the hall, where each may hold a little and there is room for many. One that turns out to be long needs
 * one of a few seats before it goes on; until it has one it is not read, and the network holds its sender back.
 */

/** Counts, and sizes in bytes. */
export interface CrowdLimits {
  /** Bodies that have not become long, and what they may hold together. */
  readonly hallCount: number;
  readonly hallBytes: number;
  /** What the runtime may hold of long bodies, with a seat and without. */
  readonly longBytes: number;
  /** What long bodies with a seat may hold together. */
  readonly seatBytes: number;
  /** Milliseconds in which one with a seat must bring `LEAST_BROUGHT`, while others wait for a seat. */
  readonly patienceMs: number;
}

export const CROWD_LIMITS: CrowdLimits = {
  hallCount: 2_000,
  hallBytes: 16 * 1024 * 1024,
  longBytes: 96 * 1024 * 1024,
  seatBytes: 8 * 1024 * 1024,
  patienceMs: 500,
};

/** Most bytes of a body that is not long. */
export const LONG = 16 * 1024;
/** Bytes of one body that Bun takes from the network before anybody reads it; Deno takes less. */
const TAKEN_UNREAD = 2 * 1024 * 1024;
/** Chat waits two seconds for its answer: what is slower than this is in vain. In bytes. */
const LEAST_BROUGHT = 32 * 1024;
/** Whatever `server.max_body` is: with a single seat, one slow body would stop all long ones. */
const FEWEST_SEATS = 2;

/** `late`: its time is over. `crowded`: others needed its room. */
export type Ending = "late" | "crowded";

/** A body under way. */
export interface Guest {
  /** By the clock of `performance.now()`. */
  readonly dueAt: number;
  /** Bytes that it holds; of a short one that is read as a whole, the bytes that it declared. */
  bytes: number;
  /** It has come to its end, and holds its bytes until it is answered: nobody ends it any more. */
  isWhole: boolean;
  /** Called at most once, after it has left. */
  end(why: Ending): void;
}

export interface Crowd {
  /** Takes a body in; others that are slower are ended for it. */
  enter(guest: Guest): void;
  /** More of it has come. */
  grow(guest: Guest, bytes: number): void;
  /** It is long: resolves when it has a seat, and with false when there is none to be had. `size` is the most it may get. */
  seat(guest: Guest, size: number): Promise<boolean>;
  /** It needs no room any more. What has left before is left alone. */
  leave(guest: Guest): void;
  /** Ends what is due. */
  sweep(now: number): void;
  /** How many there are. */
  size(): number;
}

interface Seat {
  /** The most that it may get, in bytes. */
  readonly size: number;
  /** When it last had brought enough, and how much it had then. */
  at: number;
  bytes: number;
}

interface Waiter {
  readonly guest: Guest;
  readonly size: number;
  resolve(seated: boolean): void;
}

export function crowd(limits: CrowdLimits, clock: () => number = () => performance.now()): Crowd {
  // in the order of their coming, since all have the same time
  const hall = new Set<Guest>();
  const seated = new Map<Guest, Seat>();
  let waiters: Waiter[] = [];
  let held = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function leave(guest: Guest): void {
    if (hall.delete(guest)) held -= guest.bytes;
    else if (seated.delete(guest)) fillSeats();
    else waiters = waiters.filter((waiter) => waiter.guest !== guest || void waiter.resolve(false));
  }

  function end(guest: Guest, why: Ending): void {
    leave(guest);
    guest.end(why);
  }

  /** All hold little: the one that has been here longest is the slowest. */
  function makeRoom(newest: Guest): void {
    for (const guest of hall) {
      if (hall.size <= limits.hallCount && held <= limits.hallBytes) return;
      if (guest !== newest) end(guest, "crowded");
    }
  }

  function hasSeatFor(size: number): boolean {
    const taken = [...seated.values()].map((seat) => seat.size);
    return taken.length < FEWEST_SEATS || sum(taken) + size <= limits.seatBytes;
  }

  function isTooMuch(size: number): boolean {
    const sizes = [...seated.values(), ...waiters].map((one) => one.size);
    const taken = [...sizes, size].map(takenUnread);
    return taken.length > FEWEST_SEATS && sum(taken) > limits.longBytes;
  }

  function fillSeats(): void {
    while (waiters[0] !== undefined && hasSeatFor(waiters[0].size)) {
      const [{ guest, size, resolve }] = waiters as [Waiter];
      waiters = waiters.slice(1);
      seated.set(guest, { size, at: clock(), bytes: guest.bytes });
      resolve(true);
    }
    // judged after the next look at the network: what waits there while we are busy has been brought
    if (waiters.length > 0 && timer === undefined) timer = setTimeout(() => setImmediate(hurry), limits.patienceMs);
  }

  function hurry(): void {
    timer = undefined;
    let isAnySlow = true;
    while (waiters.length > 0 && isAnySlow) isAnySlow = endSlowest();
    fillSeats();
  }

  /** Ends the one that has been bringing too little for the longest; false when there is none. */
  function endSlowest(): boolean {
    const before = clock() - limits.patienceMs;
    let slowest: Guest | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const [guest, { at }] of seated) {
      if (guest.isWhole || at > before || at >= since) continue;
      slowest = guest;
      since = at;
    }
    if (slowest !== undefined) end(slowest, "crowded");
    return slowest !== undefined;
  }

  return {
    leave,
    enter(guest) {
      hall.add(guest);
      held += guest.bytes;
      makeRoom(guest);
    },
    grow(guest, bytes) {
      guest.bytes += bytes;
      const seat = seated.get(guest);
      if (seat !== undefined && guest.bytes - seat.bytes >= LEAST_BROUGHT) {
        seat.at = clock();
        seat.bytes = guest.bytes;
      }
      if (!hall.has(guest)) return;
      held += bytes;
      makeRoom(guest);
    },
    async seat(guest, size) {
      if (!hall.has(guest)) return seated.has(guest);
      leave(guest);
      if (isTooMuch(size) && !endSlowest()) return false;
      return new Promise((resolve) => {
        waiters.push({ guest, size, resolve });
        fillSeats();
      });
    },
    sweep(now) {
      const all = [...hall, ...waiters.map(({ guest }) => guest), ...seated.keys()];
      for (const guest of all) if (guest.dueAt <= now && !guest.isWhole) end(guest, "late");
    },
    size: () => hall.size + seated.size + waiters.length,
  };
}

function takenUnread(size: number): number {
  return Math.min(size, TAKEN_UNREAD);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const one of numbers) total += one;
  return total;
}
