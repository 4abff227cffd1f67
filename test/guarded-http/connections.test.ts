/** Which connection is taken: over real sockets, whose other side the test holds. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { openConnections } from "../../src/guarded-http/wire/connections.ts";
import type { DialRoute } from "../../src/guarded-http/wire/dial.ts";

const HOUR_MS = 3_600_000;
const ROUTE = {} as DialRoute;
const limit = () => ({ signal: new AbortController().signal, timeoutMs: HOUR_MS, endsAt: performance.now() + HOUR_MS });

describe("connections to a receiver", () => {
  let server: Server;
  const others: Socket[] = [];
  const accepted = async (): Promise<Socket> => {
    if (others.length === 0) await once(server, "connection");
    return others.shift() ?? assert.fail("none was opened");
  };
  before(async () => {
    server = createServer((socket) => void others.push(socket.on("error", () => undefined))).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(async () => {
    for (const socket of others) socket.destroy();
    server.close();
    await once(server, "close");
  });

  function open() {
    let dialled = 0;
    const connections = openConnections(ROUTE, async () => {
      dialled += 1;
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      await once(socket, "connect");
      return socket;
    });
    return { connections, dialled: () => dialled };
  }

  it("are opened where none waits, and used again once they are kept, the latest first", async () => {
    const { connections, dialled } = open();
    const [first, second] = [await connections.take(limit()), await connections.take(limit())];
    assert.equal(dialled(), 2);
    connections.keep(first);
    connections.keep(second);
    assert.equal(await connections.take(limit()), second);
    assert.equal(await connections.take(limit()), first);
    assert.deepEqual([dialled(), first.isUsed], [2, true]);
    connections.close();
    assert.deepEqual([first.isOpen, second.isOpen], [false, false]);
    for (const socket of [await accepted(), await accepted()]) socket.destroy();
  });

  it("are not taken again when the receiver has closed them, or said what nobody asked for", async () => {
    for (const trouble of [(socket: Socket) => socket.end(), (socket: Socket) => socket.write("408 Timeout")]) {
      const { connections, dialled } = open();
      const connection = await connections.take(limit());
      connections.keep(connection);
      const socket = await accepted();
      const closed = once(socket, "close");
      trouble(socket);
      await closed;
      assert.notEqual(await connections.take(limit()), connection);
      assert.equal(dialled(), 2);
      connections.close();
      (await accepted()).destroy();
    }
  });

  it("are each looked at before they are taken, by however many at once", async () => {
    const { connections, dialled } = open();
    const first = await connections.take(limit());
    const firstOther = await accepted();
    const second = await connections.take(limit());
    connections.keep(first);
    connections.keep(second);
    const closed = once(firstOther, "close");
    firstOther.end();
    await closed;
    const taken = await Promise.all([connections.take(limit()), connections.take(limit())]);
    assert.deepEqual([taken.includes(first), taken.includes(second), dialled()], [false, true, 3]);
    connections.close();
    for (const socket of [await accepted(), await accepted()]) socket.destroy();
  });

  it("that are closed by now are not kept", async () => {
    const { connections, dialled } = open();
    const connection = await connections.take(limit());
    connection.destroy();
    connections.keep(connection);
    await connections.take(limit());
    assert.equal(dialled(), 2);
    connections.close();
    for (const socket of [await accepted(), await accepted()]) socket.destroy();
  });

  it("end when all are closed: those under way hear of it, and what is opened or given back later is let go", async () => {
    const { connections } = open();
    const [busy, given] = [await connections.take(limit()), await connections.take(limit())];
    const sockets = [await accepted(), await accepted()];
    const heard = new Promise<Error | undefined>((resolve) => {
      busy.send(Buffer.from("x"), { written: () => undefined, bytes: () => undefined, ended: resolve });
    });
    const late = connections.take(limit());
    connections.close();
    assert.match(String(await heard), /closed/);
    await assert.rejects(late, /closed/);
    connections.keep(given);
    sockets.push(await accepted());
    for (const socket of sockets) {
      socket.resume();
      if (!socket.closed) await once(socket, "close");
    }
    assert.equal(given.isOpen, false);
  });

  it("that cannot be opened leave no timer behind, and say why", async () => {
    const connections = openConnections(ROUTE, () => Promise.reject(new Error("refused")));
    await assert.rejects(connections.take(limit()), /refused/);
  });
});
