/** SIGTERM and SIGINT: nothing is cut off that can be finished, nothing is lost that cannot, and it ends in time. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { callbackBody, callbackUrl, postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type BridgeProcess, type ServeProcess, whenReady } from "../support/process.ts";
import { step } from "../support/step.ts";
import { openWorld, type World } from "../support/world.ts";

/** The bridge promises eight seconds; a machine that is busy with other tests gets two more. */
const IN_TIME_MS = 10_000;
/** Long enough for a test's requests, also when the machine stands still for a while. */
const DRAIN = "drain: 4s";

async function exitInTime(serve: ServeProcess): Promise<number | null | "too late"> {
  const late = new AbortController();
  const limit = pause(IN_TIME_MS, "too late" as const, { signal: late.signal }).catch(() => "too late" as const);
  const code = await Promise.race([serve.exited, limit]);
  late.abort();
  return code;
}

const readyzOf = ({ url }: BridgeProcess): URL => new URL("/readyz", url);

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

/** Over a connection that the client would keep. */
async function ask(agent: Agent, url: string | URL, body?: string): Promise<Answer> {
  const asking = request(url, { agent, method: body === undefined ? "GET" : "POST" });
  asking.end(body);
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, connection: response.headers.connection, body: text };
}

describe("stopped", () => {
  const SIGNALS = ["SIGTERM", "SIGINT"] as const;
  const worlds = new Map<(typeof SIGNALS)[number], World>();
  before(async () => {
    for (const signal of SIGNALS) worlds.set(signal, await openWorld({ server: DRAIN }));
  });
  after(() => Promise.all([...worlds.values()].map((world) => world.close())));

  async function stopBy(signal: (typeof SIGNALS)[number], world: World) {
    const bridge = await world.start();
    const agent = new Agent({ keepAlive: true });
    const eventTime = Date.now();
    /** Again after a 503: the machine stood still for longer than an answer may take. */
    const callback = (user: string) =>
      eventually(async () => {
        const request = { users: [user], eventTime };
        const answer = await ask(agent, callbackUrl(bridge.url, request), callbackBody(request));
        return answer.status !== 503 && answer;
      });
    const early = await callback("early");
    bridge.signal(signal);
    await bridge.logged("bridge.stopping");
    const readiness = await ask(agent, readyzOf(bridge));
    const late = await callback("late");
    const code = await exitInTime(bridge);
    agent.destroy();
    return { early, readiness, late, code };
  }

  /** Side by side: most of it is the drain. */
  const stopped = step(async () => {
    const outcomes = [...worlds].map(async ([signal, world]) => [signal, await stopBy(signal, world)] as const);
    return new Map(await Promise.all(outcomes));
  });

  for (const signal of SIGNALS) {
    describe(`by ${signal}`, () => {
      it("first fails its readiness, still takes callbacks, ends each connection with its answer, and exits with 0", async () => {
        const { early, readiness, late, code } = (await stopped()).get(signal) ?? assert.fail();
        assert.equal(early.status, 200);
        assert.notEqual(early.connection, "close");
        assert.equal(readiness.status, 503);
        assert.deepEqual([late.status, late.connection, JSON.parse(late.body).ActionStatus], [200, "close", "OK"]);
        assert.equal(code, 0);
      });

      it("delivers after the next start what came at the last moment", async () => {
        await stopped();
        const world = worlds.get(signal) ?? assert.fail();
        const bridge = await world.start();
        const users = () => [...world.segment.received.events.values()].map(({ userId }) => userId).sort();
        await eventually(() => users().length === 2);
        assert.deepEqual(users(), ["early", "late"]);
        assert.equal(await bridge.stop(), 0);
      });
    });
  }
});

describe("stopped while a destination takes its time", () => {
  let world: World;
  let board: Awaited<ReturnType<typeof startBoard>>;
  before(async () => {
    board = await startBoard();
    const lines = ["type: webhook", `url: ${board.url}`, "allow_http: true", "allow_private_network: true"];
    world = await openWorld({ connectors: { board: lines } });
  });
  after(async () => {
    await world.close();
    await board.close();
  });

  it("waits for the answer that is under way, and does not ask again", async () => {
    const bridge = await world.start();
    await postCallback(bridge.url, { users: ["in flight"] });
    const answer = await board.asked();
    bridge.signal("SIGTERM");
    await bridge.logged("bridge.stopping");
    answer();
    assert.equal(await exitInTime(bridge), 0);
    await bridge.logged("batch.settled", ({ connector, delivered }) => connector === "board" && delivered === 1);
    const next = await world.start();
    await postCallback(next.url, { users: ["marker"] });
    (await board.asked())();
    assert.deepEqual(board.users, ["in flight", "marker"]);
    assert.equal(await next.stop(), 0);
  });
});

describe("stopped while everything hangs", () => {
  let world: World;
  const clients: Socket[] = [];
  before(async () => {
    world = await openWorld();
    world.webhook.fail("hang", { times: Number.POSITIVE_INFINITY });
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await world.close();
  });

  /** Clients that say this and then nothing more. */
  function connectSilent(bridge: BridgeProcess, words: string): Promise<Socket> {
    const { hostname, port } = new URL(bridge.url);
    const socket = connect(Number(port), hostname);
    clients.push(socket);
    socket.on("error", () => undefined);
    return once(socket, "connect")
      .then(() => socket.write(words))
      .then(() => socket);
  }

  it("ends in time, whatever destinations and clients do, and delivers after the next start", async () => {
    const bridge = await world.start();
    const { host, pathname, search } = new URL(callbackUrl(bridge.url, { users: ["half"] }));
    const idle = await connectSilent(bridge, `GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    await once(idle, "data");
    await connectSilent(bridge, "POST /callb");
    await connectSilent(
      bridge,
      `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 100\r\n\r\n{"half`,
    );
    await postCallback(bridge.url, { users: ["patient"] });
    await world.webhook.hung();
    bridge.signal("SIGTERM");
    assert.equal(await exitInTime(bridge), 0);
    world.webhook.heal();
    await world.start();
    await eventually(() => world.webhook.received.payloads.size === 1);
  });
});

describe("told to stop twice", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    world.webhook.fail("hang", { times: Number.POSITIVE_INFINITY });
  });
  after(() => world.close());

  it("ends at once, with a code that says so, and delivers after the next start", async () => {
    const bridge = await world.start();
    await postCallback(bridge.url, { users: ["patient"] });
    await world.webhook.hung();
    bridge.signal("SIGTERM");
    await bridge.logged("bridge.stopping");
    bridge.signal("SIGINT");
    assert.equal(await bridge.exited, 130);
    world.webhook.heal();
    await world.start();
    await eventually(() => world.webhook.received.payloads.size === 1);
  });
});

describe("two bridges on one store", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  /** One of the tests leaves another bridge behind than it found. */
  let serving: BridgeProcess | undefined;
  const served = async () => {
    serving ??= await world.start();
    return serving;
  };

  it("the second waits, says for whom, and takes over when the first has ended", async () => {
    const first = await served();
    const second = world.launch();
    const { holder } = await second.logged("store.waiting_for");
    assert.match(String(holder), new RegExp(`process ${first.child.pid} on `));
    assert.equal(await first.stop(), 0);
    const next = await whenReady(second);
    serving = next;
    assert.equal(await postCallback(next.url, { users: ["second"] }), true);
    await eventually(() => world.segment.received.events.size === 1);
  });

  it("one that waits for the store ends at once when it is told to", async () => {
    await served();
    const waiting = world.launch();
    await waiting.logged("store.waiting_for");
    waiting.signal("SIGTERM");
    assert.equal(await exitInTime(waiting), 0);
  });
});

/** A destination that answers when it is told to. */
async function startBoard() {
  const users: string[] = [];
  const waiting: ServerResponse[] = [];
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    users.push(JSON.parse(body).data.user_id);
    waiting.push(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    users,
    /** Resolves with what answers the next request, once it has come. */
    async asked(): Promise<() => void> {
      const response = await eventually(() => waiting.shift());
      return () => response.writeHead(204).end();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe("started through npx, which passes no SIGTERM on", () => {
  it("says first of all which command a service runs itself, and nothing of it elsewhere", async () => {
    const world = await openWorld();
    try {
      const firstLine = async (env: Readonly<Record<string, string>>) => {
        const bridge = world.launch({ env });
        await bridge.logged("bridge.ready");
        await bridge.kill();
        return JSON.parse(bridge.lines[0] ?? "");
      };
      const own =
        "Deno" in globalThis
          ? `${JSON.parse(await readFile("deno.json", "utf8")).tasks.start}`
          : "bun run src/main.ts serve";
      const byNpx = await firstLine({ npm_lifecycle_event: "start", npm_config_user_agent: "npm/11.0.0 node/v24" });
      assert.deepEqual([byNpx.fact, byNpx.command], ["process.under_npx", own]);
      const byBun = await firstLine({ npm_lifecycle_event: "start", npm_config_user_agent: "bun/1.4.5" });
      assert.notEqual(byBun.fact, "process.under_npx");
    } finally {
      await world.close();
    }
  });
});
