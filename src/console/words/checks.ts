/** What checks found. */
import { inBoth } from "./languages.ts";

/** What a check is about, beside connectors, which have their names. */
type Parts = ReadonlyMap<string, string>;
const IN_ENGLISH: Parts = new Map();

export const CHECKS = inBoth(
  {
    well: (count: string, isOne: boolean) =>
      `${count} ${isOne ? "thing is" : "things are"} as ${isOne ? "it" : "they"} should be`,
    parts: IN_ENGLISH,
  },
  {
    well: (count: string) => `${count} 项正常`,
    parts: new Map([
      ["alerts", "告警"],
      ["bridge", "本程序"],
      ["chat", "Chat"],
      ["clock", "时钟"],
      ["database", "数据库"],
      ["dead letters", "死信"],
      ["network", "网络"],
      ["queues", "队列"],
      ["reconcile", "补漏"],
      ["storage", "存储"],
    ]),
  },
);
