/** What is kept of a stale request, and when nothing is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readStaleEntry, type StaleHead } from "../../src/intake/stale/entry.ts";
import { openQuota, QUOTA } from "../../src/intake/stale/quota.ts";
import type { QuotaLimits } from "../../src/intake/stale/quota-room.ts";

const APP = "1400000000";
const COMMAND = "OfficialAccount.CallbackAfterUnsubscribe";
const HEAD: StaleHead = {
  query: { sdkAppId: APP, command: COMMAND, clientIp: "::1", platform: "RESTAPI", sign: "s3cr3t", requestTime: "5" },
  refusal: { tag: "stale", app: APP, requestTime: 5_000 } as StaleHead["refusal"],
  receivedAt: 90_000,
  seenAt: 0,
  behindMs: 70,
};

const post = (body: string, headers: Record<string, string> = {}) =>
  new Request("http://bridge.example/callback", { method: "POST", body, headers });

function reading(
  request: Request,
  { maxBody = 1_000, limits = QUOTA }: { maxBody?: number; limits?: QuotaLimits } = {},
) {
  const quota = openQuota(limits);
  const read = readStaleEntry(request, HEAD, { quota, maxBody: () => maxBody, bodyTimeoutMs: 60_000 });
  return { quota, read };
}

const ONE: QuotaLimits = { ...QUOTA, requests: 1, ofOneTime: { requests: 1, bytes: 10_000 } };

describe("a stale request", () => {
  it("is kept whole, with how far it lies behind, and never with its Sign", async () => {
    const { read } = reading(post("{}"));
    const kept = await read;
    assert.ok(kept.tag === "entry");
    const { body, size, app, command, receivedAt, stale } = kept.entry;
    assert.equal(Buffer.from(body).toString(), "{}");
    assert.deepEqual([size, app, command, receivedAt], [2, APP, COMMAND, 90_000]);
    assert.deepEqual(stale, { requestTime: 5_000, behindMs: 70 });
    assert.doesNotMatch(JSON.stringify(kept), /s3cr3t/);
  });

  it("that is too large is kept without its body, and the size that it declared", async () => {
    const { read } = reading(post("x".repeat(11), { "content-length": "11" }), { maxBody: 10 });
    const kept = await read;
    assert.ok(kept.tag === "entry");
    assert.deepEqual([kept.entry.body.length, kept.entry.size, kept.place.bytes], [0, 11, 0]);
  });

  it("holds a place until it is given back, and the next has none", async () => {
    const quota = openQuota(ONE);
    const options = { quota, maxBody: () => 1_000, bodyTimeoutMs: 60_000 };
    const first = await readStaleEntry(post("{}"), HEAD, options);
    assert.ok(first.tag === "entry");
    assert.deepEqual(await readStaleEntry(post("{}"), HEAD, options), { tag: "noRoom" });
    quota.leave(first.place);
    assert.equal((await readStaleEntry(post("{}"), HEAD, options)).tag, "entry");
  });

  it("that is too large, and has no place, is not kept", async () => {
    const quota = openQuota(ONE);
    const options = { quota, maxBody: () => 10, bodyTimeoutMs: 60_000 };
    await readStaleEntry(post("{}"), HEAD, options);
    const large = post("x".repeat(11), { "content-length": "11" });
    assert.deepEqual(await readStaleEntry(large, HEAD, options), { tag: "noRoom" });
  });

  it("whose body breaks off holds nothing", async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error("the connection was reset"));
      },
    });
    const request = new Request("http://bridge.example/", { method: "POST", body, duplex: "half" } as RequestInit);
    const { quota, read } = reading(request, { limits: ONE });
    assert.deepEqual(await read, { tag: "incomplete" });
    assert.notEqual(
      quota.enter(APP, 5_000, 0, () => undefined),
      undefined,
    );
  });
});
