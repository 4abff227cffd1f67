/** Connections that lead nowhere, and a clock that is turned by hand. */

export interface FakeClient {
  readonly name: string;
  readonly openedAt: number;
  usable(): boolean;
  drop(): void;
  /** As when its socket dies. */
  lose(): void;
  readonly dropped: boolean;
}

export function fakeClient(name: string, openedAt = 0): FakeClient {
  let isLost = false;
  let dropped = false;
  return {
    name,
    openedAt,
    usable: () => !isLost,
    drop() {
      dropped = true;
    },
    lose() {
      isLost = true;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** As PostgreSQL refuses one connection too many. */
export const FULL = Object.assign(new Error("sorry, too many clients already"), { code: "53300" });
