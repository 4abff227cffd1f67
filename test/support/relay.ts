/** A network between a machine and its database: it can be cut, lose an answer, or lead to another server from now on. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Relay {
  readonly port: number;
  /** From now on nothing comes through, and nobody is told. */
  cut(): void;
  /** What was held up goes on. */
  mend(): void;
  /** The answer to the next of these is lost: what was asked is done, then the connection is gone. */
  loseAnswerTo(isAsked: (text: string) => boolean): void;
  /** Leads to this port of 127.0.0.1 from now on, what is open as well as if it had led there all the time: it is closed. */
  lead(port: number): void;
  close(): Promise<void>;
}

/** @param target the port on 127.0.0.1 to relay to */
export async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let leadsTo = target;
  let isAsked: ((text: string) => boolean) | undefined;
  const server = createServer((near) => {
    const far = connect(leadsTo, "127.0.0.1");
    let loses = false;
    near.on("data", (chunk) => {
      if (isAsked?.(chunk.toString("latin1")) !== true) return;
      isAsked = undefined;
      loses = true;
    });
    far.on("data", () => {
      if (loses) near.destroy();
    });
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (from === near || !loses) to.write(chunk);
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isCut) from.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    loseAnswerTo(asked) {
      isAsked = asked;
    },
    lead(port) {
      leadsTo = port;
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
