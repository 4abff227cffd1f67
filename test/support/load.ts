/** A client that posts callbacks on and on over several connections, and remembers what was answered OK. */
import { commandOf, eventId } from "../../src/callback.ts";
import { APP, postOnce } from "./callbacks.ts";

export interface Acknowledged {
  readonly user: string;
  /** The event's id, computed as the bridge does. */
  readonly id: string;
}

export interface Load {
  /** What was answered OK, in order. Every user is in one callback only. */
  readonly acknowledged: readonly Acknowledged[];
  /** Where callbacks go from now on. Connections whose bridge is gone wait for it. */
  use(url: string): void;
  /** Resolves as soon as so many more users are acknowledged. */
  more(users: number): Promise<void>;
  /** Resolves when no callback is under way any more. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly connections: number;
  /** The user with this number, from 0; each name but once. */
  readonly user: (n: number) => string;
}

const ACCOUNT = "@TOA#_news";
const MOST_USERS = 5;

export function startLoad({ connections, user }: LoadOptions): Load {
  const acknowledged: Acknowledged[] = [];
  const watchers = new Set<() => void>();
  let named = 0;
  let stopped = false;
  const target = nextUrl();

  async function connection(): Promise<void> {
    let used: string | undefined;
    while (!stopped) {
      const url: string | undefined = await target.after(used);
      if (url === undefined) return;
      // after a failure this one is not tried again: its bridge was killed
      if (!(await post(url))) used = url;
    }
  }

  async function post(url: string): Promise<boolean> {
    const users = Array.from({ length: 1 + (named % MOST_USERS) }, () => user(named++));
    const eventTime = Date.now();
    try {
      if (!(await postOnce(url, { users, operator: "admin", officialAccount: ACCOUNT, eventTime }))) return true;
    } catch {
      return false;
    }
    const command = commandOf("unsubscribed");
    for (const each of users) {
      acknowledged.push({ user: each, id: eventId(String(APP), command, ACCOUNT, each, eventTime) });
    }
    for (const look of watchers) look();
    return true;
  }

  const all = Array.from({ length: connections }, connection);
  return {
    acknowledged,
    use: (url) => target.name(url),
    more(users) {
      const enough = acknowledged.length + users;
      return new Promise((resolve) => {
        const look = () => {
          if (acknowledged.length < enough) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
    },
    async stop() {
      stopped = true;
      target.name(undefined);
      await Promise.all(all);
    },
  };
}

/** The latest url, for those that wait for another one than they had. */
function nextUrl() {
  let current: string | undefined;
  let named = Promise.withResolvers<void>();
  let ended = false;
  return {
    name(url: string | undefined): void {
      current = url;
      ended ||= url === undefined;
      named.resolve();
      named = Promise.withResolvers();
    },
    /** Resolves with a url other than `used`; with undefined at the end. */
    async after(used: string | undefined): Promise<string | undefined> {
      while (!ended && (current === undefined || current === used)) await named.promise;
      return ended ? undefined : current;
    },
  };
}
