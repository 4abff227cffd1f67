/**
 * The quota of stale requests: so many may be under way at once, with so many bytes, and of one app and RequestTime but a few.
 * When it is full, the one with the oldest RequestTime is ended for a newer one: honest senders show a new one each second.
 */

/** Counts of requests, and bytes of bodies: those that have come, or were declared. */
export interface QuotaLimits {
  readonly requests: number;
  readonly bytes: number;
  readonly ofOneTime: { readonly requests: number; readonly bytes: number };
}

export const QUOTA: QuotaLimits = {
  requests: 64,
  bytes: 16 * 1024 * 1024,
  ofOneTime: { requests: 8, bytes: 4 * 1024 * 1024 },
};

/** A request's place in the quota. */
export interface Place {
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly requestTime: number;
  readonly bytes: number;
}

export interface StaleQuota {
  /**
   * Takes a place. Undefined when there is none.
   * @param end called when it must go for a newer one: it has no place any more then
   */
  enter(app: string, requestTime: number, bytes: number, end: () => void): Place | undefined;
  /** More of its body has come. False when there is no room for it: it has no place any more. */
  grow(place: Place, bytes: number): boolean;
  /** What is to be called from now on when it must go. */
  whenEnded(place: Place, end: () => void): void;
  /** From here on it is not ended any more: it is being stored. */
  hold(place: Place): void;
  leave(place: Place): void;
}

interface Guest {
  readonly app: string;
  readonly requestTime: number;
  bytes: number;
  isHeld: boolean;
  end: () => void;
}

export function openQuota(limits: QuotaLimits = QUOTA): StaleQuota {
  const guests = new Set<Guest>();

  function sum(which: (guest: Guest) => boolean): { requests: number; bytes: number } {
    let [requests, bytes] = [0, 0];
    for (const guest of guests) {
      if (!which(guest)) continue;
      requests += 1;
      bytes += guest.bytes;
    }
    return { requests, bytes };
  }

  /** Makes room for so much more, by ending older ones; ends none when it would not be enough. */
  function makeRoom(requestTime: number, requests: number, bytes: number): boolean {
    let { requests: here, bytes: held } = sum(() => true);
    const fits = () => here + requests <= limits.requests && held + bytes <= limits.bytes;
    const older = [...guests].filter((guest) => !guest.isHeld && guest.requestTime < requestTime);
    const ended: Guest[] = [];
    for (const guest of older.sort((a, b) => a.requestTime - b.requestTime)) {
      if (fits()) break;
      ended.push(guest);
      here -= 1;
      held -= guest.bytes;
    }
    if (!fits()) return false;
    for (const guest of ended) {
      guests.delete(guest);
      guest.end();
    }
    return true;
  }

  function hasRoom(app: string, requestTime: number, requests: number, bytes: number): boolean {
    const same = sum((guest) => guest.app === app && guest.requestTime === requestTime);
    if (same.requests + requests > limits.ofOneTime.requests || same.bytes + bytes > limits.ofOneTime.bytes)
      return false;
    return makeRoom(requestTime, requests, bytes);
  }

  return {
    enter(app, requestTime, bytes, end) {
      if (!hasRoom(app, requestTime, 1, bytes)) return undefined;
      const guest: Guest = { app, requestTime, bytes, isHeld: false, end };
      guests.add(guest);
      return guest;
    },
    grow(place, bytes) {
      const guest = place as Guest;
      if (!guests.has(guest)) return false;
      if (hasRoom(guest.app, guest.requestTime, 0, bytes)) {
        guest.bytes += bytes;
        return true;
      }
      guests.delete(guest);
      return false;
    },
    whenEnded(place, end) {
      (place as Guest).end = end;
    },
    hold(place) {
      (place as Guest).isHeld = true;
    },
    leave(place) {
      guests.delete(place as Guest);
    },
  };
}
