/** A client that writes and reads raw bytes, for requests that no library would send. */
import { connect } from "node:net";

export interface Wire {
  send(...texts: (string | Uint8Array)[]): void;
  /** Resolves with all that came so far, as soon as it matches. Rejects when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves when the other side has ended the connection. */
  readonly closed: Promise<void>;
  /** Writes no more; still reads. */
  end(): void;
  destroy(): void;
}

export function openWire(port: number): Promise<Wire> {
  const socket = connect(port, "127.0.0.1");
  const waiters = new Set<() => void>();
  let received = "";
  let ended = false;
  const wake = () => {
    for (const waiter of waiters) waiter();
  };
  socket.on("data", (data) => {
    received += data.toString("latin1");
    wake();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      ended = true;
      wake();
      resolve();
    });
  });
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (pattern.test(received)) resolve(received);
        else if (ended) reject(new Error(`the connection ended after ${JSON.stringify(received)}`));
        else return;
        waiters.delete(look);
      };
      waiters.add(look);
      look();
    });
  const wire: Wire = {
    send(...texts) {
      for (const text of texts) socket.write(text);
    },
    until,
    closed,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(wire));
    socket.once("error", reject);
  });
}
