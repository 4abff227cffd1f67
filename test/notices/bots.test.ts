/** The chats that people read: what each is sent, what each answer means, and that nothing is told which should not be. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { EVERY_TIME, type Fault } from "../../connectors/kit/faults.ts";
import { botChannel } from "../../src/notices/bot.ts";
import { DINGTALK, dingtalkSign } from "../../src/notices/dingtalk.ts";
import { FEISHU, feishuSign } from "../../src/notices/feishu.ts";
import type { Channel, Notice, Told } from "../../src/notices/notice.ts";
import { BOT_TOKEN, type BotKind, type BotSandbox, startBot } from "../../src/notices/sandbox/bots.ts";
import { SLACK } from "../../src/notices/slack.ts";
import { WECOM } from "../../src/notices/wecom.ts";

const KINDS = { slack: SLACK, feishu: FEISHU, dingtalk: DINGTALK, wecom: WECOM } as const;
const SECRET = "SEC-of-the-bot-0123456789";
const MINUTE = 60_000;
const NOTICE: Notice = {
  id: "alarm-1",
  kind: "warning",
  title: "12 unsubscriptions wait for crm",
  lines: ["since 10:00, the oldest for 12 h", "do: look at `status`"],
  at: 0,
  bridge: "shop-eu",
};

/** Turned on by whoever needs another time. */
let now = Date.UTC(2026, 10, 26, 12);

interface Way {
  readonly secret?: string | undefined;
  readonly keyword?: string;
  readonly url?: string;
  readonly pause?: (ms: number) => Promise<void>;
}

function channelTo(
  sandbox: BotSandbox,
  kind: BotKind,
  { secret, keyword, url = sandbox.address, pause = async () => undefined }: Way = {},
): Channel {
  const settings = { url, keyword, secret: secret ?? SECRET };
  return botChannel("ops", KINDS[kind], settings, { userAgent: "unsub-bridge/test", clock: () => now, pause });
}

const forever = () => new AbortController().signal;
const send = (channel: Channel, notice: Notice = NOTICE): Promise<Told> => channel.send(notice, forever());
const wordsOf = (told: Told): string => ("words" in told ? told.words : "");

/** What each chat answers when it refuses in its own way. */
const OWN: Readonly<Record<BotKind, { busy: Fault; refused: Fault }>> = {
  slack: {
    busy: { status: 429, headers: { "retry-after": "30" } },
    refused: { status: 403, body: "action_prohibited" },
  },
  feishu: {
    busy: { status: 200, body: { code: 11232, msg: "frequency limited" } },
    refused: { status: 200, body: { code: 19022, msg: "ip not allowed" } },
  },
  dingtalk: {
    busy: { status: 200, body: { errcode: 130101, errmsg: "send too fast" } },
    refused: { status: 200, body: { errcode: 310000, errmsg: "ip X not in whitelist" } },
  },
  wecom: {
    busy: { status: 200, body: { errcode: 45009, errmsg: "api freq out of limit" } },
    refused: { status: 200, body: { errcode: 93008, errmsg: "no" } },
  },
};

for (const kind of ["slack", "feishu", "dingtalk", "wecom"] as const) {
  describe(`a notice to ${KINDS[kind].name}`, () => {
    let sandbox: BotSandbox;
    before(async () => {
      sandbox = await startBot(kind, { secret: SECRET, clock: () => now });
    });
    // each has its own minute: what one has sent limits none of the others
    afterEach(() => {
      sandbox.heal();
      now += 20 * MINUTE;
    });
    after(() => sandbox.close());

    async function meet(fault: Fault): Promise<Told> {
      // `fetch` of Deno asks once more by itself where a connection ends early
      sandbox.fail(fault, EVERY_TIME);
      const told = await send(channelTo(sandbox, kind));
      sandbox.heal();
      for (const secret of [BOT_TOKEN, SECRET, sandbox.address])
        assert.ok(!wordsOf(told).includes(secret), wordsOf(told));
      return told;
    }

    it("is told, with the bridge in front and line by line", async () => {
      assert.deepEqual(await send(channelTo(sandbox, kind)), { tag: "told" });
      const text = `[shop-eu] ${NOTICE.title}\n${NOTICE.lines.join("\n")}`;
      assert.deepEqual(sandbox.messages.at(-1), { text, calls: false });
    });

    it("keeps foreign scripts and emoji as they are", async () => {
      const title = "有 12 位退订者等待 crm 🕛 مرحبا 한국어";
      const lines = ["👨‍👩‍👧‍👦 é Ż 𠮷", "\u202eturned", "one\nand\ttwo"];
      assert.equal((await send(channelTo(sandbox, kind), { ...NOTICE, title, lines })).tag, "told");
      const text = `[shop-eu] ${title}\n👨‍👩‍👧‍👦 é Ż 𠮷\n\ufffdturned\none and two`;
      assert.equal(sandbox.messages.at(-1)?.text, text);
    });

    it("calls nobody, and shows markup as what it is", async () => {
      const lines = [
        '<!channel> <@U1> <at user_id="all">all</at> @all <https://x|y>',
        "*a* _b_ `c` ~d~ **e** [f](g) & &lt; # h",
      ];
      assert.equal((await send(channelTo(sandbox, kind), { ...NOTICE, lines })).tag, "told");
      const heard = sandbox.messages.at(-1);
      const shown = kind === "wecom" ? lines.map((line) => line.replace("<@", "< @")) : lines;
      assert.deepEqual(heard, { text: `[shop-eu] ${NOTICE.title}\n${shown.join("\n")}`, calls: false });
    });

    it("that is too long is cut between lines, and says how much is missing", async () => {
      const lines = Array.from({ length: 400 }, (_, index) => `${index} ${"退订".repeat(60)}`);
      assert.equal((await send(channelTo(sandbox, kind), { ...NOTICE, lines })).tag, "told");
      const text = sandbox.messages.at(-1)?.text.split("\n") ?? [];
      const [, missing] = /^… \((\d+) more lines\)$/.exec(text.at(-1) ?? "") ?? [];
      assert.equal(text.length - 2 + Number(missing), lines.length);
      assert.deepEqual(text.slice(1, -1), lines.slice(0, text.length - 2));
      now += MINUTE;
      assert.equal((await send(channelTo(sandbox, kind), { ...NOTICE, title: "退订", lines })).tag, "told");
      assert.match(sandbox.messages.at(-1)?.text ?? "", /\n……（还有 \d+ 行）$/);
    });

    it("with the longest title that alarms make keeps all of it", async () => {
      const title = `URGENT · every callback of app 1400000000 is refused: 5,000 within 5 min, and none was taken. They are lost: Chat does not send them again, and 12 more`;
      assert.equal((await send(channelTo(sandbox, kind), { ...NOTICE, title })).tag, "told");
      assert.ok(sandbox.messages.at(-1)?.text.startsWith(`[shop-eu] ${title}\n`));
    });

    it("with a title and a line without an end is told all the same", async () => {
      const notice = { ...NOTICE, title: "👨‍👩‍👧‍👦".repeat(3_000), lines: ["e\u0301".repeat(30_000)] };
      assert.equal((await send(channelTo(sandbox, kind), notice)).tag, "told");
    });

    it("waits where the chat says that it is too much, and for as long", async () => {
      const told = await meet(OWN[kind].busy);
      assert.ok(told.tag === "later" && (told.afterMs ?? 0) >= 30_000, JSON.stringify(told));
      const limited = await meet({ status: 429 });
      assert.deepEqual(limited, { tag: "later", words: `${KINDS[kind].name}: HTTP 429`, afterMs: MINUTE });
    });

    it("is refused where the chat refuses, though it may answer 200", async () => {
      const told = await meet(OWN[kind].refused);
      assert.equal(told.tag, "refused");
      assert.match(wordsOf(told), /: .*: \w+/);
    });

    it("may come through later where the chat is in trouble, the network, or whatever answers for it", async () => {
      for (const status of [500, 502, 503]) assert.equal((await meet({ status, body: "<html>" })).tag, "later");
      for (const fault of ["reset", "cut", "html"] as const) assert.equal((await meet(fault)).tag, "later", fault);
      assert.match(wordsOf(await meet("html")), /^HTTP 200, which is not an answer of \w+: Sign in/);
    });

    it("may come through later where the chat's answer goes on for longer than any answer does", async () => {
      sandbox.fail((answer) => {
        const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
        return { ...answer, body: `${text}${" ".repeat(5_000_000)}` };
      });
      assert.equal((await send(channelTo(sandbox, kind))).tag, "later");
    });

    it("is never taken for told by an answer that nobody understands", async () => {
      const odd: readonly Fault[] = [
        { status: 200 },
        { status: 200, body: "OK" },
        { status: 200, body: [] },
        { status: 200, body: {} },
        { status: 200, body: { code: "0", errcode: "0", ok: true } },
        { status: 200, body: { code: 77777, errcode: 77777, msg: "new" } },
        { status: 201, body: { code: 0, errcode: 0 } },
        { status: 204 },
        { status: 302, headers: { location: `https://elsewhere.example/${BOT_TOKEN}` } },
        { status: 404, body: "nothing here" },
      ];
      for (const fault of odd) assert.notEqual((await meet(fault)).tag, "told", JSON.stringify(fault));
    });

    it("shows neither address nor secret where an answer does", async () => {
      const said = `no ${BOT_TOKEN} ${SECRET} ${encodeURIComponent(sandbox.address)} ${sandbox.address}`;
      // a token that is cut in the middle is still one
      const long = `${"x".repeat(250)}${BOT_TOKEN}`;
      const codes = { code: 5, errcode: 5, msg: said, errmsg: said };
      for (const body of [codes, `<html><body>${said}</body></html>`, said, long]) {
        for (const status of [200, 403]) {
          const told = await meet({ status, body });
          assert.notEqual(told.tag, "told");
          assert.ok(!wordsOf(told).includes(BOT_TOKEN.slice(0, 10)), wordsOf(told));
        }
      }
    });

    it("is given up when the chat stays silent", async () => {
      sandbox.fail("hang", EVERY_TIME);
      const options = { userAgent: "unsub-bridge/test", clock: () => now, timeoutMs: 50 };
      const hasty = botChannel("ops", KINDS[kind], { url: sandbox.address, secret: SECRET }, options);
      assert.deepEqual(await send(hasty), { tag: "later", words: "no answer within 0.05 s" });
    });

    it("is given up when the chat is silent and nobody waits any longer", async () => {
      sandbox.fail("hang");
      const stop = new AbortController();
      const told = channelTo(sandbox, kind).send(NOTICE, stop.signal);
      await sandbox.hung();
      stop.abort(new Error("the bridge stops"));
      assert.equal((await told).tag, "later");
    });

    it("to an address that is not the bot's is refused, with the way out and without the address", async () => {
      const url = sandbox.address.replace(BOT_TOKEN, `other-${BOT_TOKEN}`);
      const told = await send(channelTo(sandbox, kind, { url }));
      assert.equal(told.tag, "refused");
      assert.match(wordsOf(told), /copy/);
      assert.ok(!wordsOf(told).includes(BOT_TOKEN));
    });

    it("is held back before the chat blocks us", async () => {
      const tags: string[] = [];
      const channel = channelTo(sandbox, kind, {
        async pause(ms) {
          tags.push("later");
          now += ms;
        },
      });
      for (let count = 0; count < 25; count += 1) {
        const told = await send(channel);
        tags.push(told.tag);
        if (told.tag === "later") {
          assert.match(told.words, /takes no more messages at the moment/);
          assert.ok((told.afterMs ?? 0) > 0);
          now += told.afterMs ?? 0;
          tags.push((await send(channel)).tag);
        } else now += kind === "slack" ? 100 : 1;
      }
      assert.ok(tags.includes("later"));
      assert.ok(!tags.includes("refused"));
      // the one behind each wait goes through
      assert.ok(
        tags.every((tag, index) => tag !== "later" || tags[index + 1] === "told"),
        tags.join(),
      );
    });
  });
}

describe("chats that want a signature or a keyword", () => {
  for (const kind of ["feishu", "dingtalk"] as const) {
    it(`${kind}: a wrong secret, a clock that is off and a missing keyword are named`, async () => {
      const sandbox = await startBot(kind, { secret: SECRET, keyword: "退订", clock: () => now });
      const wrong = await send(channelTo(sandbox, kind, { secret: "another-secret-0123" }));
      assert.ok(wrong.tag === "refused");
      assert.match(wrong.words, /copy `secret` again/);
      const missing = await send(channelTo(sandbox, kind));
      assert.ok(missing.tag === "refused");
      assert.match(missing.words, /wants a keyword in each message: write it as `keyword`/);
      assert.equal((await send(channelTo(sandbox, kind, { keyword: "退订" }))).tag, "told");
      assert.match(sandbox.messages.at(-1)?.text ?? "", /\n退订$/);
      const said = { ...NOTICE, title: "退订" };
      assert.equal((await send(channelTo(sandbox, kind, { keyword: "退订" }), said)).tag, "told");
      assert.doesNotMatch(sandbox.messages.at(-1)?.text ?? "", /\n退订$/);
      const off = botChannel(
        "ops",
        KINDS[kind],
        { url: sandbox.address, secret: SECRET },
        {
          userAgent: "unsub-bridge/test",
          clock: () => now - 2 * 60 * MINUTE,
        },
      );
      assert.match(wordsOf(await send(off)), /clock/);
      await sandbox.close();
    });
  }

  it("are signed as their vendors' examples are", () => {
    assert.equal(feishuSign("1599360473", "demo"), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
    const sign = encodeURIComponent(dingtalkSign("1599360473000", "SECdemo"));
    assert.equal(sign, "tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D");
  });
});
