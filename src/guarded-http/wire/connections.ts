/** The connections to one receiver: those that are under way, and those that wait for their next exchange. */
import { type Connection, connectionOver } from "./connection.ts";
import { type DialRoute, dial } from "./dial.ts";
import { type Limit, signalOf } from "./limit.ts";
import { loopTurn } from "./loop-turn.ts";

export interface Connections {
  /** One that waits, or else a new one. Rejects when none can be opened in time. */
  take(limit: Limit): Promise<Connection>;
  /** Its exchange is over, and another may follow. */
  keep(connection: Connection): void;
  /** Ends all of them, and those that are being opened. */
  close(): void;
}

const CLOSED = new Error("the connector is closed");

/** @param open opens a socket; rejects with what went wrong, and leaves nothing open then */
export function openConnections(route: DialRoute, open = dial): Connections {
  const all = new Set<Connection>();
  /** Those that wait, the latest last: it is the least likely to have been closed meanwhile. */
  let kept: Connection[] = [];
  let isClosed = false;

  async function opened(limit: Limit): Promise<Connection> {
    const { signal, clear } = signalOf(limit);
    try {
      const socket = await open(route, signal);
      if (isClosed) {
        socket.destroy();
        throw CLOSED;
      }
      const connection: Connection = connectionOver(socket, () => {
        all.delete(connection);
        kept = kept.filter((one) => one !== connection);
      });
      all.add(connection);
      return connection;
    } finally {
      clear();
    }
  }

  return {
    async take(limit) {
      // an end, or bytes that nobody asked for, may have arrived while nobody looked
      if (kept.length > 0) await loopTurn();
      return kept.pop() ?? opened(limit);
    },
    keep(connection) {
      if (!connection.isOpen) return;
      if (isClosed) return connection.destroy();
      connection.rest();
      kept.push(connection);
    },
    close() {
      isClosed = true;
      for (const connection of all) connection.end(CLOSED);
    },
  };
}
