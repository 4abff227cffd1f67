/**
 * Chat behind a load balancer: callbacks go to any machine; one that was not taken is tried at another, until one says OK.
 * A few persons change their mind again and again, many others leave once.
 */
import { setTimeout as pause } from "node:timers/promises";
import { commandOf, eventId } from "../../src/callback.ts";
import { APP, type CallbackRequest, postOnce } from "./callbacks.ts";
import type { Chance } from "./chance.ts";

/** An event that some machine has answered OK. */
export interface Posted {
  readonly user: string;
  /** Its id, computed as the bridge does. */
  readonly id: string;
  readonly eventTime: number;
}

export interface Traffic {
  /** In the order of the answers. */
  readonly acknowledged: readonly Posted[];
  /** Resolves when everything that was begun is acknowledged. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  readonly machines: readonly { readonly url: string | undefined }[];
  readonly chance: Chance;
  /** Persons who change their mind. Each has one official account, and waits for the OK before the next change. */
  readonly fickle: readonly string[];
  /** Whether each callback also goes to all machines once it is taken: as from a sender whom an answer did not reach. */
  readonly repeated?: boolean;
}

const ACCOUNTS = ["@TOA#_news", "@TOA#_promo"];
/** Chat itself waits two seconds; a balancer asks another machine sooner. */
const GIVE_UP_MS = 1_500;
const MOST_USERS = 5;

export function startTraffic({ machines, chance, fickle, repeated = false }: TrafficOptions): Traffic {
  const acknowledged: Posted[] = [];
  let stopped = false;

  async function insist(
    request: Required<Pick<CallbackRequest, "users" | "officialAccount" | "eventTime" | "subscribed">>,
  ) {
    const { users, officialAccount, eventTime, subscribed } = request;
    while (!(await postToAny(request))) await pause(50);
    if (repeated) await Promise.all(machines.map(({ url }) => post(url, request)));
    const command = commandOf(subscribed ? "subscribed" : "unsubscribed");
    for (const user of users) {
      acknowledged.push({ user, eventTime, id: eventId(String(APP), command, officialAccount, user, eventTime) });
    }
  }

  async function postToAny(request: CallbackRequest): Promise<boolean> {
    for (const { url } of chance.shuffled(machines)) if (await post(url, request)) return true;
    return false;
  }

  async function post(url: string | undefined, request: CallbackRequest): Promise<boolean> {
    return url !== undefined && postOnce(url, request, AbortSignal.timeout(GIVE_UP_MS)).catch(() => false);
  }

  async function changeMind(user: string, place: number, own: Chance): Promise<void> {
    const officialAccount = ACCOUNTS[place % ACCOUNTS.length] ?? "";
    for (let last = 0; !stopped; ) {
      last = Math.max(Date.now(), last + 1);
      await insist({ users: [user], officialAccount, eventTime: last, subscribed: own.next() < 0.5 });
      await pause(own.between(100, 800));
    }
  }

  async function leave(own: Chance): Promise<void> {
    for (let named = 0; !stopped; ) {
      const users = Array.from({ length: own.between(1, MOST_USERS) }, () => `once-${named++}`);
      await insist({ users, officialAccount: own.of(ACCOUNTS), eventTime: Date.now(), subscribed: false });
      await pause(own.between(50, 300));
    }
  }

  const all = [...fickle.map((user, place) => changeMind(user, place, chance.fork())), leave(chance.fork())];
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await Promise.all(all);
    },
  };
}
