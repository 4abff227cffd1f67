/** HTTP as the bridge lends it to connectors: what a destination sends is bounded, and goes nowhere else. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { testTools } from "../../connectors/kit/testing.ts";

const MIB = 1024 * 1024;

describe("an answer that a connector's tools fetch", () => {
  let server: Server;
  let answer: RequestListener;
  let url = "";
  const paths: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      paths.push(request.url ?? "");
      request.resume();
      response.on("error", () => undefined);
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const tools = testTools();
  const sends = (body: Buffer | string, headers: Record<string, string> = {}, status = 200) => {
    answer = (_, response) => response.writeHead(status, headers).end(body);
  };

  it("is read to its end up to four MiB, and refused beyond, announced or not", async () => {
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      sends(Buffer.alloc(4 * MIB, "a"), headers);
      assert.equal((await tools.fetch(url)).text.length, 4 * MIB);
      sends(Buffer.alloc(4 * MIB + 1, "a"), headers);
      await assert.rejects(tools.fetch(url), /^Error: the answer is larger than 4 MiB$/);
    }
  });

  it("is given up when it never ends", async () => {
    let ended: Promise<unknown> | undefined;
    answer = (_, response) => {
      const go = () => {
        while (response.write(Buffer.alloc(MIB, "a")));
        response.once("drain", go);
      };
      ended = once(response, "close");
      go();
    };
    await assert.rejects(tools.fetch(url), /larger than 4 MiB/);
    await ended;
  });

  it("is decoded, and bounded by what it becomes, however little came", async () => {
    sends(gzipSync('{"a":"ü"}'), { "content-encoding": "gzip" });
    assert.equal((await tools.fetch(url)).text, '{"a":"ü"}');
    const bomb = gzipSync(Buffer.alloc(200 * MIB, " "));
    assert.ok(bomb.length < MIB);
    for (const chunked of [{}, { "transfer-encoding": "chunked" }]) {
      sends(bomb, { "content-encoding": "gzip", ...chunked });
      await assert.rejects(tools.fetch(url), /larger than 4 MiB/);
    }
  });

  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

  it("is trouble when it cannot be decoded, and no success in an encoding that nobody asked for", async () => {
    sends(gzipSync("x".repeat(1_000)).subarray(0, 20), { "content-encoding": "gzip" });
    await assert.rejects(tools.fetch(url));
    let asked: unknown;
    answer = (request, response) => {
      asked = request.headers["accept-encoding"];
      response.writeHead(200, { "content-encoding": "br" }).end(brotliCompressSync(Buffer.alloc(20 * MIB, " "), quick));
    };
    const { text = "" } = await tools.fetch(url).catch(() => ({ text: undefined }));
    assert.equal(asked, "gzip");
    assert.ok(text.length < MIB);
  });

  it("is refused before anything parses it when it is nested deeper, or made of less, than an answer is", async () => {
    for (const part of ["[", '{"a":', '[{"b":']) {
      sends(part.repeat(200_000));
      await assert.rejects(tools.fetch(url), /too costly to read: nested deeper than 32/);
    }
    sends(`[${"[],".repeat(1_000_000)}[]]`);
    await assert.rejects(tools.fetch(url), /too costly to read: more values/);
    const large = JSON.stringify({
      results: Array.from({ length: 9_000 }, (_, id) => ({ id, properties: { a: "b" } })),
    });
    sends(large);
    assert.equal((await tools.fetch(url)).text, large);
  });

  it("stands by its status and its Retry-After, without a text, where it is no success and its body is unfit", async () => {
    const page = `<pre>${"header: value; ".repeat(7_000)}</pre>`;
    const unfit = [page, "[".repeat(100_000), Buffer.alloc(4 * MIB + 1, "a")];
    for (const status of [401, 404, 429, 503]) {
      for (const body of unfit) {
        sends(body, { "retry-after": "7" }, status);
        const found = await tools.fetch(url);
        assert.deepEqual([found.status, found.retryAfterMs, found.text], [status, 7_000, ""]);
      }
    }
    sends(gzipSync("x".repeat(1_000)), { "content-encoding": "gzip" }, 503);
    assert.equal((await tools.fetch(url)).text.length, 1_000);
  });

  it("is a redirect and nothing more where it says to go elsewhere", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      paths.length = 0;
      sends("", { location: "/elsewhere" }, status);
      const found = await tools.fetch(`${url}/here`, { method: "POST", body: "x", redirect: "follow" });
      assert.deepEqual([found.status, paths], [status, ["/here"]]);
    }
  });
});
