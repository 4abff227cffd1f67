/** What strangers, senders and large accounts do to the intake at their worst. Each resolves when it is over. */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { callbackBody } from "../support/callbacks.ts";
import type { Process } from "./processes.ts";
import { signedUrl } from "./setup.ts";

const MIB = 1024 * 1024;
/** A little below the largest body that the bridge takes. */
const LARGEST_BODY = 4 * MIB - 1_024;

export type Attack = (bridge: Process) => Promise<void>;

/** One callback of so many users; of each ten one has an id for which a template may be slow. */
export function largeCallback(users: number): Attack {
  return async (bridge) => {
    const names = Array.from({ length: users }, (_, index) => `${index % 10 === 0 ? "slow" : "user"}-${index}`);
    await post(bridge, callbackBody({ users: names, operator: "admin" }));
  };
}

/** So many signed callbacks of 4 MiB at once. */
export function largeBodies(count: number): Attack {
  return async (bridge) => {
    const filler = (index: number) => {
      const body = JSON.parse(callbackBody({ users: [`large-${index}`] })) as Record<string, unknown>;
      return JSON.stringify({ ...body, Filler: "x".repeat(LARGEST_BODY - 300) });
    };
    await Promise.all(Array.from({ length: count }, (_, index) => post(bridge, filler(index))));
  };
}

/** JSON without a bottom, from so many clients, as long as it takes. */
export function brackets(clients: number, ms: number): Attack {
  return async (bridge) => {
    const body = "[".repeat(LARGEST_BODY);
    const end = performance.now() + ms;
    const client = async () => {
      while (performance.now() < end) await post(bridge, body);
    };
    await Promise.all(Array.from({ length: clients }, client));
  };
}

/** So many bodies of which half comes and the rest does not, held open as long as it takes. */
export function unfinishedBodies(count: number, bytes: number, ms: number): Attack {
  return async (bridge) => {
    const url = new URL(signedUrl(bridge));
    const head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: ${2 * bytes}\r\n\r\n`;
    const half = " ".repeat(bytes);
    const sockets: Socket[] = [];
    for (let index = 0; index < count; index += 1) {
      const socket = connect(Number(url.port), url.hostname);
      socket.on("error", () => undefined);
      socket.resume();
      socket.write(head + half);
      sockets.push(socket);
      // a listening queue is not that long
      if (index % 100 === 99) await pause(10);
    }
    await pause(ms);
    for (const socket of sockets) socket.destroy();
  };
}

/** Whatever it is answered: what counts is what it costs. */
async function post(bridge: Process, body: string): Promise<void> {
  await fetch(signedUrl(bridge), { method: "POST", body }).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
}
