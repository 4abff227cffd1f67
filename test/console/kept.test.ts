import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keptIn } from "../../src/console/words/kept.ts";
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
