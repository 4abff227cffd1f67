/** A webhook's answer is its status line, and a connection is used again only after an answer that ended as announced. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Connector, DeliverResult, Outcome } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { openForTest } from "../kit/testing.ts";
import { type Answer, type Receiver, startReceiver, WAYS } from "./wire-testing.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const BUSY = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
const MUTE: Answer = () => undefined;
const say =
  (text: string): Answer =>
  (line) =>
    line.say(text);

const forever = () => new AbortController().signal;

/** `delivered: HTTP 200`, `retry: …`: what became of the first delivery, or of all at once. */
function wordsOf(result: DeliverResult): string {
  const [first] = ("outcomes" in result ? (result.outcomes?.values() ?? []) : []) as Iterable<Outcome>;
  if (first === undefined) return `${result.tag}: ${"reason" in result ? result.reason.words : ""}`;
  return `${first.tag}: ${first.tag === "delivered" ? first.note : first.reason.words}`;
}

for (const way of WAYS) {
  describe(`a webhook's answer ${way.words}`, () => {
    let receiver: Receiver;
    let connector: Connector;
    before(async () => {
      receiver = await startReceiver(way);
      connector = openForTest(receiver.type, receiver.settings);
    });
    after(async () => {
      await connector.close?.();
      await receiver.close();
    });
    const deliver = async (user = "jared") => wordsOf(await connector.deliver([sampleDelivery(user)], forever()));

    it("of two 200s at once counts one, and the next delivery waits for an answer of its own", async () => {
      receiver.answerBy(say(OK + OK), say(BUSY));
      assert.match(await deliver("one"), /^delivered: HTTP 200/);
      const line = receiver.lines.at(-1);
      assert.equal(await deliver("two"), "unavailable: HTTP 503");
      await line?.closed;
      assert.notEqual(receiver.lines.at(-1), line);
    });

    it("that comes while no request is out ends the connection, and answers nothing", async () => {
      receiver.answerBy(say(OK));
      await deliver("before");
      const line = receiver.lines.at(-1);
      await line?.say(OK);
      // what still lies in a proxy, or is being decrypted, nobody can know of; what has arrived is noticed without waiting
      if (way.isProxied || way.isSecure) await line?.closed;
      receiver.answerBy(say(BUSY));
      assert.equal(await deliver("after"), "unavailable: HTTP 503");
      await line?.closed;
    });

    it("of 204 with four bytes is a success, and the four bytes are no part of the next answer", async () => {
      const without = "HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\n";
      for (const text of [`${without}null`, without]) {
        receiver.answerBy(say(text), say(BUSY));
        assert.equal(await deliver("one"), "delivered: HTTP 204; the rest of its answer was not as announced");
        const line = receiver.lines.at(-1);
        assert.equal(await deliver("two"), "unavailable: HTTP 503");
        assert.notEqual(receiver.lines.at(-1), line);
        await line?.closed;
      }
    });

    it("of 200 whose body never ends is a success, with a note, whichever way the body was announced", async () => {
      // however long a whole exchange may take: behind the head the rest is waited for shortly
      const patient = openForTest(receiver.type, receiver.settings, { timeoutMs: 3_600_000 });
      for (const head of ["content-length: 100\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n", "\r\n{"]) {
        receiver.answerBy(say(`HTTP/1.1 200 OK\r\n${head}`));
        const words = wordsOf(await patient.deliver([sampleDelivery()], forever()));
        assert.equal(words, "delivered: HTTP 200; the rest of its answer did not come in time");
        await receiver.lines.at(-1)?.closed;
      }
      await patient.close?.();
    });

    it("of 200 whose body is cut is a success, with a note", async () => {
      receiver.answerBy(async ({ socket, say: write }) => {
        await write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
        socket.destroy();
      });
      assert.equal(await deliver(), "delivered: HTTP 200; the rest of its answer was cut");
    });

    it("is none when the connection ends inside its head, however much of a 200 was there", async () => {
      const head = "HTTP/1.1 200 OK\r\nserver: x\r\n\r\n";
      for (const at of [1, 8, 12, 15, 17, 24, head.length - 2, head.length - 1]) {
        receiver.answerBy(async ({ socket, say: write }) => {
          await write(head.slice(0, at));
          socket.destroy();
        });
        assert.match(await deliver(), /^unavailable: /, JSON.stringify(head.slice(0, at)));
      }
    });

    it("is none when it is not HTTP, or its head has no end", async () => {
      receiver.answerBy(say("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
      assert.match(await deliver(), /^unavailable: .*not HTTP/);
      receiver.answerBy(say(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`));
      assert.match(await deliver(), /^unavailable: .*too long/);
    });

    it("is the one behind the interim answers", async () => {
      const interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
      receiver.answerBy(async ({ say: write }) => {
        await write(interim);
        await write(BUSY);
      });
      assert.equal(await deliver(), "unavailable: HTTP 503");
      receiver.answerBy(async ({ socket, say: write }) => {
        await write(interim);
        socket.destroy();
      });
      assert.match(await deliver(), /^unavailable: /);
    });

    it("that ended exactly as announced lets the connection be used again, and no other does", async () => {
      const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n";
      const exact = [OK, "HTTP/1.1 204 No Content\r\n\r\n", chunked, "HTTP/1.1 404 No\r\ncontent-length: 2\r\n\r\nno"];
      receiver.answerBy(say(OK));
      await deliver();
      const { length } = receiver.lines;
      for (const text of exact) {
        receiver.answerBy(say(text));
        await deliver();
      }
      assert.equal(receiver.lines.length, length);
      const others = [
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        `${OK}!`,
      ];
      for (const [index, text] of others.entries()) {
        receiver.answerBy(say(text));
        assert.match(await deliver(), /^delivered: HTTP 200/, text);
        await receiver.lines.at(-1)?.closed;
        assert.equal(receiver.lines.length, length + index, text);
      }
    });

    it("is waited for anew where a kept connection ends without a byte, and is none where it ends inside of its head", async () => {
      receiver.answerBy(say(OK));
      await deliver("before");
      receiver.answerBy(({ socket }) => void socket.destroy(), say(OK));
      assert.match(await deliver("closed"), /^delivered: HTTP 200/);
      receiver.answerBy(async ({ socket, say: write }) => {
        await write(OK.slice(0, 12));
        socket.destroy();
      }, say(OK));
      assert.match(await deliver("cut"), /^unavailable: /);
    });

    it("loses no delivery to a receiver that ends each connection right behind its answer", async () => {
      receiver.answerBy(async ({ socket, say: write }) => {
        await write(OK);
        socket.end();
      });
      for (const delivery of sampleDeliveries(30)) {
        assert.equal(wordsOf(await connector.deliver([delivery], forever())), "delivered: HTTP 200");
      }
    });

    it("that is under way when the bridge stops is still what its status line says", async () => {
      const stop = new AbortController();
      let tellHead: () => void = () => undefined;
      const headIsOut = new Promise<void>((resolve) => {
        tellHead = resolve;
      });
      receiver.answerBy(async ({ say: write }) => {
        await write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
        tellHead();
      });
      const result = connector.deliver([sampleDelivery()], stop.signal);
      await headIsOut;
      stop.abort(new Error("the bridge stops"));
      assert.match(wordsOf(await result), /^(delivered: HTTP 200; .*in time|unavailable: the bridge stops)$/);
    });
  });

  describe(`an answer before the request was sent to its end, ${way.words}`, () => {
    let receiver: Receiver;
    before(async () => {
      receiver = await startReceiver(way, { atOnce: true });
    });
    after(() => receiver.close());

    /** What it answers when it has read no more than the beginning of a request of 32 MB. */
    async function early(text: string, batch = 1): Promise<string> {
      const body = { filler: "x".repeat(32_000_000 / batch) };
      const connector = openForTest(receiver.type, { ...receiver.settings, body, batch });
      receiver.answerBy(({ socket, say: write }) => {
        socket.pause();
        return write(text);
      }, MUTE);
      const words = wordsOf(await connector.deliver(sampleDeliveries(batch), forever()));
      await connector.close?.();
      return words;
    }

    it("delivers nothing", async () => {
      assert.equal(await early(OK), "retry: HTTP 200, before the request had been sent to its end");
    });

    it("ends the connection, on which the rest of the request would follow", async () => {
      const body = { filler: "x".repeat(32_000_000) };
      const connector = openForTest(receiver.type, { ...receiver.settings, body });
      receiver.answerBy(({ socket, say: write }) => {
        socket.pause();
        return write(OK);
      }, MUTE);
      const forget = receiver.lines.length;
      await connector.deliver([sampleDelivery("one")], forever());
      const line = receiver.lines[forget];
      line?.socket.resume();
      await line?.closed;
      await connector.close?.();
    });

    it("gives nothing up", async () => {
      for (const status of [400, 410, 413, 422]) {
        const words = await early(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
        assert.equal(words, `retry: HTTP ${status}, before the request had been sent to its end`);
      }
    });

    it("lets a batch that is too long be halved", async () => {
      assert.match(await early("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n", 4), /^batchRejected: HTTP 413/);
    });

    it("still says to wait, or that the credentials are refused", async () => {
      assert.match(await early(BUSY), /^unavailable: HTTP 503/);
      assert.match(await early("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n"), /^credentialsRefused: HTTP 401/);
    });
  });
}
