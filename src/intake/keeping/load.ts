/** What there is to keep at once: requests until all is known of them, and their bytes until nobody holds these any more. */

export interface LoadLimits {
  readonly waitingCount: number;
  /** Of bodies. */
  readonly waitingBytes: number;
}

export interface Load {
  /** Takes a request in. False when there is no room for it. */
  enter(bytes: number): boolean;
  /** What became of so many requests is known. */
  leave(requests: number): void;
  /** Nobody holds so many bytes any more. */
  release(bytes: number): void;
  requests(): number;
  /** Resolves when there is none. */
  idle(): Promise<void>;
}

export function openLoad({ waitingCount, waitingBytes }: LoadLimits): Load {
  let requests = 0;
  let held = 0;
  let onIdle: (() => void)[] = [];
  return {
    enter(bytes) {
      if (requests >= waitingCount || held + bytes > waitingBytes) return false;
      requests += 1;
      held += bytes;
      return true;
    },
    leave(many) {
      requests -= many;
      if (requests > 0) return;
      for (const resolve of onIdle) resolve();
      onIdle = [];
    },
    release(bytes) {
      held -= bytes;
    },
    requests: () => requests,
    idle: () => (requests === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  };
}
