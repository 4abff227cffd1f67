/** A store that lives elsewhere, or that is not there yet: all its methods are one function. */
import { METHODS, type Method, type Storage } from "./contract/storage.ts";

export interface RemoteStore extends Pick<Storage, "description" | "shared" | "close"> {
  /** Answers a call with what the method of that name would. */
  readonly ask: (name: Method, args: readonly unknown[]) => Promise<unknown>;
}

export function storageFrom({ description, shared, ask, close }: RemoteStore): Storage {
  const methods = methodNames().map((name) => [name, (...args: unknown[]) => ask(name, args)] as const);
  // a method for each name of the contract, with its arguments and answer handed on untouched
  return { description, shared, close, ...(Object.fromEntries(methods) as unknown as Pick<Storage, Method>) };
}

/** Calls the method of this name: the other end of `ask`. */
export async function answerCall(storage: Storage, name: Method, args: readonly unknown[]): Promise<unknown> {
  const method = storage[name] as (...args: readonly unknown[]) => Promise<unknown>;
  return method(...args);
}

const methodNames = (): readonly Method[] => Object.keys(METHODS) as Method[];
