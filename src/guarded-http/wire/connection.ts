/** A connection that carries one exchange after another, and is worth nothing once anything comes that nobody asked for. */
import type { Socket } from "node:net";

/** A request as it is written, text as UTF-8. */
export type Message = string | Buffer;

/** Hears what happens to a connection while its request is out. */
export interface ConnectionListener {
  /** The request was written to its end. */
  written(): void;
  bytes(bytes: Buffer): void;
  /** The other side has ended the connection: by a proper end, or with an error. Nothing comes after it. */
  ended(error: Error | undefined): void;
}

export interface Connection {
  /** True once it has carried an exchange. */
  readonly isUsed: boolean;
  readonly isOpen: boolean;
  send(message: Message, listener: ConnectionListener): void;
  /** The exchange is over; whatever comes from now on destroys the connection. It keeps no process alive. */
  rest(): void;
  destroy(): void;
  /** Destroys it; whose request is out hears why. */
  end(why: Error): void;
}

/** @param onClosed called once, when the connection is no more */
export function connectionOver(socket: Socket, onClosed: () => void): Connection {
  let listener: ConnectionListener | undefined;
  let isUsed = false;
  let isOpen = true;

  function destroy(): void {
    if (!isOpen) return;
    isOpen = false;
    listener = undefined;
    socket.destroy();
    onClosed();
  }

  function end(error: Error | undefined): void {
    const heard = listener;
    destroy();
    heard?.ended(error);
  }

  hear(socket, (bytes) => (listener === undefined ? destroy() : listener.bytes(bytes)), end);
  return {
    get isUsed() {
      return isUsed;
    },
    get isOpen() {
      return isOpen;
    },
    send(message, next) {
      listener = next;
      socket.ref();
      socket.write(message, "utf8", (error) => {
        if (!error && listener === next) next.written();
      });
    },
    rest() {
      isUsed = true;
      listener = undefined;
      socket.unref();
    },
    destroy,
    end,
  };
}

function hear(socket: Socket, onBytes: (bytes: Buffer) => void, onEnd: (error: Error | undefined) => void): void {
  socket.setNoDelay(true);
  socket.on("data", onBytes);
  socket.on("end", () => onEnd(undefined));
  socket.on("error", onEnd);
  // an end of its own always has a reason before it
  socket.on("close", () => onEnd(undefined));
  // whoever had it before may have stopped it
  socket.resume();
}
