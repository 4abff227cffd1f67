/**
 * The quota of stale requests: so many may be under way at once, with so many bytes, and of one app and RequestTime but a few.
 * When it is full, the one with the oldest RequestTime is ended for a newer one: honest senders show a new one each second.
 */

import { type Amount, leavingFor, type QuotaLimits } from "./quota-room.ts";

/** Bodies count as what has come of them, or was declared. */
export const QUOTA: QuotaLimits = {
  requests: 64,
  bytes: 16 * 1024 * 1024,
  ofOneTime: { requests: 8, bytes: 4 * 1024 * 1024 },
};

/** A request's place in the quota. */
export interface QuotaPlace {
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
  enter(app: string, requestTime: number, bytes: number, end: () => void): QuotaPlace | undefined;
  /** More of its body has come. False when there is no room for it: it has no place any more. */
  grow(place: QuotaPlace, bytes: number): boolean;
  /** What is to be called from now on when it must go. */
  whenEnded(place: QuotaPlace, end: () => void): void;
  /** From here on it is not ended any more: it is being stored. */
  hold(place: QuotaPlace): void;
  leave(place: QuotaPlace): void;
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

  /** Makes room for so much more, by ending older ones where need be. */
  function makeRoom(app: string, requestTime: number, more: Amount): boolean {
    const leaving = leavingFor([...guests], { app, requestTime }, more, limits);
    for (const guest of leaving ?? []) {
      guests.delete(guest);
      guest.end();
    }
    return leaving !== undefined;
  }

  return {
    enter(app, requestTime, bytes, end) {
      if (!makeRoom(app, requestTime, { requests: 1, bytes })) return undefined;
      const guest: Guest = { app, requestTime, bytes, isHeld: false, end };
      guests.add(guest);
      return guest;
    },
    grow(place, bytes) {
      const guest = place as Guest;
      if (!guests.has(guest)) return false;
      if (makeRoom(guest.app, guest.requestTime, { requests: 0, bytes })) {
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
