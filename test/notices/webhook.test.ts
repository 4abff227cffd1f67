/** Notices by webhook, against a receiver that verifies. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { openChannels } from "../../src/notices/channels.ts";
import type { Channel, Notice, Told } from "../../src/notices/notice.ts";
import { withoutAddresses } from "../../src/notices/post.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOTICE: Notice = {
  id: "n-1",
  kind: "overdue",
  title: "OVERDUE · crm: 3 people wait",
  lines: ["since yesterday", "whose fault: 对方"],
  at: Date.parse("2026-11-26T10:00:00Z"),
  bridge: "production",
};

it("words of whatever went wrong have no address in them: its path is the credential", () => {
  const words = 'fetch to https://hooks.example/T0/s3cret?key=s3cret failed (see "http+unix://s3cret/x")';
  assert.equal(withoutAddresses(words), 'fetch to (the address) failed (see "(the address)")');
});

describe("a notice by webhook", () => {
  let receiver: WebhookSandbox;
  const way = (path = "/alerts/s3cret", secret: string | undefined = SECRET): Channel => {
    const settings = { ops: { type: "webhook" as const, url: `${receiver.url}${path}`, ...(secret && { secret }) } };
    const channel = openChannels(settings, { userAgent: "unsub-bridge/test", clock: Date.now }).get("ops");
    assert.ok(channel);
    return channel;
  };
  const send = (channel = way(), notice = NOTICE): Promise<Told> => channel.send(notice, new AbortController().signal);
  before(async () => {
    receiver = await startWebhookSandbox({ secret: SECRET });
  });
  after(() => receiver.close());

  it("is signed, and says what, how far and when", async () => {
    assert.deepEqual(await send(), { tag: "told" });
    assert.deepEqual(receiver.received.payloads.get("n-1"), {
      type: "unsub_bridge.alert",
      timestamp: "2026-11-26T10:00:00.000Z",
      data: { id: "n-1", kind: "overdue", title: NOTICE.title, lines: NOTICE.lines, bridge: "production" },
    });
  });

  it("has the same id when it is sent again", async () => {
    await send();
    assert.equal(receiver.received.duplicates, 1);
  });

  it("is signed by a secret without the = at its end, too: the bytes are the same", async () => {
    const unpadded = "whsec_c2VjcmV0LW9mLXRoZS1yZWNlaXZlci0xMjM0NQ";
    const strict = await startWebhookSandbox({ secret: `${unpadded}==` });
    const settings = { ops: { type: "webhook" as const, url: strict.url, secret: unpadded } };
    const channel = openChannels(settings, { userAgent: "t", clock: Date.now }).get("ops");
    assert.deepEqual(await send(channel), { tag: "told" });
    await strict.close();
  });

  it("is refused where the secret is another", async () => {
    const told = await send(way("/alerts/s3cret", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert.deepEqual(told, { tag: "refused", words: "HTTP 401" });
  });

  it("is tried later where the receiver is in trouble, after as long as it asks for", async () => {
    receiver.fail({ status: 503, headers: { "retry-after": "7" } });
    assert.deepEqual(await send(), { tag: "later", words: "HTTP 503", afterMs: 7_000 });
    receiver.fail({ status: 429 });
    assert.deepEqual(await send(), { tag: "later", words: "HTTP 429" });
    receiver.fail("cut");
    assert.equal((await send()).tag, "later");
  });

  it("is refused by a redirect, which is not followed", async () => {
    receiver.fail({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
    assert.deepEqual(await send(), { tag: "refused", words: "HTTP 302, a redirect, which is not followed" });
  });

  it("shows neither address nor secret, whatever goes wrong", async () => {
    const settings = { ops: { type: "webhook" as const, url: "http://127.0.0.1:1/alerts/s3cret", secret: SECRET } };
    const channel = openChannels(settings, { userAgent: "t", clock: Date.now }).get("ops");
    const told = await send(channel);
    assert.equal(told.tag, "later");
    assert.ok(!/s3cret|127\.0\.0\.1|whsec/.test(JSON.stringify(told)), JSON.stringify(told));
  });

  it("is refused, and not thrown, where no message can be made of the settings: whoever tells goes on to the next way", async () => {
    const ways = {
      signed: { type: "dingtalk" as const, url: "https://[oapi/s3cret", secret: "s3cret" },
      empty: { type: "webhook" as const, url: receiver.url, secret: "whsec_" },
    };
    for (const channel of openChannels(ways, { userAgent: "t", clock: Date.now }).values()) {
      const told = await send(channel);
      assert.equal(told.tag, "refused", channel.name);
      assert.ok(!/s3cret|oapi/.test(JSON.stringify(told)), JSON.stringify(told));
    }
  });

  it("ends soon after the signal", async () => {
    receiver.fail("hang");
    const ending = new AbortController();
    const sending = way().send(NOTICE, ending.signal);
    await receiver.hung();
    ending.abort(new Error("the bridge stops"));
    assert.deepEqual(await sending, { tag: "later", words: "the bridge stops" });
    receiver.heal();
  });
});
