/** Many bodies at once, large ones, and such as do not end: no sender of them costs the others their callbacks. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { body, post, query, type RunningIntake, type StartOptions, startIntake } from "./harness.ts";
import { openWire, type Wire } from "./wire.ts";

/** More than two thousand answers in one turn to bodies that had not ended were once the end of the process on Bun. */
const MANY = 3_000;
const MB = 1024 * 1024;
/** For bodies that this machine sends itself, beside all else that it does. */
const LONG_ENOUGH_MS = 110_000;

const head = (headers: string) => `POST /callback?${query()} HTTP/1.1\r\nHost: c\r\n${headers}\r\n`;
const declares = (bytes: number) => head(`Content-Length: ${bytes}\r\n`);
const CHUNKED = head("Transfer-Encoding: chunked\r\n");
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

function withIntake(name: string, options: StartOptions, test: (intake: RunningIntake) => Promise<void>): void {
  it(name, async () => {
    const intake = await startIntake(options);
    try {
      await test(intake);
    } finally {
      await intake.stop();
    }
  });
}

async function openWires(port: number, count: number): Promise<Wire[]> {
  const wires: Wire[] = [];
  while (wires.length < count) {
    const some = Math.min(200, count - wires.length);
    wires.push(...(await Promise.all(Array.from({ length: some }, () => openWire(port)))));
  }
  return wires;
}

/** A callback of so many bytes, most of them a member that nobody reads. */
const large = (bytes: number) => body({ padding: "x".repeat(bytes) });

describe("bodies that do not end", () => {
  const plenty = { shortCount: MANY, shortBytes: MANY * MB };

  for (const [kind, begin] of [
    ["of a declared length", `${declares(1_000)}{`],
    ["in chunks", `${CHUNKED}${chunk("{")}`],
  ] as const) {
    withIntake(
      `${kind}: thousands are given up together, and callbacks are taken`,
      { bodyTimeoutMs: 2_000, uploadLimits: plenty },
      async (intake) => {
        const wires = await openWires(intake.port, MANY);
        for (const wire of wires) wire.send(begin);
        await Promise.all(wires.map((wire) => wire.until(/HTTP\/1\.1 408 /)));
        assert.equal((await post(intake)).status, 200);
        assert.equal((await intake.counted()).refused_body, MANY);
        const lines = intake.log.lines.filter(({ fact }) => fact === "intake.body_incomplete");
        assert.ok(lines.length < 100, `${lines.length} lines`);
      },
    );
  }

  withIntake("thousands that declare too much are refused together", { server: { max_body: 100 } }, async (intake) => {
    const wires = await openWires(intake.port, MANY);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    intake.store.behave = () => held.then(() => ({ refused: [] }));
    for (const wire of wires) wire.send(`${declares(1_000)}{`);
    release();
    await Promise.all(wires.map((wire) => wire.until(/HTTP\/1\.1 413 /)));
    intake.store.behave = async () => ({ refused: [] });
    assert.equal((await post(intake, query(), "{}")).status, 400);
  });

  withIntake(
    "beyond the most that there may be, the oldest makes room for the newest",
    { uploadLimits: { shortCount: 3 } },
    async (intake) => {
      const wires = await openWires(intake.port, 4);
      for (const wire of wires.slice(0, 3)) wire.send(`${declares(1_000)}{`);
      await post(intake);
      wires[3]?.send(`${declares(1_000)}{`);
      const answer = await Promise.race(wires.map((wire) => wire.until(/HTTP\/1\.1 503 [\s\S]*}/)));
      assert.match(answer, /connection: close/i);
      assert.match(answer, /too many bodies are coming in/);
      assert.equal((await post(intake)).status, 200);
      for (const wire of wires) wire.destroy();
    },
  );
});

describe("large bodies", () => {
  const room = { server: { max_body: 4 * MB }, bodyTimeoutMs: LONG_ENOUGH_MS };
  // that their sender is slow, on a busy machine, is its own affair
  const patient: StartOptions = { ...room, uploadLimits: { patienceMs: LONG_ENOUGH_MS } };

  withIntake("forty of them at once are all taken, a few at a time", patient, async (intake) => {
    const text = large(4 * MB - 1_000);
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(intake, query(), text)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(40).fill(200),
    );
    assert.equal(intake.store.callbacks.length, 40);
    assert.equal(intake.store.callbacks[0]?.body.length, Buffer.byteLength(text));
  });

  for (const [kind, text] of [
    ["callbacks", large(4 * MB - 1_000)],
    ["what is quarantined", `{${" ".repeat(4 * MB - 2)}}`],
  ] as const) {
    withIntake(
      `${kind}: store and spool hold no more than have a seat, even when their senders were told long ago`,
      { server: { max_body: 4 * MB, answer_within: 100 } },
      async (intake) => {
        const held: (() => void)[] = [];
        intake.store.behave = () => new Promise((resolve) => held.push(() => resolve({ refused: [] })));
        intake.state.spool = () => Promise.reject(new Error("no spool"));
        let answered = 0;
        const answers = Array.from({ length: 6 }, () => post(intake, query(), text).finally(() => answered++));
        await eventually(() => answered === 2);
        // a short one is taken, or refused, as if there were no long ones
        assert.equal((await post(intake)).status, 503);
        assert.deepEqual([answered, held.length <= 3], [2, true]);
        intake.store.behave = async () => ({ refused: [] });
        for (const release of held) release();
        await Promise.all(answers);
      },
    );
  }

  withIntake("in chunks as well", patient, async (intake) => {
    const text = large(MB);
    const streamed = () => new Blob([text]).stream();
    const init = { duplex: "half" } as RequestInit;
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(intake, query(), streamed(), init)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(40).fill(200),
    );
  });

  withIntake("that stop in the middle make way for one that comes", room, async (intake) => {
    const wires = await openWires(intake.port, 6);
    for (const wire of wires) wire.send(declares(4 * MB), "x".repeat(MB));
    assert.equal((await post(intake, query(), large(3 * MB))).status, 200);
    for (const wire of wires) wire.destroy();
  });
});

describe("JSON that is dear to parse", () => {
  const room = { server: { max_body: 4 * MB } };
  const made = (part: string) => part.repeat(Math.floor((4 * MB) / part.length));
  for (const [what, text, fault] of [
    ["four million brackets", made("["), /nested deeper/],
    ["maps in maps", made('{"a":'), /nested deeper/],
    ["a million empty lists", `[${made("[],")}[]]`, /more values/],
    [
      "half a million members",
      `{${Array.from({ length: 400_000 }, (_, at) => `"${at}":1`).join()}}`,
      /more than 1000 members/,
    ],
  ] as const) {
    withIntake(`${what} are refused before they are parsed, and kept in the quarantine`, room, async (intake) => {
      const answer = await post(intake, query(), text.slice(0, 4 * MB));
      assert.equal(answer.status, 400);
      assert.match(String(answer.json.ErrorInfo), fault);
      assert.equal(intake.store.quarantine.length, 1);
    });
  }

  withIntake("the largest callback that Chat could send is not", room, async (intake) => {
    const users = Array.from({ length: 80_000 }, (_, at) => ({ Subscriber_Account: `user "[{ \\${at}` }));
    assert.equal((await post(intake, query(), body({ SubscribeAccountList: users }))).status, 200);
  });
});
