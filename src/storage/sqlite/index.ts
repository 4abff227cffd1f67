/**
 * A store in one SQLite file (or in memory). What is asked within one turn of the event loop shares one transaction, and so
 * one fsync: callbacks, routes and settlements of all connectors alike.
 */
import type { Looks } from "../contract/questions.ts";
import { METHODS, type Method, type Storage } from "../contract/storage.ts";
import { openConnection, type SqliteOptions, type StoreConnection } from "./context.ts";
import { openGrouping } from "./grouping.ts";
import { startHealing } from "./healing.ts";
import { sqliteLooks } from "./looking.ts";
import { sqliteOperations } from "./operations.ts";
import type { SyncLooks } from "./reading.ts";
import { openScratches } from "./roster/scratch.ts";

export interface OpenSqliteOptions extends SqliteOptions {
  /** False for commands that work beside the process that serves the store; it alone holds claims. */
  readonly serves?: boolean;
}

const INSPECT_MS = 60_000;

/** In this thread, as the store itself. */
function looksBy(looks: SyncLooks): Looks {
  const entries = Object.entries(looks).map(([name, look]) => {
    const call = look as (...args: unknown[]) => unknown;
    return [name, async (...args: unknown[]) => call(...args)] as const;
  });
  // each look became one with a promise: the types of both follow from the contract
  return Object.fromEntries(entries) as unknown as Looks;
}

/** Looks whether what was taken can be read back, and looks into it when not; the log says what was found. */
function inspect(connection: StoreConnection): void {
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
  const scratches = openScratches(options.path);
  const operations = sqliteOperations(connection, scratches);
  const stopHealing = serves ? startHealing(connection) : () => undefined;
  const inspecting = options.watch && setInterval(inspect, options.watch.inspectMs ?? INSPECT_MS, connection).unref();
  const grouping = openGrouping(connection);
  let closed = false;

  function methodOf(name: Method, call: (...args: unknown[]) => unknown) {
    const manner = METHODS[name];
    return async (...args: unknown[]): Promise<unknown> => {
      if (closed) throw new Error("the store is closed");
      // what was written before must be seen: reads wait for their turn only when there is something before them
      if (manner === "reads" && !grouping.busy()) return call(...args);
      return grouping.together(() => call(...args), manner !== "derives");
    };
  }

  const methods = Object.entries(operations).map(
    ([name, operation]) => [name, methodOf(name as Method, operation as (...args: unknown[]) => unknown)] as const,
  );
  return {
    // each operation without its promise became a method with one: the types of both follow from the contract
    ...(Object.fromEntries(methods) as unknown as Pick<Storage, Method>),
    description: `sqlite ${options.path}`,
    shared: false,
    ...(options.path === ":memory:" && { looks: looksBy(sqliteLooks(connection)) }),
    async close() {
      if (closed) return;
      stopHealing();
      grouping.flush();
      closed = true;
      scratches.close();
      clearInterval(inspecting);
      await connection.close();
    },
  };
}
