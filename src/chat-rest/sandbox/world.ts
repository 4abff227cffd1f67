/** What the stand-in for Chat holds: official accounts, who subscribes to them, and which users there are. No HTTP. */

/** One subscription. */
interface Person {
  readonly user: string;
  /** Seconds since 1970. */
  readonly subscribeTime: number;
}

interface Account {
  /** In the order in which they came. */
  readonly people: Person[];
  readonly byUser: Map<string, Person>;
}

export interface ChatWorld {
  /** Ids of users that were imported. */
  readonly users: Set<string>;
  readonly accounts: ReadonlyMap<string, Account>;
  /** Makes the account where it is missing; who subscribes already stays as they are. @returns who was added */
  subscribe(account: string, users: readonly string[], subscribeTime: number): readonly string[];
  /** @returns who subscribed until now */
  unsubscribe(account: string, users: readonly string[]): readonly string[];
  destroy(account: string): void;
  /** They and their subscriptions are gone. */
  deleteUser(user: string): void;
  /** Official accounts of a user, in the order in which those were made. */
  accountsOf(user: string): readonly { readonly account: string; readonly subscribeTime: number }[];
}

export function openChatWorld(): ChatWorld {
  const users = new Set<string>();
  const accounts = new Map<string, Account>();

  function accountOf(id: string): Account {
    const account = accounts.get(id) ?? { people: [], byUser: new Map() };
    accounts.set(id, account);
    return account;
  }

  function unsubscribe(account: string, leaving: readonly string[]): readonly string[] {
    const { people, byUser } = accountOf(account);
    const gone = leaving.filter((user) => byUser.delete(user));
    const names = new Set(gone);
    // in place, so that a reader's pages move as they do where a list is one
    let kept = 0;
    for (const person of people) if (!names.has(person.user)) people[kept++] = person;
    people.length = kept;
    return gone;
  }

  return {
    users,
    accounts,
    subscribe(id, joining, subscribeTime) {
      const { people, byUser } = accountOf(id);
      return joining.filter((user) => {
        users.add(user);
        if (byUser.has(user)) return false;
        const person = { user, subscribeTime };
        byUser.set(user, person);
        people.push(person);
        return true;
      });
    },
    unsubscribe,
    destroy: (account) => void accounts.delete(account),
    deleteUser(user) {
      users.delete(user);
      for (const account of accounts.keys()) unsubscribe(account, [user]);
    },
    accountsOf: (user) =>
      [...accounts].flatMap(([account, { byUser }]) => {
        const person = byUser.get(user);
        return person === undefined ? [] : [{ account, subscribeTime: person.subscribeTime }];
      }),
  };
}
