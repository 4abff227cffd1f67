/**
 * A store in one SQLite file (or in memory). What is asked within one turn of the event loop shares one transaction, and so
 * one fsync: callbacks, routes and settlements of all connectors alike.
 */
import { METHODS, type Method, type Storage } from "../contract/storage.ts";
import { type Connection, openConnection, type SqliteOptions, StoreTrouble } from "./context.ts";
import { heal, sqliteOperations } from "./operations.ts";

export interface OpenSqliteOptions extends SqliteOptions {
  /** False for commands that work beside the process that serves the store; it alone holds claims. */
  readonly serves?: boolean;
}

interface Waiting {
  readonly act: () => unknown;
  readonly sync: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const INSPECT_MS = 60_000;

/** Looks whether what was taken can be read back, and looks into it when not; the log says what was found. */
function inspect(connection: Connection): void {
  try {
    connection.inspect();
  } catch {
    try {
      connection.transact(() => undefined);
    } catch {
      // nothing is taken until the store is back
    }
  }
}

/** Opens the store and creates it when there is none. Throws when it cannot be opened, or a newer release has written it. */
export function openSqlite({ serves = true, ...options }: OpenSqliteOptions): Storage {
  const connection = openConnection(options);
  const operations = sqliteOperations(connection);
  if (serves) connection.transact(() => heal(connection));
  const inspecting = options.watch && setInterval(inspect, options.watch.inspectMs ?? INSPECT_MS, connection).unref();
  let queue: Waiting[] = [];
  let closed = false;

  function enqueue(act: () => unknown, sync: boolean): Promise<unknown> {
    if (closed) return Promise.reject(new Error("the store is closed"));
    return new Promise((resolve, reject) => {
      // a microtask would be too early: requests that have arrived are not all read yet
      if (queue.push({ act, sync, resolve, reject }) === 1) setImmediate(flush);
    });
  }

  function flush(): void {
    const group = queue;
    queue = [];
    try {
      const sync = group.some((one) => one.sync);
      const results = connection.transact(() => group.map(({ act }) => act()), sync);
      for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    } catch (error) {
      // trouble of the store concerns all; a fault of one must not fail the others
      if (error instanceof StoreTrouble || group.length === 1) for (const { reject } of group) reject(error);
      else for (const one of group) alone(one);
    }
  }

  function alone({ act, sync, resolve, reject }: Waiting): void {
    try {
      resolve(connection.transact(act, sync));
    } catch (error) {
      reject(error);
    }
  }

  const methods = Object.entries(operations).map(([name, operation]) => {
    const call = operation as (...args: unknown[]) => unknown;
    const manner = METHODS[name as Method];
    const reads = manner === "reads";
    const sync = manner !== "derives";
    const method = (...args: unknown[]) =>
      // what was written before must be seen: reads wait for their turn only when there is something before them
      reads && queue.length === 0 ? read(() => call(...args)) : enqueue(() => call(...args), sync);
    return [name, method] as const;
  });
  async function read(act: () => unknown): Promise<unknown> {
    if (closed) throw new Error("the store is closed");
    return act();
  }

  return {
    // each operation without its promise became a method with one: the types of both follow from the contract
    ...(Object.fromEntries(methods) as unknown as Pick<Storage, Method>),
    description: `sqlite ${options.path}`,
    shared: false,
    async close() {
      if (closed) return;
      flush();
      closed = true;
      clearInterval(inspecting);
      await connection.close();
    },
  };
}
