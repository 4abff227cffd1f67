/** A store that lives elsewhere, or that is not there yet: all its methods are one function. */
import type { Storage } from "./contract.ts";

type Method = Exclude<keyof Storage, "description" | "close" | "reserve">;

const METHODS = {
  accept: true,
  noteClocks: true,
  count: true,
  unread: true,
  expand: true,
  register: true,
  unrouted: true,
  route: true,
  take: true,
  settle: true,
  release: true,
  unjournaled: true,
  journaled: true,
  status: true,
  connector: true,
  trace: true,
  deliveries: true,
  replay: true,
  discard: true,
  retryNow: true,
  pause: true,
  resume: true,
  callbacks: true,
  known: true,
  correct: true,
  quarantined: true,
  quarantineEntry: true,
  quarantineRemove: true,
  serving: true,
  ended: true,
  bridges: true,
  prune: true,
  ping: true,
} as const satisfies Record<Method, true>;

/** Every method of the contract but `close`, and `reserve` where several machines share the store. */
export type StoreCall = Method | "reserve";

export interface RemoteStore {
  /** `sqlite /data/bridge.db` */
  readonly description: string;
  /** Whether several machines share the store. */
  readonly shared: boolean;
  /** Answers a call with what the method of that name would. */
  readonly ask: (name: StoreCall, args: readonly unknown[]) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export function storageFrom({ description, shared, ask, close }: RemoteStore): Storage {
  const names: StoreCall[] = [...(Object.keys(METHODS) as Method[]), ...(shared ? (["reserve"] as const) : [])];
  const methods = names.map((name) => [name, (...args: unknown[]) => ask(name, args)] as const);
  // a method for each name of the contract, with its arguments and answer handed on untouched
  return { description, close, ...(Object.fromEntries(methods) as unknown as Omit<Storage, "description" | "close">) };
}

/** Calls the method of this name: the other end of `ask`. */
export async function answerCall(storage: Storage, name: StoreCall, args: readonly unknown[]): Promise<unknown> {
  const method = storage[name] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined;
  if (method === undefined) throw new Error(`${storage.description} has no ${name}`);
  return method(...args);
}

/** What a rejection says: all of it that is logged, and that travels from one thread to another. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
