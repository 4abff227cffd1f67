/** What can happen on the wire: keep-alive, chunks, lying lengths, slow and broken bodies, stopping. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Elysia } from "elysia";
import { serve } from "../../src/listener/serve.ts";
import { APP, body, DELETE, post, query, type RunningIntake, type StartOptions, startIntake } from "./harness.ts";
import { openWire, type Wire } from "./wire.ts";

function onWire(
  name: string,
  test: (wire: Wire, intake: RunningIntake) => Promise<void>,
  options?: StartOptions,
): void {
  it(name, async () => {
    const intake = await startIntake(options);
    const wire = await openWire(intake.port);
    try {
      await test(wire, intake);
    } finally {
      wire.destroy();
      await intake.stop();
    }
  });
}

const head = (headers: string, url = query()) => `POST /callback?${url} HTTP/1.1\r\nHost: c\r\n${headers}\r\n`;
const request = (payload = body(), url?: string) =>
  `${head(`Content-Length: ${Buffer.byteLength(payload)}\r\n`, url)}${payload}`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const OK = /HTTP\/1\.1 200 [\s\S]*"ActionStatus":"OK"/;
const times = (count: number) => new RegExp(`(HTTP/1\\.1 200 [\\s\\S]*?"OK"[\\s\\S]*?){${count}}`);

describe("connections", () => {
  onWire("carry many callbacks, one after the other", async (wire, { store }) => {
    for (let count = 1; count <= 5; count += 1) {
      wire.send(request());
      await wire.until(times(count));
    }
    assert.equal(store.callbacks.length, 5);
  });

  onWire("go on after a callback was refused or none of ours", async (wire, { store }) => {
    wire.send(request("{}", query({ Sign: "x" })));
    await wire.until(/403/);
    wire.send(request("{}", query({ CallbackCommand: "C2C.CallbackBeforeSendMsg" })));
    await wire.until(OK);
    wire.send(request("not json"));
    await wire.until(/ 400 /);
    wire.send(request());
    await wire.until(times(2));
    assert.equal(store.callbacks.length, 1);
  });

  onWire("of a callback that is none of ours live on although its body comes late", async (wire, { store }) => {
    wire.send(head("Content-Length: 2\r\n", query({ CallbackCommand: "C2C.CallbackBeforeSendMsg" })));
    await new Promise((resolve) => setImmediate(resolve));
    wire.send("{}", request());
    await wire.until(times(2));
    assert.equal(store.callbacks.length, 1);
  });
});

describe("authenticity is decided before the body is read", () => {
  onWire("a forged request is refused while its body is still to come", async (wire) => {
    wire.send(head("Content-Length: 1000\r\n", query({ Sign: "x" })));
    await wire.until(/HTTP\/1\.1 403 /);
  });

  onWire("so is a callback that declares too large a body", async (wire, { store }) => {
    wire.send(head("Content-Length: 999999999999\r\n"));
    const answer = await wire.until(/HTTP\/1\.1 413 /);
    assert.match(answer, /connection: close/i);
    assert.equal(store.quarantine[0]?.size, 999_999_999_999);
  });
});

describe("bodies in chunks", () => {
  onWire("are put together", async (wire, { store }) => {
    wire.send(head("Transfer-Encoding: chunked\r\n"), chunk(body().slice(0, 10)));
    wire.send(chunk(body().slice(10)), "0\r\n\r\n");
    await wire.until(OK);
    assert.equal(Buffer.from(store.callbacks[0]?.body ?? []).toString(), body());
  });

  onWire("without end are refused as soon as they are too large", async (wire, { store }) => {
    wire.send(head("Transfer-Encoding: chunked\r\n"));
    for (let count = 0; count < 20; count += 1) wire.send(chunk("x".repeat(10_000)));
    const answer = await wire.until(/HTTP\/1\.1 413 /);
    assert.match(answer, /connection: close/i);
    assert.equal(store.quarantine.length, 1);
    assert.ok((store.quarantine[0]?.size ?? 0) > 64 * 1024);
  });
});

describe("lengths that lie", () => {
  onWire(
    "a body shorter than declared is given up in time",
    async (wire, intake) => {
      wire.send(head("Content-Length: 1000\r\n"), body());
      await wire.until(/HTTP\/1\.1 408 /);
      assert.deepEqual([intake.store.callbacks, intake.store.quarantine], [[], []]);
      assert.equal((await intake.counted()).refused_body, 1);
    },
    { bodyTimeoutMs: 30 },
  );

  onWire(
    "a body that is cut leaves a line in the log, where it once vanished into a counter",
    async (wire, intake) => {
      wire.send(head("Content-Length: 1000\r\n"), body());
      await wire.until(/HTTP\/1\.1 408 /);
      const lines = intake.log.lines.filter(({ fact }) => fact === "intake.body_incomplete");
      assert.deepEqual(
        lines.map(({ level, app, command }) => [level, app, command]),
        [["warn", APP, DELETE]],
      );
    },
    { bodyTimeoutMs: 30 },
  );

  onWire(
    "so is one in chunks that stops in the middle",
    async (wire) => {
      wire.send(head("Transfer-Encoding: chunked\r\n"), chunk("{"));
      await wire.until(/HTTP\/1\.1 408 /);
    },
    { bodyTimeoutMs: 30 },
  );

  onWire(
    "a body that trickles for ever is given up in time",
    async (wire) => {
      wire.send(head("Transfer-Encoding: chunked\r\n"));
      const trickle = setInterval(() => wire.send(chunk(" ")), 5);
      await wire.until(/HTTP\/1\.1 408 /).finally(() => clearInterval(trickle));
    },
    { bodyTimeoutMs: 30 },
  );

  onWire("a body longer than declared is no callback of its own", async (wire, { store }) => {
    wire.send(head(`Content-Length: ${body().length}\r\n`), body(), "surplus\r\n\r\n");
    // one runtime answers the callback first, the other refuses the bytes as a whole
    await wire.until(/HTTP\/1\.1 400 /);
    await wire.closed;
    assert.ok(store.callbacks.length <= 1);
    assert.equal(store.quarantine.length, 0);
  });

  onWire("two ways to tell the length are refused", async (wire, { store }) => {
    wire.send(head(`Content-Length: 3\r\nTransfer-Encoding: chunked\r\n`), chunk(body()), "0\r\n\r\n");
    await wire.until(/HTTP\/1\.1 400 /);
    assert.equal(store.callbacks.length, 0);
  });

  onWire("a connection that breaks in the middle of a body leaves nothing behind", async (wire, intake) => {
    wire.send(head("Content-Length: 1000\r\n"), body());
    await new Promise((resolve) => setImmediate(resolve));
    wire.destroy();
    assert.equal((await post(intake)).status, 200);
    assert.equal(intake.store.callbacks.length, 1);
  });
});

describe("stopping", () => {
  it("finishes the callbacks that are under way, and closes idle connections", async () => {
    const intake = await startIntake();
    const idle = await openWire(intake.port);
    idle.send(request());
    await idle.until(OK);
    let store: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      intake.store.behave = () => {
        resolve();
        return new Promise((done) => {
          store = () => done({ refused: [] });
        });
      };
    });
    const wire = await openWire(intake.port);
    wire.send(request());
    await asked;
    const stopped = intake.stop();
    store();
    await wire.until(OK);
    await stopped;
    await Promise.all([wire.closed, idle.closed]);
    await assert.rejects(openWire(intake.port));
    assert.equal(intake.store.callbacks.length, 2);
  });
});

describe("serving", () => {
  it("rejects when the port is taken", async () => {
    const intake = await startIntake();
    await assert.rejects(serve(() => new Elysia(), { host: "127.0.0.1", port: intake.port }));
    await intake.stop();
  });

  it("takes callbacks by IPv6, and by both where it listens on all: each sender by its own address", async () => {
    for (const [host, senders, refused] of [
      ["::1", ["[::1]"], []],
      ["::", ["[::1]", "127.0.0.1"], []],
      ["::", ["127.0.0.1"], ["[::1]"]],
    ] as const) {
      const allow_from = senders.map((one) => (one === "[::1]" ? "::1/128" : "127.0.0.0/8"));
      const intake = await startIntake({ host, chat: { allow_from } });
      assert.match(intake.url, /^http:\/\/\[::1\]:\d+$/);
      const statusFrom = async (sender: string) => (await post({ url: `http://${sender}:${intake.port}` })).status;
      for (const sender of senders) assert.equal(await statusFrom(sender), 200, `${host} from ${sender}`);
      for (const sender of refused) assert.equal(await statusFrom(sender), 403, `${host} from ${sender}`);
      await intake.stop();
    }
  });

  it("answers a bug in Chat's form, and tells the log alone", async () => {
    const intake = await startIntake();
    intake.commit.keeping = () => {
      throw new Error("a secret detail");
    };
    const response = await fetch(`${intake.url}/readyz`);
    assert.equal(response.status, 500);
    assert.deepEqual(await response.json(), { ActionStatus: "FAIL", ErrorInfo: "internal error", ErrorCode: 1 });
    assert.match(String(intake.log.lines[0]?.reason), /a secret detail/);
    await intake.stop();
  });
});
