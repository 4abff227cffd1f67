/** HTTP as the bridge lends it to connectors: what a destination sends is bounded, and goes nowhere else. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { testTools } from "../../connectors/testing.ts";
import { nestsDeeper } from "../../src/delivery/nesting.ts";

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

  it("is trouble when it cannot be decoded, and no success in an encoding that nobody asked for", async () => {
    sends(gzipSync("x".repeat(1_000)).subarray(0, 20), { "content-encoding": "gzip" });
    await assert.rejects(tools.fetch(url));
    let asked: unknown;
    answer = (request, response) => {
      asked = request.headers["accept-encoding"];
      response.writeHead(200, { "content-encoding": "br" }).end(brotliCompressSync(Buffer.alloc(100 * MIB, " ")));
    };
    const { text = "" } = await tools.fetch(url).catch(() => ({ text: undefined }));
    assert.equal(asked, "gzip");
    assert.ok(text.length < MIB);
  });

  it("is refused before anything parses it when it is nested deeper than an answer is", async () => {
    sends(`${"[".repeat(100)}${"]".repeat(100)}`);
    assert.equal((await tools.fetch(url)).text.length, 200);
    for (const part of ["[", '{"a":', '[{"b":']) {
      sends(part.repeat(200_000));
      await assert.rejects(tools.fetch(url), /nested more than 100 levels deep/);
    }
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

describe("how deep JSON nests", () => {
  const deepens: readonly (readonly [text: string, levels: number])[] = [
    ["[]", 1],
    ['[{"a":[1]},[2]]', 3],
    [`["${"[".repeat(50)}"]`, 1],
    ['{"\\"[[[[":"\\\\"}', 1],
    [JSON.stringify([[], [], [[]]]), 3],
  ];
  for (const [text, levels] of deepens) {
    it(`is ${levels} in ${text.slice(0, 20)}`, () => {
      const padded = text.padEnd(200);
      assert.deepEqual([nestsDeeper(padded, levels), nestsDeeper(padded, levels - 1)], [false, true]);
    });
  }
});
