import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sentencesIn } from "../../src/basics/sentence-tables.ts";
import { filledIn } from "../../src/basics/sentences.ts";
import { whyOfPassIn } from "../../src/console/parts/why-of-pass.tsx";
import { keptIn } from "../../src/console/words/kept.ts";
import { saidOfPass } from "../../src/reconcile/words.ts";
import { whyHeld } from "../../src/storage/rules/healing.ts";

const LIMITS = { people: 1, share: 0.05 };
const held = (found: number, people: number, subscribers: number, limits = LIMITS) =>
  whyHeld({ found, healedLately: 0, heldLately: 0, people }, subscribers, limits) ?? "";

const TABLE: readonly (readonly [kept: string, chinese: string])[] = [
  [held(2, 40, 38), "一天内缺失 2 人，超过上限 1 人"],
  [held(10, 40, 30, { people: 100, share: 0.05 }), "一天内 40 人中缺失 10 人，超过 5%"],
  [held(3, 3, 0), "该公众号原有 3 名订阅者，现在为 0"],
  ["EventTime: expected milliseconds since 1970 as an integer, got nothing", "缺少 EventTime"],
  [
    "EventTime: expected milliseconds since 1970, got a negative number",
    "EventTime：应为 1970 年以来的毫秒数，实际为负数",
  ],
  [
    "SubscribeAccountList[0].Subscriber_Account: expected a string, got a number",
    "SubscribeAccountList[0].Subscriber_Account：应为文本，实际为数字",
  ],
  ["Subscriber_Account: expected no control characters", "Subscriber_Account：不能含有控制字符"],
  ["body: expected a JSON object in UTF-8", "body：应为 UTF-8 编码的 JSON 对象"],
  ["contact 400", "联系人 400"],
  ["accepted (200)", "已接收（200）"],
  ["what a destination says: expected nothing", "what a destination says: expected nothing"],
];

describe("what stores keep as words alone", () => {
  for (const [kept, chinese] of TABLE)
    it(`is said in Chinese where its form is known: ${kept}`, () => assert.equal(keptIn(kept, "zh"), chinese));

  it("stays as it is in English", () => assert.equal(keptIn("contact 400", "en"), "contact 400"));
});

const PASSES: readonly (readonly [kept: string, chinese: string])[] = [
  [held(2, 40, 38), "一天内缺失 2 人，超过上限 1 人"],
  [
    "a page could not be read: get_subscriber_info: Chat was asked too often (60007)",
    "有一页读不到：get_subscriber_info：向 Chat 查询过于频繁（60007）",
  ],
  [
    'account_check: "ops" is no admin of the app 14 (60010, "no (such) admin"): name an admin as the Chat console lists them (usually `administrator`)',
    "account_check：“ops”不是应用 14 的管理员（60010，“no (such) admin”）：请填写 Chat 控制台列出的管理员（通常是 `administrator`）",
  ],
  [
    "get_subscriber_info: Chat cannot be reached: a.example: the connection was cut; b.example:80: no answer within 10 s",
    "get_subscriber_info：无法连接 Chat：a.example：连接被中断；b.example:80：10 秒内没有收到应答",
  ],
  [
    "account_check: the signature has expired (70001); this machine's clock is 2 h 4 min behind Chat's, which is reason enough",
    "account_check：签名已过期（70001）；本机时钟比 Chat 慢 2 小时 4 分钟，原因可能就在于此",
  ],
  ["what nobody has a sentence for", "what nobody has a sentence for"],
];

describe("why a comparison ended as it did", () => {
  for (const [kept, chinese] of PASSES)
    it(`is said in Chinese as far as it is known: ${kept}`, () => assert.equal(whyOfPassIn(kept, "zh"), chinese));

  it("is known again by its words, whatever stands in it", () => {
    const samples: Readonly<Record<string, string>> = {
      call: "get_x",
      host: "a.example",
      field: "Next",
      fault: "an odd thing",
    };
    const unknown = ["chat", "pass"].flatMap((owner) =>
      [...sentencesIn(owner)].flatMap(([code, { en }]) => {
        const names = [...en.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
        const words = filledIn(en, Object.fromEntries(names.map((name) => [name, samples[name] ?? "7"])), String);
        const found = saidOfPass(words).code;
        return found === code || code === "pass_with_todo" ? [] : [`${code}: ${words} is ${found}`];
      }),
    );
    assert.deepEqual(unknown, []);
  });
});
